"""Ears: what a listener heard, as sound."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from discord import opus

from bot.standin.voice.listener import SILENCE

if TYPE_CHECKING:
    from bot.standin.voice.listener import HeardPacket, VoiceListener

RATE = 48_000
_WRAPS = 1 << 32


def sounding(listener: VoiceListener) -> list[HeardPacket]:
    """The packets that hold sound."""
    return [packet for packet in listener.heard if packet.opus not in {None, SILENCE}]


def undecryptable(listener: VoiceListener) -> int:
    """Packets that could not be decrypted after the first that could: before, there is no group yet."""
    known = [packet.opus is not None for packet in listener.heard]
    return known[known.index(True) :].count(False)


def heard(listener: VoiceListener) -> np.ndarray:
    """All that was heard, decoded; shape (frames, 2), full scale is 1."""
    decoder = opus.Decoder()
    pcm = b"".join(decoder.decode(packet.opus, fec=False) for packet in sounding(listener))
    return np.frombuffer(pcm, "<i2").reshape(-1, 2) / 32768


def pitches(listener: VoiceListener) -> tuple[float, float]:
    """The loudest frequencies left and right, in hertz."""
    sound = heard(listener)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))[:, None], axis=0))
    left, right = (np.argmax(spectrum, axis=0) * RATE / len(sound)).tolist()
    return left, right


def longest_gap(listener: VoiceListener) -> float:
    """Seconds between the beginnings of two packets of a piece, at most; by their timestamps, not by the clock.

    After each piece discord.py sends five packets of silence, which are no gap.
    """
    packets = pairwise(packet for packet in listener.heard if packet.opus is not None)
    inside = [(one, other) for one, other in packets if SILENCE not in {one.opus, other.opus}]
    return max(((other.timestamp - one.timestamp) % _WRAPS for one, other in inside), default=0) / RATE
