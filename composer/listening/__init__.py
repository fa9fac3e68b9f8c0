"""Recordings heard as notes: one voice or many, then tempo, bars and key."""
