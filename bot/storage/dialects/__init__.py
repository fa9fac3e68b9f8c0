"""The databases that the rows may lie in: what each of them does in a way of its own."""
