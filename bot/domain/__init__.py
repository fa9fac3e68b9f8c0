"""The data that all parts of the bot exchange. No database, no Discord."""
