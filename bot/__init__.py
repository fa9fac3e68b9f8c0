"""Discord in, Discord out, and what must be remembered between the two."""

VERSION = "0.1.0"
"""As in pyproject.toml; a clone and a container have no installed package that could be asked."""
