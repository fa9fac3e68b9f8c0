"""What goes out of the database: extracts for training and for people who study the ratings."""
