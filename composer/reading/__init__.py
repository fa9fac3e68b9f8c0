"""People's own music, read with limits and understood."""
