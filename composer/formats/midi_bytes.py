"""A MIDI file as people have it -> one that every parser reads alike.

Wrapped in RIFF, with a longer header, with packets of system-exclusive messages, in film time, or with independent
sequences: the parser refuses such files or misreads them in silence. Source: MIDI Manufacturers Association, "Standard
MIDI Files 1.0", RP-001.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from composer.formats.sections import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_RIFF = b"RIFF"
_HEADER, _TRACK = b"MThd", b"MTrk"
_META, _END_OF_TRACK, _TEMPO = 0xFF, 0x2F, 0x51
_PACKETS = frozenset({0xF0, 0xF7})
_PROGRAM_CHANGE = 0xC0
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_INDEPENDENT = 2
_LONGEST_NUMBER = 4
"""Bytes of a number of variable length."""

_FILM_BEATS_A_MINUTE = 120
"""Film time has no beats; files in it are read as if they had this many, which is also what no tempo means."""

_HIGHEST_DIVISION = 0x7FFF


def plain_files(data: bytes) -> list[bytes]:
    """The sequences of a MIDI file, each as a plain file of its own: one, but for format 2.

    Raises:
        Refused: If it is no MIDI file.
    """
    kind, division, body = _opened(data)
    in_film_time = bool(division & 0x8000)
    if in_film_time:
        division = _film_division(division)
    tracks = [_plain_track(track, keep_tempo=not in_film_time) for track in _tracks_in(body)]
    if kind == _INDEPENDENT:
        return [_file_of([track], division) for track in tracks]
    return [_file_of(tracks, division)]


def _opened(data: bytes) -> tuple[int, int, bytes]:
    """Format and division of a file, and what stands after its header."""
    start = data[:4096].find(_HEADER)
    if start > 0 and not data.startswith((_RIFF, b"\xef\xbb\xbf")):
        start = -1
    if start < 0 or len(data) < start + 14:
        raise Refused("unreadable: no MIDI file")
    length, kind, _, division = struct.unpack(">IHHH", data[start + 4 : start + 14])
    if not division:
        raise Refused("unreadable: no ticks in a quarter")
    return kind, division, data[start + 8 + max(6, length) :]


def _film_division(division: int) -> int:
    """Ticks a quarter for so many frames a second and ticks a frame."""
    frames, ticks = 256 - (division >> 8), division & 0xFF
    a_quarter = round(frames * ticks * 60 / _FILM_BEATS_A_MINUTE)
    if not 0 < a_quarter <= _HIGHEST_DIVISION:
        raise Refused("unreadable: no ticks in a frame")
    return a_quarter


def _tracks_in(body: bytes) -> Iterator[bytes]:
    """Its tracks; other chunks are passed over by their length, as the standard says."""
    place = 0
    while place + 8 <= len(body):
        name, length = body[place : place + 4], int.from_bytes(body[place + 4 : place + 8], "big")
        if name == _TRACK:
            yield body[place + 8 : place + 8 + length]
        place += 8 + length


def _file_of(tracks: list[bytes], division: int) -> bytes:
    chunks = b"".join(_TRACK + len(track).to_bytes(4, "big") + track for track in tracks)
    return _HEADER + struct.pack(">IHHH", 6, 1, len(tracks), division) + chunks


class _TrackWriter:
    """Writes the events that matter, and keeps the time of those that don't.

    A channel keeps the program that it had when its first note sounded: what changes it later would make two lines
    of one.
    """

    def __init__(self, *, keep_tempo: bool) -> None:
        self.written = bytearray()
        self._keep_tempo = keep_tempo
        self._waited = 0
        self._sounding: set[int] = set()

    def wait(self, ticks: int) -> None:
        self._waited += ticks

    def channel_event(self, status: int, data: bytes) -> None:
        kind, channel = status & 0xF0, status & 0x0F
        if kind == 0x90:  # noqa: PLR2004 - a note begins
            self._sounding.add(channel)
        if kind != _PROGRAM_CHANGE or channel not in self._sounding:
            self._write(bytes([status]) + data)

    def meta(self, kind: int, data: bytes) -> None:
        if kind != _TEMPO or (self._keep_tempo and any(data)):
            self._write(bytes([_META, kind]) + _number(len(data)) + data)

    def _write(self, event: bytes) -> None:
        self.written += _number(self._waited) + event
        self._waited = 0


def _plain_track(track: bytes, *, keep_tempo: bool) -> bytes:
    """The track without packets of system-exclusive messages and later changes of program, up to where it breaks off.

    Raises:
        Refused: If a byte stands where none can.
    """
    writer = _TrackWriter(keep_tempo=keep_tempo)
    place = status = 0
    while place < len(track):
        ticks, place = _number_at(track, place)
        writer.wait(ticks)
        if place >= len(track):
            break
        if track[place] & 0x80:
            status, place = track[place], place + 1
        if status == _META:
            kind = track[place] if place < len(track) else _END_OF_TRACK
            length, begins = _number_at(track, place + 1)
            place = begins + length
            if kind == _END_OF_TRACK or place > len(track):
                break
            writer.meta(kind, track[begins:place])
        elif status in _PACKETS:
            length, begins = _number_at(track, place)
            place = begins + length
        elif status & 0xF0 in _DATA_BYTES:
            data = track[place : place + _DATA_BYTES[status & 0xF0]]
            place += len(data)
            if any(byte & 0x80 for byte in data):
                raise Refused("unreadable: a track is damaged")
            if len(data) == _DATA_BYTES[status & 0xF0]:
                writer.channel_event(status, data)
        else:
            raise Refused("unreadable: a track is damaged")
    writer.meta(_END_OF_TRACK, b"")
    return bytes(writer.written)


def _number_at(data: bytes, place: int) -> tuple[int, int]:
    """The number of variable length that stands there, and where it ends."""
    value = 0
    for end in range(place, min(place + _LONGEST_NUMBER, len(data))):
        value = value << 7 | data[end] & 0x7F
        if not data[end] & 0x80:
            return value, end + 1
    if place + _LONGEST_NUMBER < len(data):
        raise Refused("unreadable: a track is damaged")
    return value, len(data)


def _number(value: int) -> bytes:
    """A number of variable length; one that is too large for it stays the largest."""
    value = min(value, 0x0FFFFFFF)
    written = [value & 0x7F]
    while value := value >> 7:
        written.append(value & 0x7F | 0x80)
    return bytes(reversed(written))
