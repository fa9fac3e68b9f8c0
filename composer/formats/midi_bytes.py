"""A MIDI file as people have it -> one that every parser reads alike.

Wrapped in RIFF, with a longer header, with packets of system-exclusive messages, in film time, or with independent
sequences: the parser refuses such files or misreads them in silence. Source: MIDI Manufacturers Association, "Standard
MIDI Files 1.0", RP-001.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from composer.formats.sections import Refused
from composer.formats.track_writer import END_OF_TRACK, META, TrackWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

_RIFF = b"RIFF"
_HEADER, _TRACK = b"MThd", b"MTrk"
_SHORTEST = 14
"""Bytes of a header."""

_MAC_BINARY = 128
"""Bytes that old programs for the Macintosh put in front of a file."""

_LAST_EVENT = b"\xff\x2f\x00"
_PACKETS = frozenset({0xF0, 0xF7})
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_STREAM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
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
        return [file_of([track], division) for track in tracks]
    return [file_of(tracks, division)]


def _opened(data: bytes) -> tuple[int, int, bytes]:
    """Format and division of a file, and what stands after its header."""
    data = _unwrapped(data)
    if not data.startswith(_HEADER) or len(data) < _SHORTEST:
        raise Refused("unreadable: no MIDI file")
    length, kind, _, division = struct.unpack(">IHHH", data[4:_SHORTEST])
    if not division:
        raise Refused("unreadable: no ticks in a quarter")
    return kind, division, data[8 + max(6, length) :]


def _unwrapped(data: bytes) -> bytes:
    """The file without what other programs put in front of it or around it."""
    if data.startswith(_RIFF):
        return _data_of_riff(data)
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if data.startswith((b"\r", b"\n")):
        return data.lstrip(b"\r\n")
    return data[_MAC_BINARY:] if data[_MAC_BINARY:].startswith(_HEADER) and data.startswith(b"\x00") else data


def _data_of_riff(data: bytes) -> bytes:
    """The chunk `data` of a RIFF file. Every chunk begins at an even place, whatever its length."""
    place = 12
    while place + 8 <= len(data):
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        # Some programs leave the length open.
        if name == b"data":
            return data[place + 8 : place + 8 + length if length else None]
        place += 8 + length + length % 2
    return b""


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
    while place >= 0 and place + 8 <= len(body):
        name, length = body[place : place + 4], int.from_bytes(body[place + 4 : place + 8], "big")
        begins, end = place + 8, place + 8 + length
        if name == _TRACK:
            end = _end_of_track(body, begins, end)
            yield body[begins:end]
        place = end if body[end : end + 4].isalpha() else body.find(_TRACK, end)


def _end_of_track(body: bytes, begins: int, end: int) -> int:
    """Where a track ends of which its length says it; some programs write down a wrong one."""
    overrun = body.find(_LAST_EVENT + _TRACK, begins, end)
    if overrun >= 0:
        return overrun + len(_LAST_EVENT)
    if end == len(body) or body[begins:end].endswith(_LAST_EVENT) or body[end : end + 4].isalpha():
        return end
    following = body.find(_TRACK, begins)
    return following if following >= 0 else len(body)


def file_of(tracks: list[bytes], division: int) -> bytes:
    """A file of format 1."""
    chunks = b"".join(_TRACK + len(track).to_bytes(4, "big") + track for track in tracks)
    return _HEADER + struct.pack(">IHHH", 6, 1, len(tracks), division) + chunks


def _plain_track(track: bytes, *, keep_tempo: bool) -> bytes:
    """The track without packets of system-exclusive messages and later changes of program, up to where it breaks off.

    Raises:
        Refused: If a byte stands where none can.
    """
    writer = TrackWriter(keep_tempo=keep_tempo)
    place = running = 0
    while place < len(track):
        ticks, place = _number_at(track, place)
        writer.wait(ticks)
        if place >= len(track):
            break
        status, running, place = _status_at(track, place, running)
        if status == META:
            kind = track[place] if place < len(track) else END_OF_TRACK
            length, begins = _number_at(track, place + 1)
            place = begins + length
            if kind == END_OF_TRACK or place > len(track):
                break
            writer.meta(kind, track[begins:place])
        elif status in _PACKETS:
            length, begins = _number_at(track, place)
            place = begins + length
        else:
            data = track[place : place + _data_bytes(status)]
            place += len(data)
            if any(byte & 0x80 for byte in data):
                raise Refused("unreadable: a track is damaged")
            if len(data) == _data_bytes(status) and status < min(_PACKETS):
                writer.channel_event(status, data)
    return writer.finished_track()


def _status_at(track: bytes, place: int, running: int) -> tuple[int, int, int]:
    """The status of an event, the status that runs on after it, and where the event goes on.

    By the standard no status runs on after a meta event or a packet. Many programs let it, as most readers do.
    """
    status = track[place]
    if not status & 0x80:
        if not running:
            raise Refused("unreadable: a track is damaged")
        return running, running, place
    return status, status if status < min(_PACKETS) else running, place + 1


def _data_bytes(status: int) -> int:
    """How many bytes follow a status; those of a live stream, which no file should hold, have few."""
    return _DATA_BYTES[status & 0xF0] if status < min(_PACKETS) else _STREAM_BYTES.get(status, 0)


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
