"""The commands, one cog for each subject."""
