"""Programs that measure; run by hand, none of them is a test."""
