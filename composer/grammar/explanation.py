"""A written piece explained: which rule made which section, phrase and chord, and the numerals under the score."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from composer.music.numerals import Numeral
from composer.music.score import PITCH_CLASSES, KeyChange, Mode

if TYPE_CHECKING:
    from composer.grammar.lines import ChordSpan
    from composer.grammar.phrases import PieceForm
    from composer.grammar.writing import FourPartPiece
    from composer.music.score import Key, Metre

_VOICES = ("bass", "tenor", "alto", "soprano")


def numerals_of(written: FourPartPiece) -> tuple[Numeral, ...]:
    """The numeral of every chord that differs from the one before; a new key stands before its first chord."""
    found: list[Numeral] = []
    key: Key | None = None
    said = ""
    for span in written.spans:
        text = span.numeral
        if span.chord.key != key:
            key = span.chord.key
            text = f"{_short(key)}: {text}"
        if text != said:
            found.append(Numeral(span.start, text))
        said = span.numeral
    return tuple(found)


def _short(key: Key) -> str:
    """A key as analysts write it: Eb, and small for minor."""
    tonic = str(key).rpartition(" ")[0].replace(" sharp", "#").replace(" flat", "b")
    return tonic if key.mode is Mode.MAJOR else tonic[0].lower() + tonic[1:]


def remark_of(form: PieceForm) -> str:
    """The order of sections and the degrees on which episodes stand, in signs of every language: A B A · B: V.

    One section alone is no order, and empty.
    """
    if len(form.sections) == 1:
        return ""
    letters = " ".join(section.letter for section in form.sections)
    home = form.phrases[0].key
    keys = {section.letter: section.phrases[0].key for section in form.sections}
    away = [f"{letter}: {_degree(key, home)}" for letter, key in keys.items() if key != home]
    return " · ".join([f"Form: {letters}", *away])


_DEGREES = {0: "I", 3: "III", 5: "IV", 7: "V", 8: "VI", 9: "VI"}
"""By semitones above the tonic of the piece."""


def _degree(key: Key, home: Key) -> str:
    """The tonic of a key as a chord of another one: small for minor."""
    numeral = _DEGREES[(key.tonic - home.tonic) % PITCH_CLASSES]
    return numeral if key.mode is Mode.MAJOR else numeral.lower()


def key_changes(form: PieceForm, metre: Metre) -> tuple[KeyChange, ...]:
    """Where a phrase begins in another key than the one before."""
    return tuple(
        KeyChange(phrase.first_bar * metre.bar_ticks, phrase.key)
        for before, phrase in pairwise(form.phrases)
        if phrase.key != before.key
    )


def explained(written: FourPartPiece, metre: Metre) -> dict[str, Any]:
    """The derivation in plain values, for a record in JSON."""
    trees = iter(written.trees)
    sections = [
        {
            "section": section.letter,
            "rule": section.rule,
            "phrases": [
                {
                    "bars": [phrase.first_bar + 1, phrase.first_bar + phrase.bars],
                    "theme": phrase.theme,
                    "key": str(phrase.key),
                    "ends_in": str(phrase.goal),
                    "cadence": phrase.cadence.value,
                    "harmony": next(trees).to_plain(),
                }
                for phrase in section.phrases
            ],
        }
        for section in written.form.sections
    ]
    return {
        "rule": written.form.rule,
        "sections": sections,
        "chords": [_chord(span, metre) for span in written.spans],
    }


def _chord(span: ChordSpan, metre: Metre) -> dict[str, Any]:
    bar, tick = divmod(span.start, metre.bar_ticks)
    return {
        "bar": bar + 1,
        "beat": tick // metre.beat_ticks + 1,
        "beats": (span.end - span.start) // metre.beat_ticks,
        "chord": span.numeral,
        "key": str(span.chord.key),
        "rule": span.rule,
        "voices": dict(zip(_VOICES, span.voicing, strict=True)),
    }
