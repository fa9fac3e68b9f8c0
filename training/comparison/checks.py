"""Whether generated pieces are what was asked for."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import mido

from composer.music.analysis import find_key
from composer.music.score import Mode, Part
from composer.planning.plan import RELEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Note, Score
    from training.comparison.drawing import Drawn

SECONDS_OFF = 0.5
TEMPO_OFF = 0.03
_THIRDS = {Mode.MAJOR: 4, Mode.MINOR: 3}
_DOMINANT, _SUBDOMINANT, _LEADING = 7, 5, 11


def check_pieces(pieces: Sequence[Drawn]) -> dict[str, float]:
    """Share of the pieces that pass each check.

    Returns:
        length: The MIDI file, with the release of its last note, is as long as asked within half a second.
        tempo: Felt tempo up to the last two bars is the asked one within 3 %; only of pieces with an asked tempo.
        key: Notes alone are taken for the asked key (`analysis.find_key`); only of pieces with an asked key.
        cadence: See `ends_well`.
    """
    verdicts: dict[str, list[bool]] = {"length": [], "tempo": [], "key": [], "cadence": []}
    for piece in pieces:
        request, file = piece.request, mido.MidiFile(file=BytesIO(piece.midi))
        verdicts["length"].append(abs(file.length + RELEASE_SECONDS - request.seconds) <= SECONDS_OFF)
        if request.tempo is not None:
            verdicts["tempo"].append(abs(_felt_tempo(piece.score) / request.tempo - 1) <= TEMPO_OFF)
        if request.key is not None:
            verdicts["key"].append(find_key(piece.score.notes) == request.key)
        verdicts["cadence"].append(ends_well(piece.score))
    return {name: sum(passed) / len(passed) for name, passed in verdicts.items() if passed}


def _felt_tempo(score: Score) -> float:
    """Beats a minute up to the last two bars, in which a piece slows down."""
    until = max(score.ticks - 2 * score.metre.bar_ticks, score.metre.beat_ticks)
    return (until - score.opening) / score.metre.beat_ticks * 60 / score.seconds_at(until)


def ends_well(score: Score) -> bool:
    """Whether a piece ends on the tonic after a cadence, read off its notes.

    The lowest note that sounds at its last onset is the tonic, and most notes there belong to the tonic's triad. Near
    the last foreign note before it, within a bar, the bass strikes the dominant or the subdominant, or someone the
    leading note: a tonic that is held or repeated for some bars does not hide the cadence before it.
    """
    notes = [note for note in score.notes if note.part is not Part.DRUMS]
    last = max(note.start for note in notes)
    final = [note for note in notes if note.end > last]
    tonic = score.key.tonic
    triad = {tonic, (tonic + _THIRDS[score.key.mode]) % 12, (tonic + _DOMINANT) % 12}
    in_triad = sum(note.pitch % 12 in triad for note in final)
    bass = min(final, key=lambda note: note.pitch)
    if bass.pitch % 12 != tonic or 2 * in_triad <= len(final):
        return False
    before = [note for note in notes if note.start < bass.start]
    foreign = max((note.start for note in before if note.pitch % 12 not in triad), default=bass.start)
    return _is_approached([note for note in before if abs(note.start - foreign) <= score.metre.bar_ticks], tonic)


def _is_approached(before: Sequence[Note], tonic: int) -> bool:
    """Whether the notes before an end make a cadence with it."""
    lowest: dict[int, int] = {}
    for note in before:
        lowest[note.start] = min(lowest.get(note.start, note.pitch), note.pitch)
    basses = {(pitch - tonic) % 12 for pitch in lowest.values()}
    return bool(basses & {_DOMINANT, _SUBDOMINANT}) or any((note.pitch - tonic) % 12 == _LEADING for note in before)
