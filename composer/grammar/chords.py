"""Chords by Roman numeral in a key, and the figures that name their inversions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from composer.music.score import PITCH_CLASSES, Key, Mode

SCALES = {Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11), Mode.MINOR: (0, 2, 3, 5, 7, 8, 10)}
"""Semitones of the degrees above the tonic; minor is natural."""

_MAJOR, _MINOR, _DIMINISHED = (0, 4, 7), (0, 3, 7), (0, 3, 6)
_DOMINANT, _MINOR_SEVENTH, _HALF_DIMINISHED, _FULLY_DIMINISHED = (
    (0, 4, 7, 10),
    (0, 3, 7, 10),
    (0, 3, 6, 10),
    (0, 3, 6, 9),
)

_CHORDS: dict[Mode, dict[str, tuple[int, tuple[int, ...]]]] = {
    Mode.MAJOR: {
        "I": (0, _MAJOR),
        "ii": (2, _MINOR),
        "ii7": (2, _MINOR_SEVENTH),
        "iii": (4, _MINOR),
        "IV": (5, _MAJOR),
        "V": (7, _MAJOR),
        "V7": (7, _DOMINANT),
        "vi": (9, _MINOR),
        "vii°": (11, _DIMINISHED),
        "I64": (0, _MAJOR),
    },
    Mode.MINOR: {
        "i": (0, _MINOR),
        "bII": (1, _MAJOR),
        "ii°": (2, _DIMINISHED),
        "iiø7": (2, _HALF_DIMINISHED),
        "III": (3, _MAJOR),
        "iv": (5, _MINOR),
        "V": (7, _MAJOR),
        "V7": (7, _DOMINANT),
        "VI": (8, _MAJOR),
        "VII": (10, _MAJOR),
        "vii°": (11, _DIMINISHED),
        "vii°7": (11, _FULLY_DIMINISHED),
        "i64": (0, _MINOR),
    },
}
"""Root above the tonic, and tones above the root."""

_TRIAD_FIGURES = ("", "6", "64")
_SEVENTH_FIGURES = ("7", "65", "43", "42")

_FIRST_INVERSION_ONLY = frozenset({"vii°", "ii°", "bII"})
_ROOT_ONLY = frozenset({"iii", "III", "VI", "vi", "VII"})


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord, not yet spread over voices.

    Attributes:
        numeral: Roman numeral without figures: V, ii, vii°; of an applied dominant with its goal: V/ii.
        root: Pitch class of the root.
        tones: Semitones above the root, from the root up.
        key: Key in which the numeral counts.
        basses: Which of the tones may lie in the bass, by their place in `tones`.
        leading: Pitch class of its leading note; None where it has none.
    """

    numeral: str
    root: int
    tones: tuple[int, ...]
    key: Key
    basses: tuple[int, ...]
    leading: int | None = None

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of all tones, the root first."""
        return tuple((self.root + tone) % PITCH_CLASSES for tone in self.tones)

    @property
    def seventh(self) -> int | None:
        """Pitch class of its seventh, if it has one."""
        return self.pitch_classes[3] if len(self.tones) > 3 else None  # noqa: PLR2004 - root, third, fifth

    def figured(self, bass: int) -> str:
        """The numeral with the figures of the inversion in which a pitch class lies in the bass: V65/ii."""
        place = self.pitch_classes.index(bass % PITCH_CLASSES)
        stem, _, goal = self.numeral.partition("/")
        figures = _TRIAD_FIGURES if self.seventh is None else _SEVENTH_FIGURES
        return f"{stem}{figures[place]}" + (f"/{goal}" if goal else "")


@lru_cache(maxsize=2048)
def chord_of(symbol: str, key: Key, *, in_root: bool = False) -> Chord:
    """The chord that a symbol names in a key.

    Args:
        symbol: One of the mode's symbols, such as V7; or an applied dominant, V7/ii.
        key: Key in which it counts.
        in_root: Whether only its root may lie in the bass.

    Raises:
        KeyError: If the mode has no such chord.
    """
    stem, _, goal = symbol.partition("/")
    if goal:
        above = _CHORDS[key.mode][goal][0] + 7
        tones: tuple[int, ...] = _DOMINANT if stem.endswith("7") else _MAJOR
    else:
        above, tones = _CHORDS[key.mode][stem]
    root = (key.tonic + above) % PITCH_CLASSES
    plain = stem.removesuffix("7").removesuffix("64")
    dominant = bool(goal) or plain in {"V", "vii°"}
    leading = (root + (4 if plain == "V" else 0)) % PITCH_CLASSES if dominant else None
    basses = (0,) if in_root else _basses(stem, len(tones))
    return Chord(plain + (f"/{goal}" if goal else ""), root, tones, key, basses, leading)


def _basses(stem: str, tones: int) -> tuple[int, ...]:
    if stem.endswith("64"):
        return (2,)
    if stem in _FIRST_INVERSION_ONLY:
        return (1,)
    if stem in _ROOT_ONLY:
        return (0,)
    return (0, 1) if stem not in {"V7", "vii°7"} else tuple(range(tones))


def goals(mode: Mode) -> tuple[str, ...]:
    """Chords that may have a dominant of their own."""
    return ("ii", "IV", "V", "vi") if mode is Mode.MAJOR else ("III", "iv", "V", "VI")


@lru_cache(maxsize=2048)
def scale_under(chord: Chord) -> tuple[int, ...]:
    """Pitch classes, rising, of the scale that goes with a chord: its key's, bent to hold the chord's own tones.

    A leading note takes the place of the degree below it, any other foreign tone of the degree above it.
    """
    found = {(chord.key.tonic + step) % PITCH_CLASSES for step in SCALES[chord.key.mode]}
    for tone in chord.pitch_classes:
        if tone not in found:
            found.discard((tone + (-1 if tone == chord.leading else 1)) % PITCH_CLASSES)
            found.add(tone)
    return tuple(sorted(found))
