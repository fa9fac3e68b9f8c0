"""Ratings -> the next version of a model: what is learned from them, and whether it is let through."""
