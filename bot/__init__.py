"""Discord in, Discord out, and what must be remembered between the two."""
