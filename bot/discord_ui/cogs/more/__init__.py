"""What is behind *More* below a piece."""
