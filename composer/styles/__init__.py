"""The styles, each declared once."""
