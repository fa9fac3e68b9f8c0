"""Tests of the bot on trial."""
