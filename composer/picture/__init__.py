"""A score as a piano roll."""
