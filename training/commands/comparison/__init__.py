"""Commands that hold what engines compose beside what people wrote."""
