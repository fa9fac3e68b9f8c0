"""How people play: performances on piano rolls, described, compared with ours, and learned from."""
