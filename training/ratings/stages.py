"""What a retraining goes through, as it is told to people and to the bot."""

RANKING, FINETUNE, PREFERENCE = WAYS = ("ranking", "finetune", "preference")
"""Ways to learn, see the modules `leaning`, `tuning` and `preference`."""

GATE = "gate"
"""Comparing parent and candidate."""
