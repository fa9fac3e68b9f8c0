"""What servers show of their pieces: a gallery, and the best of the week."""
