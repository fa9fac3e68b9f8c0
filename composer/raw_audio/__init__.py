"""Sound itself, sample by sample: networks that dream 5 to 15 s of it, and the engines around them."""
