"""A score as MusicXML, through music21."""
