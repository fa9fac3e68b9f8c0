"""The steps by which the database became what `bot.storage.tables` says; a step that was released never changes."""
