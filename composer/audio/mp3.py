"""Samples -> MP3 with tags, through LAME.

LAME through lameenc takes a sixth of the time that it takes through libsndfile, which neither lets its speed be chosen
nor writes tags in the character set that it declares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lameenc
import numpy as np

from composer.audio.samples import CHANNELS, SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.audio.mastering import Mastered
    from composer.audio.samples import Pcm

ARTIST = "Cadenza"
KILOBITS = 160
"""Per second, constant, so that every program shows the true length: a minute is 1.2 MB, five are 6 MB."""

_QUALITY = 7
"""LAME's search effort, 0 (most) to 9. At this bit rate 7 leaves less noise than 2 to 6, in half their time."""

_DELAY = 1105
"""Frames of silence that encoder and decoder put before the sound."""

_TAG_HEAD, _FRAME_HEAD = 10, 10
"""Bytes before the frames of a tag, and before what a frame holds."""

_UTF_8 = b"\x03"
_UNDESCRIBED = b"eng\0"

_FRAMES_AT_ONCE = 10 * SAMPLE_RATE


def encode_mp3(
    pcm: Pcm | Mastered,
    *,
    title: str,
    comment: str,
    kilobits: int = KILOBITS,
    mono: bool = False,
    check: Callable[[], None] = lambda: None,
) -> bytes:
    """Encode to MP3 with an ID3 tag.

    Args:
        pcm: Shape (frames, 2), of more than 25 ms. The last 25 ms must be silent: they are left off to make up for the
            encoder's delay, so that the file lasts as long as `pcm` within one MP3 frame, 26 ms.
        title: Title of the piece.
        comment: Whatever repeats the piece, such as its settings.
        kilobits: Per second, one of MPEG-1's rates.
        mono: Whether both channels become one.
        check: Called every ten seconds of sound; what it raises ends the encoding.
    """
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(SAMPLE_RATE)
    # LAME would lower it at low bit rates, and lengthen the delay with it.
    encoder.set_out_sample_rate(SAMPLE_RATE)
    encoder.set_channels(1 if mono else CHANNELS)
    encoder.set_bit_rate(kilobits)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    pieces = [id3_tag(title=title, comment=comment)]
    for start in range(0, len(pcm) - _DELAY, _FRAMES_AT_ONCE):
        check()
        sound = pcm[start : min(start + _FRAMES_AT_ONCE, len(pcm) - _DELAY)]
        if mono:
            sound = np.rint(sound.mean(axis=1)).astype(np.int16)
        pieces.append(bytes(encoder.encode(sound.astype("<i2", copy=False).tobytes())))
    return b"".join([*pieces, bytes(encoder.flush())])


def id3_tag(*, title: str, comment: str) -> bytes:
    """Write an ID3v2.4 tag in UTF-8 (https://id3.org/id3v2.4.0-structure)."""
    frames = _text_frame("TIT2", title) + _text_frame("TPE1", ARTIST)
    # A comment has a language and a description of its own; without a description, players show it as the comment.
    frames += _frame("COMM", _UNDESCRIBED + comment.encode())
    return b"ID3\x04\x00\x00" + _syncsafe(len(frames)) + frames


def read_comment(data: bytes) -> str:
    """The comment in the tag of an MP3 that `encode_mp3` wrote.

    Raises:
        ValueError: If there is none.
    """
    place, end = _TAG_HEAD, _TAG_HEAD + _unsyncsafe(data[_TAG_HEAD - 4 : _TAG_HEAD])
    while data.startswith(b"ID3\x04") and place + _FRAME_HEAD < end <= len(data):
        name, size = data[place : place + 4], _unsyncsafe(data[place + 4 : place + 8])
        content = data[place + _FRAME_HEAD : place + _FRAME_HEAD + size]
        if name == b"COMM":
            return content.removeprefix(_UTF_8 + _UNDESCRIBED).decode()
        place += _FRAME_HEAD + size
    raise ValueError("there is no comment in it")


def without_tag(data: bytes) -> bytes:
    """The sound of an MP3 that `encode_mp3` wrote, without a word about what it is."""
    if not data.startswith(b"ID3\x04"):
        return data
    return data[_TAG_HEAD + _unsyncsafe(data[_TAG_HEAD - 4 : _TAG_HEAD]) :]


def _text_frame(name: str, text: str) -> bytes:
    return _frame(name, text.encode())


def _frame(name: str, content: bytes) -> bytes:
    return name.encode("ascii") + _syncsafe(len(content) + 1) + b"\0\0" + _UTF_8 + content


def _syncsafe(number: int) -> bytes:
    """Spread 28 bits over four bytes of seven."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _unsyncsafe(four: bytes) -> int:
    """The number that `_syncsafe` spread."""
    return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))
