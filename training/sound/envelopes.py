"""How an instrument's notes begin, die away and end, found in its recordings."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from composer.source_filter.excitation import HOP, RATE, Excitation, NoteEnvelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.sound.recordings import NotedRecording

ATTACKS = (0.004, 0.03, 0.1)
HALF_LIVES = (0.0, 0.2, 0.35, 0.5, 0.8, 1.5, 3.0)
RELEASES = (0.01, 0.03, 0.06, 0.12, 0.3, 1.0)
"""Seconds that are tried; a half-life of 0 is a note that is held as it is."""

_LISTENED = 100.0
"""Seconds of sound that are enough."""

_FLOOR = 3e-2
"""What lies so far under the mean amplitude is not listened to."""


def fit_envelope(recordings: Sequence[NotedRecording]) -> NoteEnvelope:
    """The envelope whose excitation rises and falls most as the recordings do."""
    heard = _first_seconds(recordings)
    found = [_amplitudes(sound) for sound, _ in heard]
    best, least = None, np.inf
    for attack, half_life, release in product(ATTACKS, HALF_LIVES, RELEASES):
        if half_life and attack != ATTACKS[0]:
            continue  # what dies away was struck
        envelope = NoteEnvelope(attack=attack, half_life=half_life, release=release)
        distance = 0.0
        for (sound, recording), wanted in zip(heard, found, strict=True):
            distance += _distance(wanted, _excited(recording, envelope, len(sound)))
        if distance < least:
            best, least = envelope, distance
    assert best is not None
    return best


def _first_seconds(recordings: Sequence[NotedRecording]) -> list[tuple[NDArray[np.float32], NotedRecording]]:
    left, taken = int(_LISTENED * RATE), []
    for recording in recordings:
        sound = recording.samples[: left // HOP * HOP]
        sound = sound[: len(sound) // HOP * HOP]
        if len(sound) and len(recording.notes):
            taken.append((sound, recording))
            left -= len(sound)
    return taken


def _amplitudes(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Root mean square of each frame."""
    root: NDArray[np.float32] = np.sqrt(np.mean(np.square(sound.reshape(-1, HOP)), axis=-1))
    return root


def _excited(recording: NotedRecording, envelope: NoteEnvelope, samples: int) -> NDArray[np.float32]:
    """Amplitude of each frame of the excitation: its notes' powers add up."""
    return Excitation(recording.notes, envelope).amplitudes(samples // HOP)


def _distance(wanted: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    """How differently two amplitudes move, on a logarithmic scale, whatever their levels."""
    apart = [np.log(np.maximum(one, _FLOOR * one.mean()) + 1e-9) for one in (wanted, found)]
    difference = apart[0] - apart[1]
    return float(np.mean(np.abs(difference - np.median(difference))) * len(wanted))
