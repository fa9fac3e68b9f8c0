"""Tokens drawn from a model: the loop, the grammar, the biases and the choice among candidates."""
