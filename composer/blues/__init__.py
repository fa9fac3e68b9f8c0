"""The twelve-bar blues: chords by substitution, and a band that plays them. Its engine is that of the grammar."""
