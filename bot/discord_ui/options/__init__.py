"""The options of a piece on Discord: parameters of commands, values, the Change form, and what is checked."""
