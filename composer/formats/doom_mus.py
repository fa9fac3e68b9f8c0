"""The Doom engine's MUS -> MIDI.

MUS counts time in 140ths of a second, and knows neither tempo nor metre: the beat is found. Source: "MUS", the Doom
Wiki, doomwiki.org/wiki/MUS.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING

from composer.formats.midi_bytes import file_of
from composer.formats.sections import Refused
from composer.formats.steady_beat import find_beat
from composer.formats.track_writer import number_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"MUS\x1a"
_HEADER_BYTES = 16
_TICKS_A_SECOND = 140
_DIVISION = 480
_PERCUSSION, _MIDI_PERCUSSION = 15, 9
_LOUDEST = 127
_PITCH_WHEEL_STEPS = 64
_CONTROLLERS = {3: 7, 4: 10, 5: 11, 8: 64}
"""MUS's volume, pan, expression and pedal, and MIDI's numbers of them."""


class _Kind(IntEnum):
    RELEASE, PLAY, BEND, SYSTEM, CONTROL, MEASURE_END, SCORE_END, UNUSED = range(8)


def midi_of(data: bytes) -> bytes:
    """The same music as a MIDI file, with the tempo that was found.

    Raises:
        Refused: If it is damaged, or has no steady beat.
    """
    events = list(_events_in(data))
    beat = find_beat(tick / _TICKS_A_SECOND for tick, message in events if message[0] & 0xF0 == 0x90)  # noqa: PLR2004
    if beat is None:
        raise Refused("no steady beat, which its format does not tell either")
    ahead = -beat.first % (beat.seconds / 2)
    track = bytearray(b"\x00\xff\x51\x03" + round(beat.seconds * 1_000_000).to_bytes(3, "big"))
    now = 0
    for tick, message in events:
        place = round((tick / _TICKS_A_SECOND + ahead) / beat.seconds * _DIVISION)
        track += number_bytes(place - now) + message
        now = place
    track += b"\x00\xff\x2f\x00"
    return file_of([bytes(track)], _DIVISION)


def _events_in(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Ticks and MIDI messages, up to the end of the score or to where it breaks off."""
    if len(data) < _HEADER_BYTES:
        raise Refused("unreadable: its music is damaged")
    (place,) = struct.unpack("<H", data[6:8])
    loudness = [_LOUDEST] * 16
    now = 0
    while place < len(data):
        event, place = data[place], place + 1
        kind, channel = _Kind(event >> 4 & 7), event & 0x0F
        values = data[place : place + _bytes_of(kind, data[place : place + 1])]
        place += len(values)
        if kind is _Kind.SCORE_END or len(values) < _bytes_of(kind, values):
            return
        if kind is _Kind.PLAY and len(values) > 1:
            loudness[channel] = values[1] & 0x7F
        message = _message(kind, _midi_channel(channel), values, loudness[channel])
        if message:
            yield now, message
        if event & 0x80:
            ticks, place = _ticks_at(data, place)
            now += ticks


def _bytes_of(kind: _Kind, values: bytes) -> int:
    """How many bytes follow an event; a note is followed by its loudness where its first bit says so."""
    match kind:
        case _Kind.PLAY:
            return 2 if values and values[0] & 0x80 else 1
        case _Kind.CONTROL:
            return 2
        case _Kind.MEASURE_END | _Kind.SCORE_END:
            return 0
        case _:
            return 1


def _message(kind: _Kind, channel: int, values: bytes, loudness: int) -> bytes:
    """The MIDI message for an event; empty where there is none."""
    low = [value & 0x7F for value in values]
    match kind:
        case _Kind.RELEASE:
            return bytes([0x80 | channel, low[0], 0])
        case _Kind.PLAY:
            return bytes([0x90 | channel, low[0], loudness])
        case _Kind.BEND:
            bend = values[0] * _PITCH_WHEEL_STEPS
            return bytes([0xE0 | channel, bend & 0x7F, bend >> 7])
        case _Kind.CONTROL if values[0] == 0:
            return bytes([0xC0 | channel, low[1]])
        case _Kind.CONTROL if values[0] in _CONTROLLERS:
            return bytes([0xB0 | channel, _CONTROLLERS[values[0]], low[1]])
        case _:
            return b""


def _midi_channel(channel: int) -> int:
    if channel == _PERCUSSION:
        return _MIDI_PERCUSSION
    return channel + (channel >= _MIDI_PERCUSSION)


def _ticks_at(data: bytes, place: int) -> tuple[int, int]:
    """Ticks to wait, seven bits a byte, and where they end."""
    ticks = 0
    while place < len(data):
        byte, place = data[place], place + 1
        ticks = min(ticks << 7 | byte & 0x7F, 0x0FFFFFFF)
        if not byte & 0x80:
            break
    return ticks, place
