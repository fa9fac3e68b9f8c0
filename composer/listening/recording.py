"""A recording in a file -> samples of one channel. FFmpeg decodes and resamples, through PyAV, of the extra."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import MachineError, RequestError, spell_command

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
_AUDIO_TRANSPORT = b"\xff\xf1", b"\xff\xf9"
"""How a frame of AAC begins outside of a container; that of an MP3 begins with other bits."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a recording is taken.

    Attributes:
        most_bytes: Bytes of the file.
        most_seconds: Seconds of sound.
    """

    most_bytes: int
    most_seconds: float


def check_installed() -> None:
    """Say that the extra is missing.

    Raises:
        MachineError: If it is.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise MachineError(
            f"recordings are read by packages that are not installed; run: {spell_command('pip install')} av swift-f0"
        )


def decode(data: bytes, *, rate: int, bounds: Bounds) -> Mono:
    """The sound of a recording, its channels mixed.

    Args:
        data: A file of one of `SUFFIXES`; its bytes tell which, not its name.
        rate: Samples a second that are wanted.
        bounds: How much is taken.

    Raises:
        RequestError: If it is no recording, damaged, silent or beyond the bounds.
        MachineError: If the extra is not installed.
    """
    check_installed()
    if len(data) > bounds.most_bytes:
        raise RequestError(
            f"the recording has {len(data) / 1e6:.1f} MB; at most {bounds.most_bytes / 1e6:g} MB are heard",
            reason="recording-large",
            values={"most": round(bounds.most_bytes / 1e6)},
        )
    samples = _joined(_decoded(data, rate), round(bounds.most_seconds * rate), bounds)
    if not len(samples) or float(np.abs(samples).max()) < _SILENCE:
        raise RequestError("the recording is silent; record it again, louder", reason="recording-silent")
    return samples


def _joined(parts: Iterator[Mono], most: int, bounds: Bounds) -> Mono:
    taken: list[Mono] = []
    length = 0
    for part in parts:
        taken.append(part)
        length += len(part)
        if length > most:
            raise RequestError(
                f"the recording is longer than {bounds.most_seconds:g} s; cut it shorter",
                reason="recording-long",
                values={"most": round(bounds.most_seconds)},
            )
    return np.nan_to_num(np.concatenate(taken)) if taken else np.zeros(0, np.float32)


def _decoded(data: bytes, rate: int) -> Iterator[Mono]:
    import av  # noqa: PLC0415 - of the extra
    from av.audio.resampler import AudioResampler  # noqa: PLC0415 - the same

    try:
        with av.open(BytesIO(data), "r", format=_format_of(data), metadata_errors="replace") as container:
            resampler = AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in _frames(container):
                for resampled in resampler.resample(frame):
                    yield resampled.to_ndarray()[0]
            for resampled in resampler.resample(None):
                yield resampled.to_ndarray()[0]
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise _unreadable() from error


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
        raise RequestError("there is no sound in that file; name a recording", reason="recording-without-sound")
    yield from container.decode(audio=0)


def _format_of(data: bytes) -> str:
    """FFmpeg's name of the format, told by the first bytes.

    Named rather than left to FFmpeg: among all that it knows are lists of other files, which it would open.

    Raises:
        RequestError: If it is none of ours.
    """
    begin = data[:12]
    if begin[:4] in {b"RIFF", b"RF64"} and begin[8:12] == b"WAVE":
        return "wav"
    if begin[4:8] == b"ftyp":
        return "mp4"
    known = {b"fLaC": "flac", b"OggS": "ogg", b"\x1aE\xdf\xa3": "matroska"}
    if begin[:4] in known:
        return known[begin[:4]]
    if begin[:2] in _AUDIO_TRANSPORT:
        return "aac"
    if begin[:3] == b"ID3" or (len(begin) > 1 and begin[0] == 0xFF and begin[1] & 0xE0 == 0xE0):  # noqa: PLR2004 - MPEG's eleven bits of synchronisation
        return "mp3"
    raise _unreadable()


def _unreadable() -> RequestError:
    return RequestError(f"that is no recording I can read; send {FORMATS}", reason="recording-unreadable")
