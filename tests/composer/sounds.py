"""Sounds and MIDI files to test with."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import mido
import numpy as np
import soundfile

from composer.audio.samples import CHANNELS, SAMPLE_RATE, frames_in

if TYPE_CHECKING:
    from composer.audio.samples import Samples

BEAT = 480


def scale(*, beats: int, velocity: int = 80) -> bytes:
    """A C major scale on the piano as MIDI, a note every half second; the file ends half a second after the last."""
    file = mido.MidiFile(ticks_per_beat=BEAT)
    track = file.add_track()
    for beat in range(beats):
        pitch = 60 + (0, 2, 4, 5, 7, 9, 11)[beat % 7]
        track.append(mido.Message("note_on", note=pitch, velocity=velocity))
        track.append(mido.Message("note_off", note=pitch, time=BEAT))
    track.append(mido.MetaMessage("end_of_track", time=BEAT))
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def sine(*, hertz: float, seconds: float, level: float = 1.0, phase: float = 0.0) -> Samples:
    """The same sine in both channels."""
    wave = level * np.sin(2 * np.pi * hertz * np.arange(frames_in(seconds)) / SAMPLE_RATE + phase)
    return np.repeat(wave.astype(np.float32)[:, None], CHANNELS, axis=1)


def noise(rng: np.random.Generator, *, seconds: float, level: float = 0.1) -> Samples:
    """White noise, different in each channel."""
    return rng.normal(0, level, (frames_in(seconds), CHANNELS)).astype(np.float32)


def decoded(mp3: bytes) -> Samples:
    """What another program hears in an MP3 file."""
    samples, rate = soundfile.read(BytesIO(mp3), dtype="float32", always_2d=True)
    assert rate == SAMPLE_RATE
    return np.asarray(samples, np.float32)
