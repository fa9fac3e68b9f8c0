"""Recordings turned into MIDI files, and how well that is done."""
