"""Commands about sound itself."""
