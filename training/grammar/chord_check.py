"""How often the chords that are read from notes are those that people wrote, or that four voices spell."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from music21 import converter, harmony, repeat, spanner, stream
from music21.exceptions21 import Music21Exception

from composer.formats.musicxml import reader
from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import FOR_A_CORPUS, Refused, sections_of
from composer.music.chord_reading import chord_changes
from composer.music.chord_symbol import TONES, ChordChange, ChordSymbol, Quality
from composer.music.score import PITCH_CLASSES, TICKS_PER_QUARTER, Part
from training.corpus.style_profiles import score_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from composer.music.score import Score
    from training.corpus.dataset import CorpusEntry, Dataset

log = logging.getLogger("training")

Judged = tuple[ChordSymbol, ChordSymbol | None]
"""A beat's chord as it is known from elsewhere, and as it was read."""

_SUFFIXES = {".mxl", ".musicxml", ".xml"}
_FEWEST_NOTES = 4


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """How well chords were read.

    Attributes:
        beats: Beats whose chord is known.
        told: Share of them for which a chord was told.
        root: Share with the right root, of all beats.
        whole: Share with the right root and quality, of all beats.
    """

    beats: int
    told: float
    root: float
    whole: float


def count_up(judged: Iterable[Judged]) -> ReadingFigures:
    """The figures of some beats, at least one."""
    pairs = list(judged)
    told = [(known, read) for known, read in pairs if read is not None]
    right = [(known, read) for known, read in told if known.root == read.root]
    whole = sum(known.quality is read.quality for known, read in right)
    return ReadingFigures(len(pairs), len(told) / len(pairs), len(right) / len(pairs), whole / len(pairs))


def of_voices(score: Score) -> Iterator[Judged]:
    """The beats on which four voices or more sound just the tones of one chord, and what was read there."""
    changes, beat = chord_changes(score), score.metre.beat_ticks
    notes = [note for note in score.notes if note.part is not Part.DRUMS]
    for start in range(0, score.ticks, beat):
        sounding = [note.pitch for note in notes if note.start <= start < note.end]
        symbol = _spelt(frozenset(pitch % PITCH_CLASSES for pitch in sounding))
        if symbol is not None and len(sounding) >= _FEWEST_NOTES:
            yield symbol, _at(changes, start)


def of_lead_sheet(path: Path) -> Iterator[Judged]:
    """The beats of a song whose chord its sheet names, and what was read from the melody alone.

    Raises:
        ValueError: If the song is no single score, or repeats something.
        Refused: If no section of it can be used.
    """
    symbols = _symbols_in(path)
    transcript = reader.transcript_of(path.read_bytes(), group=FIND_OUT)
    for section in sections_of(transcript, FOR_A_CORPUS):
        changes, beat = chord_changes(section.score), section.score.metre.beat_ticks
        for start in range(0, section.score.ticks, beat):
            known = _at(symbols, section.start + start)
            if known is not None:
                yield known.transposed(section.transposition), _at(changes, start)


def of_lead_sheets(folder: Path) -> Iterator[Judged]:
    """The same of all songs in a folder; the log names those that are left out."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES):
        try:
            yield from of_lead_sheet(path)
        except (Music21Exception, LookupError, ValueError, Refused) as error:
            log.warning("%s is left out: %s", path.name, error)


def _symbols_in(path: Path) -> list[ChordChange]:
    song = converter.parse(path, forceSource=True)
    if not isinstance(song, stream.Score):
        raise ValueError("not one score")  # noqa: TRY004 - a file's fault, not a caller's
    part = song.parts[0]
    if any(part.recurse().getElementsByClass((spanner.RepeatBracket, repeat.RepeatExpression))):
        raise ValueError("it has several endings")
    named = part.flatten().getElementsByClass(harmony.ChordSymbol)
    changes = [ChordChange(round(float(one.offset) * TICKS_PER_QUARTER), _symbol_of(one)) for one in named]
    return sorted(changes, key=lambda change: change.start)


def _symbol_of(named: harmony.ChordSymbol) -> ChordSymbol | None:
    """The nearest chord of ours: that whose tones are all in it, and most of them."""
    root = named.root().pitchClass
    above = {(pitch.pitchClass - root) % PITCH_CLASSES for pitch in named.pitches}
    fitting = [quality for quality in Quality if set(TONES[quality]) <= above]
    return ChordSymbol(root, max(fitting, key=lambda quality: len(TONES[quality]))) if fitting else None


_SPELT = {
    frozenset(symbol.pitch_classes): symbol
    for quality in Quality
    # Of these, no set of pitch classes tells the root.
    if quality not in {Quality.AUGMENTED, Quality.DIMINISHED_SEVENTH, Quality.SUSPENDED}
    for symbol in (ChordSymbol(root, quality) for root in range(PITCH_CLASSES))
}


def _spelt(pitch_classes: frozenset[int]) -> ChordSymbol | None:
    return _SPELT.get(pitch_classes)


def _at(changes: Sequence[ChordChange], tick: int) -> ChordSymbol | None:
    return next((change.symbol for change in reversed(changes) if change.start <= tick), None)


def format_table(data: Dataset, lead_sheets: Path | None, *, sections: int) -> str:
    """A row for each set in which voices spell chords, and one for lead sheets.

    Args:
        data: The prepared corpus.
        lead_sheets: Folder of songs in MusicXML with chord symbols.
        sections: Most sections that are judged of each set.
    """
    judged = {
        name: [pair for entry in entries[:sections] for pair in of_voices(score_of(data, entry))]
        for name, entries in _by_set(data).items()
    }
    if lead_sheets is not None:
        judged["lead sheets, by their melodies"] = list(of_lead_sheets(lead_sheets))
    rows = [f"{name:<32}{_row(count_up(pairs))}" for name, pairs in judged.items() if pairs]
    return "\n".join([f"{'':<32}{'beats':>8}{'told':>9}{'root':>9}{'whole':>9}", *rows])


def _row(figures: ReadingFigures) -> str:
    shares = (f"{share:>9.1%}" for share in (figures.told, figures.root, figures.whole))
    return f"{figures.beats:>8}{''.join(shares)}"


def _by_set(data: Dataset) -> dict[str, list[CorpusEntry]]:
    found: dict[str, list[CorpusEntry]] = {}
    for entry in data.entries:
        found.setdefault(entry.collection, []).append(entry)
    return found
