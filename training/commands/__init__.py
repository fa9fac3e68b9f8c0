"""The commands of `python -m training`, a module each: `add_parser` describes one and names what runs it."""
