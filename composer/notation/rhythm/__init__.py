"""Rhythm as it is written: voices, note values, ties, rests, triplets and beams of one staff."""
