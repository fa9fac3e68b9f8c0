"""A recording in a file -> samples of one channel. FFmpeg decodes and resamples, through PyAV, of the extra."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import spell_command
from composer.listening.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.frame import AudioFrame
    from av.container import InputContainer
    from numpy.typing import NDArray

    Mono = NDArray[np.float32]
    """Samples in [-1, 1], shape (samples,)."""

SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac", ".webm"})
"""Ends of the names of recordings."""

FORMATS = "wav, flac, mp3, ogg, m4a or webm"

_NEEDED = ("av", "swift_f0")
_SILENCE = 1e-3
_BEGINNINGS = {
    b"fLaC": "flac",
    b"OggS": "ogg",
    b"\x1aE\xdf\xa3": "matroska",
    b"\xff\xf1": "aac",
    b"\xff\xf9": "aac",
    b"ID3": "mp3",
    b"\xff\xfb": "mp3",
    b"\xff\xfa": "mp3",
    b"\xff\xf3": "mp3",
    b"\xff\xf2": "mp3",
    b"\xff\xe3": "mp3",
    b"\xff\xe2": "mp3",
}
"""FFmpeg's name by how a file begins. Bare MP3 begins with a frame of layer III in one of three versions."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a recording is taken.

    Attributes:
        most_bytes: Bytes of the file.
        most_seconds: Seconds of sound.
    """

    most_bytes: int
    most_seconds: float


def is_installed() -> bool:
    """Whether the packages of the extra are."""
    return all(find_spec(name) is not None for name in _NEEDED)


def check_installed() -> None:
    """Say that the extra is missing.

    Raises:
        RequestError: If it is.
    """
    if not is_installed():
        raise refusal("recording_extra", command=spell_command("pip install av swift-f0"))


def is_recording(data: bytes) -> bool:
    """Whether a file begins as a recording of a format that is read here."""
    return bool(_format_of(data))


def decode(data: bytes, *, rate: int, bounds: Bounds) -> Mono:
    """The sound of a recording, its channels mixed.

    Args:
        data: A file of one of `SUFFIXES`; its bytes tell which, not its name.
        rate: Samples a second that are wanted.
        bounds: How much is taken.

    Raises:
        RequestError: If it is no recording, damaged, silent or beyond the bounds, or the extra is not installed.
    """
    check_installed()
    if len(data) > bounds.most_bytes:
        raise refusal("recording_large", megabytes=round(bounds.most_bytes / 1e6))
    samples = _within_range(_joined(_decoded(data, rate), round(bounds.most_seconds * rate), bounds))
    if not len(samples) or float(np.abs(samples).max()) < _SILENCE:
        raise refusal("recording_silent")
    return samples


def _joined(parts: Iterator[Mono], most: int, bounds: Bounds) -> Mono:
    taken: list[Mono] = []
    length = 0
    for part in parts:
        taken.append(part)
        length += len(part)
        if length > most:
            raise refusal("recording_long", seconds=round(bounds.most_seconds))
    return np.concatenate(taken) if taken else np.zeros(0, np.float32)


def _within_range(samples: Mono) -> Mono:
    """The same sound within [-1, 1]: files of floating-point numbers may hold any, and some that are none."""
    finite = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    return finite / max(1.0, float(np.abs(finite).max(initial=0.0)))


def _decoded(data: bytes, rate: int) -> Iterator[Mono]:
    import av  # noqa: PLC0415 - of the extra
    from av.audio.resampler import AudioResampler  # noqa: PLC0415 - the same

    kind = _format_of(data)
    if not kind:
        raise refusal("recording_unreadable")
    try:
        with av.open(BytesIO(data), "r", format=kind, metadata_errors="replace") as container:
            resampler = AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in _frames(container):
                for resampled in resampler.resample(frame):
                    yield resampled.to_ndarray()[0]
            for resampled in resampler.resample(None):
                yield resampled.to_ndarray()[0]
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise refusal("recording_unreadable") from error


def resample(samples: Mono, before: int, rate: int) -> Mono:
    """Samples of one rate at another; needs the extra."""
    import av  # noqa: PLC0415 - of the extra
    from av.audio.resampler import AudioResampler  # noqa: PLC0415 - the same

    frame = av.AudioFrame.from_ndarray(np.asarray(samples, np.float32)[None], format="flt", layout="mono")
    frame.sample_rate = before
    resampler = AudioResampler(format="flt", layout="mono", rate=rate)
    return np.concatenate([part.to_ndarray()[0] for end in (frame, None) for part in resampler.resample(end)])


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    if not container.streams.audio:
        raise refusal("recording_mute")
    yield from container.decode(audio=0)


def _format_of(data: bytes) -> str:
    """FFmpeg's name of the format, told by the first bytes; empty for none of ours.

    Named rather than left to FFmpeg: among all that it knows are lists of other files, which it would open.
    """
    begin = data[:12]
    if begin[:4] in {b"RIFF", b"RF64"}:
        return "wav" if begin[8:] == b"WAVE" else ""
    if begin[4:8] == b"ftyp":
        return "mp4"
    return next((name for start, name in _BEGINNINGS.items() if begin.startswith(start)), "")
