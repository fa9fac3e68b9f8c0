"""What people read, in their own language: one TOML file for each language."""
