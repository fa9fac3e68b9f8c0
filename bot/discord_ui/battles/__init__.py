"""Battles on Discord: their messages, and what happens to them while the bot runs."""
