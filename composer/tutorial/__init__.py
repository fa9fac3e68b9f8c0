"""The networks of the tutorial that Cadenza grew out of: one word, a note or a chord, every quarter."""
