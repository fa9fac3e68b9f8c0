"""What ABC's fields say: keys, metres, lengths, tempos.

Source: "The abc music standard 2.1", abcnotation.com, section 3.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

Metre = tuple[int, int]

_SHARPS = "FCGDAEB"
_TONICS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_MODES = {"maj": 0, "ion": 0, "mix": -1, "dor": -2, "min": -3, "m": -3, "aeo": -3, "phr": -4, "loc": -5, "lyd": 1}
"""Sharps that a mode has more than the major key on the same tonic."""

_KEY = re.compile(r"([A-G]|[a-g](?=[#b]?\s*(?:$|m\b|maj|min|ion|dor|phr|lyd|mix|aeo|loc)))([#b]?)\s*([A-Za-z]*)")
_ACCIDENTAL = re.compile(r"(\^\^|\^|__|_|=)([A-Ga-g])\b")
_SHIFTS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2, "": 0}
_QUOTED = re.compile(r'"[^"]*"')
_OCTAVE = re.compile(r"\boctave=(-?\d{1,2})\b")
_TRANSPOSE = re.compile(r"\b(?:transpose|t)=(-?\d{1,3})\b")
_CLEF = re.compile(r"\b(?:(?:treble|bass|alto|tenor|soprano|mezzo|baritone)\d?([+-]8(?!\d))?|[GCF]\d?([+-]8)(?!\d))")
_LONGEST_NUMBER = 6
_FRACTION = re.compile(rf"(\d{{1,{_LONGEST_NUMBER}}})\s*/\s*(\d{{1,{_LONGEST_NUMBER}}})")
_PER_MINUTE = re.compile(rf"=?\s*(\d{{1,{_LONGEST_NUMBER}}}(?:\.\d{{1,{_LONGEST_NUMBER}}})?)\s*$")

_SHORT_METRE = Fraction(3, 4)
"""Below this, a metre as a fraction makes a sixteenth the unit of length, else an eighth."""

FREE: Metre = (0, 1)
"""What stands for free metre, with no bars of a length of their own."""


@dataclass(frozen=True, slots=True)
class KeySignature:
    """A key signature.

    Attributes:
        shifts: Letter from A to G -> semitones by which the signature moves it.
        sharps: Sharps (positive) or flats of the key.
    """

    shifts: dict[str, int]
    sharps: int


def key_from(text: str) -> KeySignature | None:
    """The key that a `K:` names; None where it names only a clef or nothing.

    `HP` and `Hp`, for Highland pipes, are two sharps, F and C.
    """
    if text.startswith(("HP", "Hp")):
        return _signature(2)
    found = _KEY.match(text)
    if found is None:
        none = text.strip().lower().startswith("none") or not text.strip()
        marks = _marked(text)
        return KeySignature({**_signature(0).shifts, **marks}, sum(marks.values())) if none or marks else None
    letter, accidental, mode = found.group(1).upper(), found.group(2), found.group(3)
    if mode and mode.lower() != "exp" and mode[:3].lower() not in _MODES and mode != "m":
        mode = ""  # another word, such as a clef
    sharps = _TONICS[letter] + 7 * (accidental == "#") - 7 * (accidental == "b") + _MODES.get(mode[:3].lower(), 0)
    explicit = re.search(r"\bexp\b", text) is not None
    key = _signature(0 if explicit else sharps)
    return KeySignature({**key.shifts, **_marked(text[found.end() :])}, sharps)


def _marked(text: str) -> dict[str, int]:
    """Accidentals that are written out: `^f` raises all F."""
    return {letter.upper(): _SHIFTS[mark] for mark, letter in _ACCIDENTAL.findall(text)}


def _signature(sharps: int) -> KeySignature:
    shifts = dict.fromkeys(_SHARPS, 0)
    for place in range(abs(sharps)):
        letter = _SHARPS[place % 7] if sharps > 0 else _SHARPS[-1 - place % 7]
        shifts[letter] += 1 if sharps > 0 else -1
    return KeySignature(shifts, sharps)


def moves_in(text: str) -> dict[str, int]:
    """Semitones by which a `K:` or `V:` lets notes sound elsewhere than written, by what says so; of each the last.

    A clef without an 8 moves nothing, and ends what a clef before it did.
    """
    plain = _QUOTED.sub("", text)
    found = [("octave", 12 * int(octaves)) for octaves in _OCTAVE.findall(plain)]
    found += [("transpose", int(semitones)) for semitones in _TRANSPOSE.findall(plain)]
    found += [("clef", {"+8": 12, "-8": -12}.get(named or letter, 0)) for named, letter in _CLEF.findall(plain)]
    return dict(found)


def metre_from(text: str) -> Metre | None:
    """The metre that an `M:` names, `FREE` for `none`; None where it cannot be read."""
    text = re.sub(r"[()\s]", "", text)
    if text in {"C", "c"}:
        return (4, 4)
    if text in {"C|", "c|"}:
        return (2, 2)
    if text.lower() in {"none", "free", ""}:
        return FREE
    above, _, below = text.partition("/")
    counts = above.split("+")
    if not all(re.fullmatch(r"\d{1,3}", count) for count in (*counts, below)):
        return None
    beats, unit = sum(map(int, counts)), int(below)
    return (beats, unit) if beats and unit else None


def unit_for(metre: Metre) -> Fraction:
    """The unit of length, in whole notes, where no `L:` says it."""
    return Fraction(1, 16) if metre != FREE and Fraction(*metre) < _SHORT_METRE else Fraction(1, 8)


def unit_from(text: str) -> Fraction | None:
    """The unit of length that an `L:` names, in whole notes; None where it cannot be read."""
    found = _FRACTION.match(text.strip())
    if found and int(found.group(1)) and int(found.group(2)):
        return Fraction(int(found.group(1)), int(found.group(2)))
    return Fraction(1) if text.strip() == "1" else None


def tempo_from(text: str, unit: Fraction) -> float | None:
    """Quarters a minute that a `Q:` names: `1/4=120`, `1/4 3/8=40`, `"Allegro" 3/8=60` or `120` units of length.

    None where it names only words.
    """
    spoken = re.sub(r'"[^"]*"', "", text).strip()
    per_minute = _PER_MINUTE.search(spoken)
    if per_minute is None:
        return None
    beats = [Fraction(int(above), int(below)) for above, below in _FRACTION.findall(spoken) if int(below)]
    quarters = float(sum(beats, Fraction(0)) or unit) * 4 * float(per_minute.group(1))
    return quarters if quarters > 0 else None
