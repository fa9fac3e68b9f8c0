"""MIDI to sound: synthesis, loudness and MP3."""
