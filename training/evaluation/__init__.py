"""What a model is worth on pieces that it never saw."""
