"""A check-up of everything that the bot needs."""
