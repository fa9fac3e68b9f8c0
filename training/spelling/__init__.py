"""How notes are spelled: read from scores, learned and measured."""
