"""Drum grooves that people played: a loop of two bars, another one, and a fill."""
