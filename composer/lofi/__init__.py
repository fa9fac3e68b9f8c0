"""Lo-fi: loops of seventh chords, a slow human groove, an electric piano. Its engine is that of the grammar."""
