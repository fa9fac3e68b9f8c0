"""The REST interface that the bot calls."""
