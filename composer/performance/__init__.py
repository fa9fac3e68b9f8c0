"""How a piece is played: expression, pedal, instruments and MIDI."""
