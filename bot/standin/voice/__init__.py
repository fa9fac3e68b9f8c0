"""The stand-in's voice: a voice server on loopback, and people who listen.

It needs the extra `voice`, and `cryptography` for the keys of the server. `VoiceRooms` is what others use.
"""
