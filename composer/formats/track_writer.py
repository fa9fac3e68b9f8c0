"""Writes a track of a plain MIDI file, event by event."""

from __future__ import annotations

from collections import defaultdict

META, END_OF_TRACK = 0xFF, 0x2F
_TEMPO = 0x51
_NOTE_OFF, _NOTE_ON, _PROGRAM_CHANGE = 0x80, 0x90, 0xC0
_LARGEST_NUMBER = 0x0FFFFFFF


class TrackWriter:
    """Writes the events that matter, and keeps the time of those that don't.

    A channel keeps the program that it had when its first note sounded: what changes it later would make two lines
    of one. A note that nothing ends is ended where its key is struck again, or by the end of the track.
    """

    def __init__(self, *, keep_tempo: bool) -> None:
        """Write tempos only where they are to be kept."""
        self._keep_tempo = keep_tempo
        self._now = 0
        self._events: list[tuple[int, bool, bytes]] = []
        self._sounding: set[int] = set()
        self._struck: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._held: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._loose_ends: dict[tuple[int, int], int] = {}

    def wait(self, ticks: int) -> None:
        """Let time go by."""
        self._now += ticks

    def channel_event(self, status: int, data: bytes) -> None:
        """Write a channel's event, with all of its data."""
        kind, channel = status & 0xF0, status & 0x0F
        if kind == _PROGRAM_CHANGE and channel in self._sounding:
            return
        if kind == _NOTE_ON and data[1]:
            self._sounding.add(channel)
            self._strike((channel, data[0]))
        elif kind in {_NOTE_ON, _NOTE_OFF}:
            self._release((channel, data[0]))
        self._write(bytes([status]) + data)

    def _strike(self, key: tuple[int, int]) -> None:
        self._struck[key].append(self._now)
        # An end that came for no note belongs to one of no length, which some programs begin after its end.
        if self._loose_ends.pop(key, None) != self._now:
            self._held[key].append(self._now)

    def _release(self, key: tuple[int, int]) -> None:
        if self._held[key]:
            # The note that was struck last: the one before it was then struck again without an end.
            self._held[key].pop()
        else:
            self._loose_ends[key] = self._now

    def meta(self, kind: int, data: bytes) -> None:
        """Write a meta event."""
        if kind != _TEMPO or (self._keep_tempo and any(data)):
            self._write(bytes([META, kind]) + number_bytes(len(data)) + data)

    def finished_track(self) -> bytes:
        """All that was written, with an end."""
        for (channel, pitch), starts in self._held.items():
            for start in starts:
                again = (tick for tick in self._struck[channel, pitch] if tick > start)
                end = next(again, max(self._now, start + 1))
                self._events.append((end, False, bytes([_NOTE_OFF | channel, pitch, 0])))
        if any(self._held.values()):
            self._events.sort(key=lambda event: event[:2])
        written, before = bytearray(), 0
        for tick, _, event in self._events:
            written += number_bytes(tick - before) + event
            before = tick
        return bytes(written + number_bytes(max(self._now - before, 0)) + bytes([META, END_OF_TRACK, 0]))

    def _write(self, event: bytes) -> None:
        self._events.append((self._now, True, event))


def number_bytes(value: int) -> bytes:
    """A number of variable length; one that is too large for it stays the largest."""
    value = min(value, _LARGEST_NUMBER)
    written = [value & 0x7F]
    while value := value >> 7:
        written.append(value & 0x7F | 0x80)
    return bytes(reversed(written))
