"""The published polyphonic benchmark: what the networks reach on its piano rolls, frame by frame."""
