"""A line of music in ABC -> its symbols.

Source: "The abc music standard 2.1", abcnotation.com, section 4.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = r"\d{0,4}(?:/\d{0,4}){0,6}"
_NOTE = rf"(?:\^\^|\^|__|_|=)?/?[A-Ga-g][',]{{0,8}}{_LENGTH}"

_SYMBOL = re.compile(
    rf"""
      (?P<text>"(?:\\.|[^"\\])*"?)
    | (?P<decoration>!(?:[^!|\s]{{1,64}}|(?:D\.[CS]\.|Da|Dal|To)\s[^!|]{{1,40}})! | \+[^+|\s]{{1,64}}\+)
    | (?P<field>\[[A-Za-z]:[^\]]*\]?)
    | (?P<ending>\[\s?(?:\d[\d,.\-]*|"\d[^"\]|]{{0,20}}"(?![^|\]]{{0,200}}\])))
    | (?P<bar>\.?(?:\[?\|[|:\]]*(?:\[\|[|:\]]*)?|:+\|[|:\]]*|::+)(?P<number>\d[\d,.\-]*)?)
    | (?P<grace>\{{[^}}]*\}}?)
    | (?P<tuplet>\([2-9](?!\d)(?::\d?)?(?::\d{{0,2}})?)
    | (?P<overlay>\(?&+\)?)
    | (?P<chord>\[(?:"[^"]{{0,80}}"|[^\]\["]){{0,200}}\](?P<chord_length>{_LENGTH}))
    | (?P<note>{_NOTE})
    | (?P<rest>[zx]{_LENGTH})
    | (?P<bars_of_rest>[ZX]\d{{0,4}})
    | (?P<space>y{_LENGTH})
    | (?P<broken>[<>]{{1,8}})
    | (?P<tie>\.?-)
    """,
    re.VERBOSE,
)
_ONE_NOTE = re.compile(r"(\^\^|\^|__|_|=|)/?([A-Ga-g])([',]*)")
_SHIFTS = {"": None, "=": 0, "^": 1, "^^": 2, "_": -1, "__": -2}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MIDDLE_C = 60
_PASSED_OVER = frozenset({"text", "grace", "space"})

Spelled = tuple[str, int, "int | None"]
"""A written note: its letter from A to G, its MIDI key without accidentals, and the semitones of its accidental."""


def symbols_in(line: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """Kind, text and match of each symbol; what has no meaning here, such as slurs and bowings, is passed over."""
    place = 0
    while place < len(line):
        found = _SYMBOL.match(line, place)
        if found is None or found.end() == place:
            place += 1
            continue
        place = found.end()
        kind = _kind_of(found)
        if kind not in _PASSED_OVER:
            yield kind, found[kind], found


def _kind_of(found: re.Match[str]) -> str:
    kinds = found.groupdict()
    return next(kind for kind, text in kinds.items() if text is not None and kind not in {"number", "chord_length"})


def notes_in(chord: str) -> Iterator[tuple[Spelled, Fraction, bool]]:
    """Notes between the brackets of a chord: each with its length in units and whether it is tied."""
    inner = re.sub(r'"[^"]*"|![^!]{1,64}!', "", chord.strip("[]"))
    for found in re.finditer(rf"({_NOTE})(-?)", inner):
        yield spelled(found.group(1)), length_of(found.group(1)), bool(found.group(2))


def spelled(note: str) -> Spelled:
    """A note as it is written: `^c'` is C, 84 without its sharp, and 1."""
    found = _ONE_NOTE.match(note)
    if found is None:
        raise ValueError(f"{note!r} is no note")
    accidental, letter, octaves = found.groups()
    up = 12 * (octaves.count("'") - octaves.count(",") + letter.islower())
    return letter.upper(), _MIDDLE_C + _STEPS[letter.upper()] + up, _SHIFTS[accidental]


def length_of(text: str) -> Fraction:
    """Units that a note or rest lasts: `c3/2` is 3/2, `c/` 1/2, `c//` 1/4."""
    found = re.search(r"(\d*)((?:/\d*)*)$", text)
    if found is None:
        return Fraction(1)
    length = Fraction(int(found.group(1) or 1) or 1)
    for divisor in found.group(2).split("/")[1:]:
        length /= int(divisor or 2) or 1
    return length


def tuplet_of(text: str, *, compound: bool) -> tuple[Fraction, int]:
    """Factor of the lengths, and how many notes it holds for: `(3` is 2/3 for 3, `(3:2:4` for 4.

    Args:
        text: As it is written, from its bracket on.
        compound: Whether the metre's beats divide in three, as in 6/8.
    """
    given = [int(number) if number else 0 for number in text[1:].split(":")]
    notes, into, count = [*given, 0, 0][:3]
    usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(notes, 3 if compound else 2)
    return Fraction(into or usual, notes or 1), count or notes
