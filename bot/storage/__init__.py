"""What is remembered: SQLAlchemy Core on SQLite, each write one committed transaction."""
