"""A piece's way from the order to the finished files."""
