"""Sounds that are made for tests: tones with harmonics, and recordings of them in every format."""

from __future__ import annotations

from io import BytesIO

import av
import numpy as np

_HARMONICS = (1.0, 0.5, 0.33, 0.25, 0.2, 0.12)


def frequency_of(pitch):
    return 440 * 2 ** ((np.asarray(pitch) - 69) / 12)


def strike(notes, *, rate, seconds):
    """Notes of (start, end, pitch) as strings sound: at once loud, then fading."""
    samples = np.zeros(round(seconds * rate), np.float32)
    for start, end, pitch in notes:
        time = np.arange(round((end - start) * rate)) / rate
        tone = sum(
            loud * np.sin(2 * np.pi * frequency_of(pitch) * (harmonic + 1) * time) * np.exp(-time * (2 + harmonic))
            for harmonic, loud in enumerate(_HARMONICS)
        )
        fade = np.minimum(1, (end - start - time) / 0.02)
        first = round(start * rate)
        samples[first : first + len(time)] += 0.15 * tone * fade
    return samples


FILES = {
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "mp3": ("mp3", "libmp3lame"),
    "voice message": ("ogg", "libopus"),
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
    "webm": ("webm", "libopus"),
}
"""By name: what FFmpeg calls the container and the codec."""


def record(samples, *, rate, kind="wav"):
    """Samples of one channel as a file."""
    container_name, codec = FILES[kind]
    file = BytesIO()
    with av.open(file, "w", format=container_name) as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.asarray(samples, np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return file.getvalue()
