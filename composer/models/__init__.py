"""A model file: its card, how it is loaded, and how it is run."""
