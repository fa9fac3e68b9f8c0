"""A staff, bar by bar: its voices, how its notes are spelled, and its clefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from composer.notation.clefs import STEPS_OF_OCTAVE, choose_clefs
from composer.notation.drums import hands_and_feet, place_of
from composer.notation.rhythm.engraving import Written, engrave, engrave_voices
from composer.notation.rhythm.values import pieces
from composer.notation.spelling import signature, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from composer.music.score import Key, Metre, Note, Score
    from composer.notation.clefs import Clef
    from composer.notation.layout import SheetPlayer
    from composer.notation.players import Transposition
    from composer.notation.spelling import Spelling

_LETTERS = "CDEFGAB"


class Name(NamedTuple):
    """A pitch as it is written: letter, sharps (negative: flats) and octave."""

    letter: str
    alteration: int
    octave: int

    @property
    def step(self) -> int:
        """Steps of the staff above C 0."""
        return self.octave * STEPS_OF_OCTAVE + _LETTERS.index(self.letter)


@dataclass(frozen=True, slots=True)
class Staff:
    """What is printed on one staff.

    Attributes:
        bars: For every bar, for each of its voices, chords and rests in order of time.
        names: How every note is spelled where it is written.
        clefs: The clef of each bar.
    """

    bars: list[list[list[Written]]]
    names: Mapping[Note, Name]
    clefs: list[Clef]


def staves_of(player: SheetPlayer, score: Score) -> list[Staff]:
    """The staves of a player, from top to bottom; the score is that of all players, since all help to spell."""
    lower = tuple(sorted(player.clefs, key=lambda clef: (clef.sign, clef.shift != 0)))
    usual = (player.clefs, *(lower for _ in player.staves[1:]))
    spelling = spell(score, up=player.transposition.up)
    return [_staff(notes, clefs, player, score, spelling) for notes, clefs in zip(player.staves, usual, strict=True)]


def opening_of(score: Score) -> int:
    """Tick of the first bar at which it is printed to begin: 0, but of an upbeat where it begins.

    Where nobody says so, an upbeat is a first bar in the first half of which nothing begins; it is printed from the
    beat of its first note on.
    """
    if score.opening:
        return score.opening
    first = min((note.start for note in score.notes), default=0)
    upbeat = score.metre.bar_ticks <= 2 * first < 2 * score.metre.bar_ticks and score.bars > 1
    return first - first % score.metre.beat_ticks if upbeat else 0


def _opened(voices: Sequence[Sequence[Written]], opening: int, metre: Metre) -> list[list[Written]]:
    """A first bar without the rests before its upbeat."""
    return [[own for whole in line for own in _from(whole, opening, metre)] for line in voices]


def _from(written: Written, opening: int, metre: Metre) -> Iterator[Written]:
    """What is left of a chord or rest from `opening` on; what began before it is a rest."""
    if written.start >= opening:
        yield written
        return
    for span in pieces(opening, max(opening, written.end), metre, (), rest=True):
        yield Written(span.start, span.end - span.start)


def written_signature(key: Key, transposition: Transposition) -> int:
    """Sharps (positive) or flats (negative) with which a part is written, -6 to 5, where the piece stands in `key`."""
    return signature(key.transposed(transposition.up))


def _staff(
    notes: Sequence[Note], clefs: Sequence[Clef], player: SheetPlayer, score: Score, spelling: Spelling
) -> Staff:
    if player.is_drums:
        voices = hands_and_feet(notes, score.metre, score.ticks)
        bars = engrave_voices(voices, metre=score.metre, bars=score.bars)
        bars[0] = _opened(bars[0], opening_of(score), score.metre)
        return Staff(bars, {}, [clefs[0]] * score.bars)
    bars = engrave(notes, metre=score.metre, bars=score.bars)
    bars[0] = _opened(bars[0], opening_of(score), score.metre)
    up = player.transposition.up
    names = {note: Name(*spelling.of(note.pitch + up, note.start)) for note in notes}
    steps = [[names[note].step for voice in voices for own in voice for note in own.notes] for voices in bars]
    return Staff(bars, names, choose_clefs(steps, clefs))


def name_of_stroke(note: Note) -> Name:
    """The line or space of a drum."""
    place = place_of(note.pitch)
    return Name(place.step, 0, place.octave)
