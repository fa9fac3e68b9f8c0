"""Simulated listeners whose tastes are known: whether retraining on their ratings makes music that they like better."""
