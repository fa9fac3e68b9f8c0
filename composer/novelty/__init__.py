"""How much of a piece's melody was heard before, in the music that networks learned from."""
