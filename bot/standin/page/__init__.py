"""The page in which a person plays the people of the stand-in: what it shows, and what can be done on it."""
