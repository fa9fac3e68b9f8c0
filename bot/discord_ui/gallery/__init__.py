"""What a server shows of its pieces, in channels that it chose."""
