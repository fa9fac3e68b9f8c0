"""Stochastic music after Xenakis: laws of chance decide when and how each sound comes."""
