"""Generated pieces beside pieces by people: `python -m training compare`."""
