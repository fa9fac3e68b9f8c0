"""Health and figures for whoever watches the bot."""
