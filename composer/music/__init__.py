"""What a piece is, and what can be said of it."""
