"""The networks, a module each, and the registry that lists them."""
