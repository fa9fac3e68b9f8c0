"""The check of what voice needs: packages, libopus, and a way out for UDP."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.discord_ui.voice.needs import missing_for_voice
from bot.doctor.discord_checks import API
from bot.doctor.finding import Finding, ill, well

if TYPE_CHECKING:
    from bot.settings import Settings

_PORT = 50_000
"""The lowest port at which Discord's voice servers listen."""


def examine_voice(settings: Settings) -> Finding:
    """Whether pieces can be played in voice channels, as far as this machine knows; nobody answers a datagram."""
    if not settings.voice:
        return well("voice", "off; CADENZA_VOICE=1 lets the bot play in voice channels")
    missing = missing_for_voice()
    if missing is not None:
        return ill("voice", missing)
    host = urlsplit(settings.discord_api_base or API).hostname or ""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.connect((host, _PORT))
            datagrams.send(b"\0")
    except OSError as error:
        return ill("voice", f"UDP cannot be sent to {host} ({error.strerror}); let UDP out, to ports 50000 to 65535")
    return well("voice", "PyNaCl, davey and libopus are there, and UDP goes out")
