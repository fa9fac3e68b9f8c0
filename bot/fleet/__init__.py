"""Workers on other machines: the process that is one, and how a bot has its pieces made by them."""
