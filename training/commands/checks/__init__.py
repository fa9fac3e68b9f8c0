"""Commands that check what the composer writes."""
