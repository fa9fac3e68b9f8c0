"""What has to be installed for voice."""

from __future__ import annotations

from importlib.util import find_spec

from discord import opus

_PACKAGES = {"nacl": "PyNaCl", "davey": "davey"}


def missing_for_voice() -> str | None:
    """The first thing that voice needs and that is not here, and how to get it; None if all is here."""
    for module, package in _PACKAGES.items():
        if find_spec(module) is None:
            return f"{package} is missing; install cadenza[voice] or requirements/voice.txt"
    try:
        opus.Encoder.get_opus_version()
    except opus.OpusNotLoaded:
        return "libopus is missing; apt-get install libopus0"
    return None
