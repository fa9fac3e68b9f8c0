"""The bot on trial: the stand-in, the page and the bot's own process, started and ended together."""
