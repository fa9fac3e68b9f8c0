"""The network architectures, each with a whole-sequence face and a step face."""
