"""Who plays which glissando: a MIDI channel bends all of its notes alike, so each that glides needs one of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.music.free_score import FreeNote
    from composer.performance.timbres import Timbre

MOST_CHANNELS = 15
"""Channels of a MIDI port, without the tenth, which is for percussion."""

BEND_RANGE = 24
"""Semitones that a glissando spans at most: how far pitch bend is set to reach, up and down."""

BRIEFEST = 6
"""Ticks that a glissando lasts at least where the next one is waiting for its player."""

GAP = 2
"""Ticks by which it ends before the next one of the same player."""

_FADING = TICKS_PER_QUARTER
"""Ticks after its end in which a sound still dies away, and would be heard to jump if the bend changed."""


def plain_players(notes: Iterable[FreeNote], timbres: Sequence[Timbre]) -> list[tuple[int, int]]:
    """The (timbre, voice) pairs of the notes that neither glide nor are struck on drums, in order."""
    return sorted({(n.timbre, timbres[n.timbre].voice_of(n.pitch)) for n in notes if not n.glide and not n.is_drum})


def share_out(notes: Sequence[FreeNote], timbres: Sequence[Timbre]) -> list[tuple[int, FreeNote]]:
    """Give every glissando to a player of its own, and leave none out.

    Whoever has rested longest plays. Where nobody rests, the player who has played longest breaks off, at the same
    speed as before, and takes the new one, which waits until the old one has lasted `BRIEFEST` ticks.

    Args:
        notes: Notes in order of time, of which only those that glide count.
        timbres: Timbres of the notes.

    Returns:
        (player from 0, glissando), in order of time. What it returns, shared out again, stays as it is.
    """
    last: list[FreeNote | None] = [None] * (MOST_CHANNELS - len(plain_players(notes, timbres)))
    shared: list[list[FreeNote]] = [[] for _ in last]
    for note in (note for note in notes if note.glide):
        player = min(range(len(last)), key=lambda one: _readiness(last[one], note.start))
        before = last[player]
        begun = note
        if before is not None and before.end + GAP > note.start:
            start = max(note.start, before.start + BRIEFEST + GAP)
            shared[player][-1] = shortened(before, start - GAP - before.start)
            begun = replace(shortened(note, max(note.end - start, BRIEFEST)), start=start)
        shared[player].append(begun)
        last[player] = begun
    played = [(player, note) for player, own in enumerate(shared) for note in own]
    return sorted(played, key=lambda one: (one[1].start, one[1].late, one[0]))


def _readiness(before: FreeNote | None, start: int) -> tuple[int, int]:
    """How soon a player is asked for a note at `start`, the least first: rested ones, then the longest busy."""
    if before is None:
        return 0, 0
    if before.end + _FADING <= start:
        return 1, before.end
    return (2, before.end) if before.end + GAP <= start else (3, before.start)


def shortened(note: FreeNote, duration: int) -> FreeNote:
    """A glissando that lasts `duration` ticks at most, at the same speed."""
    kept = min(note.duration, duration)
    return replace(note, duration=kept, glide=note.glide * kept / note.duration)
