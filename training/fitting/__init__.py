"""Training a network on a prepared corpus."""
