"""Samples -> how surely each key of a piano begins and sounds, by the network of basic-pitch.

Bittner, Bosch, Rubinstein, Meseguer-Brocal, Ewert 2022, "A Lightweight Instrument-Agnostic Model for Polyphonic Note
Transcription and Multipitch Estimation". The network lies beside this module; `ATTRIBUTION.md` says whose it is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import onnxruntime
    from numpy.typing import NDArray

    from composer.listening.recording import Mono

    Posteriorgram = NDArray[np.float32]
    """Probabilities, shape (frames, KEYS)."""

RATE = 22050
HOP = 256
"""Samples a second and samples a frame."""

LOWEST = 21
KEYS = 88
"""MIDI pitch of the lowest key, and how many there are."""

_WINDOW = 43844
_FRAMES = 172
_EDGE = 15
"""Samples and frames of a window, and frames at each end of it in which the network sees too little."""

_KEPT = _FRAMES - 2 * _EDGE
_INPUT, _SOUNDING, _BEGINNING = "serving_default_input_2:0", "StatefulPartitionedCall:1", "StatefulPartitionedCall:2"
_FILE = Path(__file__).with_name("basic-pitch.onnx")


class Posteriorgrams(NamedTuple):
    """What the network hears; frame n stands at n * HOP / RATE seconds."""

    beginning: Posteriorgram
    sounding: Posteriorgram


def find_posteriorgrams(samples: Mono) -> Posteriorgrams:
    """Listen to samples at `RATE`, window by window; at most two seconds are in memory at a time."""
    frames = len(samples) // HOP + 1
    padded = np.concatenate([np.zeros(_EDGE * HOP, np.float32), samples, np.zeros(_WINDOW, np.float32)])
    heard = [_heard(padded[start * HOP :][:_WINDOW]) for start in range(0, frames, _KEPT)]
    beginning, sounding = (np.concatenate(each)[:frames] for each in zip(*heard, strict=True))
    return Posteriorgrams(beginning, sounding)


def _heard(window: Mono) -> tuple[Posteriorgram, Posteriorgram]:
    beginning, sounding = _session().run([_BEGINNING, _SOUNDING], {_INPUT: window[None, :, None]})
    return beginning[0, _EDGE : _EDGE + _KEPT], sounding[0, _EDGE : _EDGE + _KEPT]


@cache
def _session() -> onnxruntime.InferenceSession:
    import onnxruntime  # noqa: PLC0415 - takes long to load, and who reads files of notes needs none of it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(_FILE, options, providers=["CPUExecutionProvider"])
