"""Lists that people page through and press."""
