"""A score laid out for an instrument: which voice plays which note, in its range."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER, Part, note_order
from composer.performance.instruments import OCTAVE
from composer.performance.sections import share_out, timpani_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from composer.music.score import Note, Score
    from composer.performance.instruments import Instrument, Voice

CHANNELS = {Part.MELODY: 0, Part.ACCOMPANIMENT: 1, Part.BASS: 2, Part.DRUMS: 9}
"""MIDI channels, counted from 0: one for each part, so that two hands can hold the same key."""

INNER_CHANNELS = (3, 4, 5, 6)
"""Channels of those who share the accompaniment with its own voice."""

TIMPANI_CHANNEL = 8
"""Channel of what follows from the rest: whoever reads a file leaves it out."""

_STRAY_SHARE = 0.05
"""Share of a program's notes that an octave's move must bring into range to be worth it."""

_ROLL_TICKS = TICKS_PER_QUARTER // 2
_ROLL_FADE = 0.93

_SHIFTS = tuple(octaves * OCTAVE for octaves in (0, 1, -1, 2, -2))


@dataclass(frozen=True, slots=True)
class Track:
    """What one voice plays.

    Attributes:
        voice: Voice that plays it.
        part: Part that the notes belong to by now; what a solo leaves to the accompaniment counts as accompaniment.
        notes: Notes in `note_order`. They end by the end of the last bar, and no key is struck while it sounds.
        channel: MIDI channel, counted from 0.
    """

    voice: Voice
    part: Part
    notes: tuple[Note, ...]
    channel: int

    @property
    def name(self) -> str:
        """As it stands beside the staff."""
        return self.voice.name

    @property
    def program(self) -> int:
        """General MIDI program, 0-127."""
        return self.voice.program


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Tracks from melody to drums, none of them empty."""

    tracks: tuple[Track, ...]


def arrange(score: Score, instrument: Instrument) -> Arrangement:
    """Give every note to a voice that can play it.

    Where many notes of a program lie badly, all of them move by octaves, so that lines keep their shape; after
    that single notes out of range move. What would ring on after the last bar ends with it.
    """
    seats = _seated(_assigned(_ended(score.notes, score.ticks), instrument), instrument)
    shifts = _shifts(seats)
    tracks = []
    for seat in seats:
        placed = [_placed(note, seat.voice, shifts.get(seat.voice.program, 0)) for note in seat.notes]
        if seat.part is Part.DRUMS:
            placed = list(seat.notes)
        if seat.voice.rolled:
            placed = [stroke for note in placed for stroke in _strokes(note, score.ticks - score.metre.bar_ticks)]
        if placed:
            tracks.append(replace(seat, notes=_without_overlaps(placed)))
    return Arrangement((*tracks, *_timpani(tracks, score, instrument)))


def _seated(parts: Mapping[Part, Sequence[Note]], instrument: Instrument) -> list[Track]:
    """Who plays, from melody to drums, with notes that still may lie out of reach."""
    inner = (*instrument.inner, instrument.accompaniment)
    shared = share_out(sorted(parts[Part.ACCOMPANIMENT], key=note_order), inner)
    channels = (*INNER_CHANNELS[: len(instrument.inner)], CHANNELS[Part.ACCOMPANIMENT])
    return [
        _seat(instrument.melody, Part.MELODY, parts),
        *(
            Track(voice, Part.ACCOMPANIMENT, tuple(own), channel)
            for voice, own, channel in zip(inner, shared, channels, strict=True)
        ),
        _seat(instrument.bass, Part.BASS, parts),
        _seat(instrument.drums, Part.DRUMS, parts),
    ]


def _seat(voice: Voice, part: Part, parts: Mapping[Part, Sequence[Note]]) -> Track:
    return Track(voice, part, tuple(parts[part]), CHANNELS[part])


def _timpani(tracks: Sequence[Track], score: Score, instrument: Instrument) -> Iterator[Track]:
    """What timpani add to the bass."""
    bass = [note for track in tracks if track.part is Part.BASS for note in track.notes]
    if instrument.timpani is not None and (struck := timpani_of(bass, score, instrument.timpani)):
        yield Track(instrument.timpani, Part.BASS, _without_overlaps(struck), TIMPANI_CHANNEL)


def _ended(notes: Iterable[Note], ticks: int) -> Iterator[Note]:
    for note in notes:
        if note.start < ticks:
            yield replace(note, duration=min(note.duration, ticks - note.start))


