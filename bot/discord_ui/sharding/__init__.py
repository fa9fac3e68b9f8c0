"""Several connections to Discord, for a bot that is on very many servers."""
