"""Commands that carry a corpus to another machine."""
