"""Ways to spell, to be compared, and how many notes each spells otherwise than people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import PITCH_CLASSES, Mode
from composer.notation.spelling import signature, spelled_fifths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from training.spelling.spelt_pieces import SpeltPiece

    Method = Callable[[SpeltPiece], NDArray[np.int64]]

_FLATWARDS = {Mode.MAJOR: 3, Mode.MINOR: 2}
"""How many pitch classes of the fixed window lie flatwards of the signature's major tonic on the line of fifths."""

_BEFORE, _AFTER = 10, 42
"""Notes of the context that Meredith found best."""

_TONIC_REACH = 5
"""Places on the line of fifths that a tonic's scale reaches flatwards: D flat belongs to C."""


def fixed_window(piece: SpeltPiece) -> NDArray[np.int64]:
    """Spell each pitch class in one way for each key.

    C major has E flat to G sharp, and A minor B flat to D sharp.
    """
    flattest = np.array([signature(key) - _FLATWARDS[key.mode] for key in piece.keys])
    return np.asarray(flattest + (_pitches(piece) * 7 - flattest) % PITCH_CLASSES)


def ps13s1(piece: SpeltPiece) -> NDArray[np.int64]:
    """Spell by the first stage of Meredith 2006, "The ps13 pitch spelling algorithm".

    Each pitch class of the context votes, as if it were the tonic, for the name that lies next to it on the line of
    fifths, as often as it sounds in the 10 notes before and the 42 from the note on. The tonics' own names are those
    next to the tonic of the piece.
    """
    pitches = _pitches(piece)
    index = np.arange(len(pitches))
    heard = np.vstack([np.zeros(PITCH_CLASSES), np.eye(PITCH_CLASSES)[pitches % PITCH_CLASSES]]).cumsum(axis=0)
    counts = heard[np.minimum(index + _AFTER, len(pitches))] - heard[np.maximum(index - _BEFORE, 0)]
    home = np.array([signature(key) + 3 * (key.mode is Mode.MINOR) for key in piece.keys]) - _TONIC_REACH
    votes = np.zeros((len(pitches), 5 * PITCH_CLASSES))
    middle = 2 * PITCH_CLASSES
    for tonic in range(PITCH_CLASSES):
        flattest = home + (tonic * 7 - home) % PITCH_CLASSES - _TONIC_REACH
        votes[index, middle + flattest + (pitches * 7 - flattest) % PITCH_CLASSES] += counts[:, tonic]
    return np.asarray(votes.argmax(axis=1) - middle)


def learned(piece: SpeltPiece) -> NDArray[np.int64]:
    """Spell as the notation does."""
    notes = piece.notes
    return np.array(
        spelled_fifths(
            [note.start for note in notes], [note.pitch for note in notes], [note.part for note in notes], piece.keys
        )
    )


METHODS: Mapping[str, Method] = {"fixed window": fixed_window, "ps13, stage 1": ps13s1, "learned": learned}


def _pitches(piece: SpeltPiece) -> NDArray[np.int64]:
    return np.array([note.pitch for note in piece.notes])


def written(piece: SpeltPiece) -> NDArray[np.int64]:
    """The names that people wrote, on the line of fifths."""
    return np.array([note.fifths for note in piece.notes])


def errors(found: NDArray[np.int64], piece: SpeltPiece) -> int:
    """Notes that are spelled otherwise than written; a whole piece in G flat for F sharp is none (Meredith 2006)."""
    return min(int(np.sum(found + shift != written(piece))) for shift in (0, -PITCH_CLASSES, PITCH_CLASSES))


@dataclass(frozen=True, slots=True)
class SpellingErrors:
    """A corpus, measured.

    Attributes:
        name: Name of the corpus.
        pieces: Number of its pieces.
        notes: Number of its notes.
        wrong: Notes that each of `METHODS` spells otherwise.
    """

    name: str
    pieces: int
    notes: int
    wrong: tuple[int, ...]


def measure(name: str, pieces: Iterable[SpeltPiece]) -> SpellingErrors:
    """Spell a corpus by every method."""
    kept = list(pieces)
    wrong = tuple(sum(errors(method(piece), piece) for piece in kept) for method in METHODS.values())
    return SpellingErrors(name, len(kept), sum(len(piece.notes) for piece in kept), wrong)


def format_table(rows: Sequence[SpellingErrors]) -> str:
    """Errors in percent of the notes, as a table of Markdown."""
    lines = [f"| corpus | pieces | notes | {' | '.join(METHODS)} |", f"|---|{'---:|' * (len(METHODS) + 2)}"]
    for row in rows:
        shares = " | ".join(f"{wrong / max(row.notes, 1):.2%}" for wrong in row.wrong)
        lines.append(f"| {row.name} | {row.pieces} | {row.notes:,} | {shares} |")
    return "\n".join(lines)
