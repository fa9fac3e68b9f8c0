"""What is kept about people and servers: their settings, their deletions, and how long anything stays."""
