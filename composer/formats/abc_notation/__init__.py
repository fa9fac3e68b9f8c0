"""Tunes in ABC, read after the ABC standard 2.1."""
