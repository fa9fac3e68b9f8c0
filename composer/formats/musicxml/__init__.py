"""Scores in MusicXML, read after its specification 4.0."""
