"""A sound chip of the 1980s: two pulse waves, a triangle and noise play a score."""
