"""What the grammar learns from music: rhythms of melodies, weights of its rules, and how pieces measure."""
