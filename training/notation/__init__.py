"""Sheet music of many pieces, counted: what a musician would send back."""
