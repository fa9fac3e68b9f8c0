"""Files of music: MIDI, MusicXML, ABC and Humdrum to sections with their marks."""
