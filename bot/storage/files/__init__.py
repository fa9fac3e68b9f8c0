"""The files of the database: closed to others, copied, put back."""
