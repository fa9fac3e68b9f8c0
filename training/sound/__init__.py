"""Networks that play an instrument, and what they learn from."""
