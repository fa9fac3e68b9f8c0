"""Music as a network reads it: tokens, and the features beside each."""
