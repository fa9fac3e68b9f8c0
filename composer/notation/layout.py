"""Who plays from which staves: the players of a sheet from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.music.score import Part, note_order
from composer.notation import clefs
from composer.notation.hands import part_hands
from composer.notation.players import CONCERT, PartReading, reading_of
from composer.performance.arrangement import arrange
from composer.performance.instruments import PIANO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.music.score import Note, Score
    from composer.notation.clefs import Clef
    from composer.notation.players import Transposition
    from composer.performance.arrangement import Track
    from composer.performance.instruments import Instrument, Voice


_CHOIR = 52
"""General MIDI's program of voices."""

_STRUCK_AGAIN, _TO_THE_END = 0.6, 0.95
"""Share of the time until its key is struck again, and until the end, for which a note is held that rings."""

_Staves = tuple[tuple["Note", ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlayer:
    """One part of a sheet.

    Attributes:
        name: Its name beside the staves.
        voice: What sounds.
        channel: MIDI channel, counted from 0.
        staves: Notes of each of its staves, from top to bottom, at sounding pitch.
        clefs: Clefs that its staves may have.
        transposition: How much lower it sounds than it is written.
        slurred: Whether it has a melody that gets slurs; singers have none.
    """

    name: str
    voice: Voice
    channel: int
    staves: tuple[tuple[Note, ...], ...]
    clefs: tuple[Clef, ...]
    transposition: Transposition = CONCERT
    slurred: bool = False

    @property
    def is_drums(self) -> bool:
        """Whether it plays percussion."""
        return self.clefs == (clefs.PERCUSSION,)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Notes of all its staves."""
        return tuple(note for staff in self.staves for note in staff)


def players_of(score: Score, instrument: Instrument) -> list[SheetPlayer]:
    """All players; a keyboard that the score says nothing for has two empty staves."""
    tracks = arrange(replace(score, notes=as_meant(score)), instrument).tracks
    pitched = [track for track in tracks if track.part is not Part.DRUMS]
    players = [_two_hands(pitched, instrument)] if instrument.two_hands or not pitched else list(_ensemble(pitched))
    for track in tracks:
        if track.part is Part.DRUMS:
            players.append(_player(track.name, [track], PartReading((clefs.PERCUSSION,)), (track.notes,)))
    return players


def as_meant(score: Score) -> tuple[Note, ...]:
    """The notes without what lets the last bar ring: each ends where the next of its part begins.

    Engines let every note of the last bar ring to its end, as a pedal would. Where they do not, nothing changes.
    """
    last = score.ticks - score.metre.bar_ticks
    ringing = [note for note in score.notes if last <= note.start < score.ticks and note.part is not Part.DRUMS]
    if not all(_rings(note, ringing, score.ticks) for note in ringing):
        return score.notes
    starts = {part: sorted({note.start for note in ringing if note.part is part}) for part in Part}

    def meant(note: Note) -> Note:
        if not last <= note.start < score.ticks or note.part is Part.DRUMS:
            return note
        end = next((start for start in starts[note.part] if start > note.start), score.ticks)
        return replace(note, duration=end - note.start)

    return tuple(meant(note) for note in score.notes)


def _rings(note: Note, ringing: Sequence[Note], ticks: int) -> bool:
    """Whether a note sounds to the end, or about until its key is struck again."""
    again = [
        own.start for own in ringing if own.start > note.start and (own.part, own.pitch) == (note.part, note.pitch)
    ]
    released = min(again, default=ticks)
    return note.duration >= (_STRUCK_AGAIN if again else _TO_THE_END) * (released - note.start)


def _two_hands(tracks: Sequence[Track], instrument: Instrument) -> SheetPlayer:
    reading = reading_of(instrument.melody)
    right = [note for track in tracks if track.part is Part.MELODY for note in track.notes]
    left = [note for track in tracks if track.part is not Part.MELODY for note in track.notes]
    if reading.two_staves and not (right and left):
        # Whoever wrote it knew no hands.
        right, left = part_hands(sorted([*right, *left], key=note_order))
    hands = (right, left) if reading.two_staves else ([*right, *left],)
    staves = tuple(tuple(sorted(hand, key=note_order)) for hand in hands)
    return replace(_player(instrument.label, tracks, reading, staves), voice=instrument.melody, channel=0, slurred=True)


def _ensemble(tracks: Sequence[Track]) -> Iterable[SheetPlayer]:
    """A player for each track, save that all tracks of one keyboard are one player's."""
    done = set[int]()
    for track in tracks:
        reading = reading_of(track.voice)
        if track.program in done:
            continue
        if not reading.two_staves:
            yield _player(track.name, [track], reading, (track.notes,))
            continue
        done.add(track.program)
        own = [other for other in tracks if other.program == track.program]
        right, left = part_hands(sorted((note for other in own for note in other.notes), key=note_order))
        yield _player(track.name.partition(",")[0], own, reading, (tuple(right), tuple(left)))


def _player(
    name: str, tracks: Sequence[Track], reading: PartReading, staves: tuple[tuple[Note, ...], ...]
) -> SheetPlayer:
    first = tracks[0] if tracks else None
    return SheetPlayer(
        name=name,
        voice=first.voice if first else PIANO.melody,
        channel=first.channel if first else 0,
        staves=staves,
        clefs=reading.clefs,
        transposition=reading.transposition,
        slurred=any(track.part is Part.MELODY and track.program != _CHOIR for track in tracks),
    )