def _assigned(notes: Iterable[Note], instrument: Instrument) -> dict[Part, list[Note]]:
    """Notes by the part whose voice plays them."""
    parts: dict[Part, list[Note]] = {part: [] for part in Part}
    for note in notes:
        parts[note.part].append(note)
    if instrument.solo:
        parts[Part.MELODY], others = _top_line(parts[Part.MELODY])
        parts[Part.ACCOMPANIMENT] += others
    lowest = instrument.accompaniment.lowest
    if instrument.bass.lowest < lowest:
        parts[Part.BASS] += [note for note in parts[Part.ACCOMPANIMENT] if note.pitch < lowest]
        parts[Part.ACCOMPANIMENT] = [note for note in parts[Part.ACCOMPANIMENT] if note.pitch >= lowest]
    return {part: [replace(note, part=part) for note in own] for part, own in parts.items()}


def _top_line(notes: Sequence[Note]) -> tuple[list[Note], list[Note]]:
    """Part the top line, one note at a time, from all other notes.

    A lower note that starts under a note of the line belongs to it only if it sounds for longer after that note
    than together with it: then the two were meant to follow each other.
    """
    line: list[Note] = []
    others: list[Note] = []
    for start, chord in groupby(notes, key=lambda note: note.start):
        top, *below = sorted(chord, key=lambda note: -note.pitch)
        others += below
        if line and line[-1].end > start:
            if line[-1].pitch > top.pitch and (line[-1].end - start) * 2 >= top.duration:
                others.append(top)
                continue
            line[-1] = replace(line[-1], duration=start - line[-1].start)
        line.append(top)
    return line, others


def _shifts(seats: Iterable[Track]) -> dict[int, int]:
    """Semitones, whole octaves, by which all notes of a program move."""
    pitches: dict[int, list[tuple[int, Voice]]] = {}
    for seat in seats:
        if seat.part is not Part.DRUMS:
            pitches.setdefault(seat.voice.program, []).extend((note.pitch, seat.voice) for note in seat.notes)
    return {program: _shift(own) for program, own in pitches.items()}


def _shift(pitches: Sequence[tuple[int, Voice]]) -> int:
    def cost(shift: int) -> float:
        strays = sum(not voice.lowest <= pitch + shift <= voice.highest for pitch, voice in pitches)
        return strays + abs(shift) // OCTAVE * _STRAY_SHARE * len(pitches)

    return min(_SHIFTS, key=cost)


def _placed(note: Note, voice: Voice, shift: int) -> Note:
    """The note moved by `shift`, and from there into the voice's range by as few octaves as possible."""
    pitch = note.pitch + shift
    too_low, too_high = max(voice.lowest - pitch, 0), max(pitch - voice.highest, 0)
    octaves = math.ceil(too_low / OCTAVE) - math.ceil(too_high / OCTAVE)
    return replace(note, pitch=pitch + octaves * OCTAVE)


def _strokes(note: Note, last_bar: int) -> Iterator[Note]:
    """A note of the last bar struck again at every eighth, softer each time; any other note as it is."""
    if note.start < last_bar:
        yield note
        return
    for number, start in enumerate(range(note.start, note.end, _ROLL_TICKS)):
        softer = max(1, round(note.velocity * _ROLL_FADE**number))
        yield replace(note, start=start, duration=min(_ROLL_TICKS, note.end - start), velocity=softer)


def _without_overlaps(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Let a note end where its key is struck again; of two on one key at once the longer stays, as loud as the louder.

    Synthesisers end the later note at the end of the earlier one otherwise.
    """
    lanes: dict[int, list[Note]] = {}
    for note in notes:
        lanes.setdefault(note.pitch, []).append(note)
    return tuple(sorted((note for lane in lanes.values() for note in _lane(lane)), key=note_order))


def _lane(notes: Iterable[Note]) -> list[Note]:
    lane: list[Note] = []
    for start, same in groupby(sorted(notes, key=lambda note: note.start), key=lambda note: note.start):
        struck = list(same)
        if lane and lane[-1].end > start:
            lane[-1] = replace(lane[-1], duration=start - lane[-1].start)
        longest = max(struck, key=lambda note: note.duration)
        lane.append(replace(longest, velocity=max(note.velocity for note in struck)))
    return lane
