"""Composing and rendering: needs the composer and the domain, no database and no Discord."""
