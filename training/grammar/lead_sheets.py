"""Lead sheets in MusicXML -> Roman numerals: the chord symbols over the melodies of songs."""

from __future__ import annotations

import logging
from itertools import groupby
from typing import TYPE_CHECKING

from music21 import converter, harmony, key, stream
from music21.exceptions21 import Music21Exception

from composer.music.score import Key, Mode
from training.grammar.analysis import NUMERALS, WINDOW_BARS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

log = logging.getLogger("training")

_SYMBOLS = {
    Mode.MAJOR: {(0, 0): "I", (2, 1): "ii", (4, 1): "iii", (5, 0): "IV", (7, 0): "V", (9, 1): "vi", (11, 2): "vii°"},
    Mode.MINOR: {(0, 1): "i", (2, 2): "ii°", (3, 0): "III", (5, 1): "iv", (7, 0): "V", (8, 0): "VI", (11, 2): "vii°"},
}
"""Numerals by the root above the tonic and the kind of triad: 0 major, 1 minor, 2 diminished."""

_GOALS = {Mode.MAJOR: {9: "ii", 0: "IV", 2: "V", 4: "vi"}, Mode.MINOR: {10: "III", 0: "iv", 2: "V", 3: "VI"}}
"""Whose dominant a major chord on a root is."""

_SUFFIXES = {".mxl", ".musicxml", ".xml"}

_KINDS = {"major": 0, "minor": 1, "diminished": 2}


def phrases_in(folder: Path) -> Iterator[tuple[Mode, tuple[str, ...]]]:
    """Mode and numerals of each four bars of each song in a folder; equal neighbours are one.

    Stretches with a chord that has no name in the key are left out.
    """
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES):
        try:
            mode, bars = _read(path)
        except (Music21Exception, LookupError, ValueError) as error:
            log.warning("%s is left out: %s", path.name, error)
            continue
        for first in range(0, len(bars) - WINDOW_BARS + 1, WINDOW_BARS):
            named = [name for bar in bars[first : first + WINDOW_BARS] for name in bar]
            if named and all(named):
                yield mode, tuple(name for name, _ in groupby(named))


def _read(path: Path) -> tuple[Mode, list[list[str]]]:
    """Mode of a song, and for each bar its numerals in order; an empty one stands for a chord without a name."""
    song = converter.parse(path, forceSource=True)
    if not isinstance(song, stream.Score):
        raise ValueError("not one score")  # noqa: TRY004 - a file's fault, not a caller's
    part = song.parts[0]
    measures = list(part.getElementsByClass(stream.Measure))
    symbols = [
        [(one.root().pitchClass, one.quality) for one in bar.recurse().getElementsByClass(harmony.ChordSymbol)]
        for bar in measures
    ]
    signatures = list(part.recurse().getElementsByClass(key.KeySignature))
    if not signatures:
        raise ValueError("without a key signature")
    sharps = signatures[0].sharps
    home = _home(sharps, [one for bar in symbols for one in bar])
    return home.mode, _held([[_named(*one, home) for one in bar] for bar in symbols])


def _home(sharps: int, symbols: Sequence[tuple[int, str]]) -> Key:
    """The key of a signature: minor where the last chord is the minor tonic."""
    major = sharps * 7 % 12
    if symbols and symbols[-1] == ((major + 9) % 12, "minor"):
        return Key((major + 9) % 12, Mode.MINOR)
    return Key(major, Mode.MAJOR)


def _named(root: int, quality: str, home: Key) -> str:
    above = (root - home.tonic) % 12
    kind = _KINDS.get(quality)
    if kind is None:
        return ""
    plain = _SYMBOLS[home.mode].get((above, kind), "")
    goal = _GOALS[home.mode].get(above, "") if kind == 0 and not plain else ""
    applied = f"V7/{goal}" if goal else ""
    return plain or (applied if applied in NUMERALS[home.mode] else "")


def _held(bars: Sequence[Sequence[str]]) -> list[list[str]]:
    """Bars without a symbol keep the chord before."""
    held: list[list[str]] = []
    for bar in bars:
        held.append(list(bar) or held[-1][-1:] if held else list(bar))
    return held
