"""Pieces played in voice channels: off unless `CADENZA_VOICE` is set."""
