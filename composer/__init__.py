"""From a request to music: models, sampling, MIDI, audio and picture.

Knows nothing of Discord, databases, event loops or environment variables, and never loads TensorFlow.
"""
