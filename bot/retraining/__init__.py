"""Ratings -> the next model: the trainer as a process that is watched, and the version that composes from then on."""
