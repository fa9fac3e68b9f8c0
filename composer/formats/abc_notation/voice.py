"""One voice of a tune in ABC while it is read: where it stands, what holds in its bar, and what it has played."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from composer.formats.abc_notation.fields import KeySignature, key_from, moves_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.formats.abc_notation.symbols import Spelled

_DRUM_CHANNEL = 10


@dataclass(slots=True)
class Sound:
    """A note or chord as it is read, or a rest: it has no notes.

    Attributes:
        notes: Each with its pitch, the place on the staff that ties go by, and whether a tie begins at it.
        quarters: Quarters that it lasts.
    """

    notes: list[tuple[int, tuple[str, int], bool]]
    quarters: Fraction


@dataclass(slots=True)
class VoiceNote:
    """A note that sounds: when, how long and how high, in quarters and MIDI keys."""

    start: Fraction
    quarters: Fraction
    pitch: int


@dataclass(slots=True)
class TuneVoice:
    """A voice.

    Attributes:
        unit: Unit of length, in quarters.
        key: KeySignature signature.
        moves: Semitones from what is written to what sounds, by what says so.
        program: General MIDI program, where one is named.
        drums: Whether it plays percussion.
        sung: Whether words stand under it.
        lasting: How an accidental lasts to the bar line: `not`, in its own `octave`, or for its `pitch` in all.
        now: Quarters from the beginning, where its next sound begins.
        rows: What it has played.
        bars: Where its bar lines stand.
        endings: Where each ending begins and ends.
        dynamics: Where each dynamic stands.
    """

    unit: Fraction
    key: KeySignature
    moves: dict[str, int] = field(default_factory=dict)
    program: int | None = None
    drums: bool = False
    sung: bool = False
    lasting: str = "pitch"
    now: Fraction = Fraction(0)
    rows: list[VoiceNote] = field(default_factory=list)
    bars: list[Fraction] = field(default_factory=lambda: [Fraction(0)])
    endings: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    dynamics: list[tuple[Fraction, str]] = field(default_factory=list)
    _accidentals: dict[tuple[str, int], int] = field(default_factory=dict)
    _held: dict[tuple[str, int], VoiceNote] = field(default_factory=dict)
    _waiting: Sound | None = None
    _next_factor: Fraction = Fraction(1)
    _tuplet: tuple[Fraction, int] = (Fraction(1), 0)
    _layer_begins: Fraction | None = None
    _layers_end: Fraction = Fraction(0)
    _ending: Fraction | None = None

    def play(self, notes: Iterable[tuple[Spelled, bool]], units: Fraction) -> None:
        """Play a chord, a note, or without any a rest; it sounds once it is known whether its rhythm is broken."""
        self.settle()
        factor, left = self._tuplet
        self._tuplet = (factor, left - 1) if left > 1 else (Fraction(1), 0)
        quarters = units * self.unit * (factor if left else 1) * self._next_factor
        self._next_factor = Fraction(1)
        self._waiting = Sound([(*self._sounding(note), tied) for note, tied in notes], quarters)

    def rest_bars(self, bars: int, bar: Fraction) -> None:
        """Rest for whole bars."""
        self.settle()
        self.now += bars * bar

    def _sounding(self, note: Spelled) -> tuple[int, tuple[str, int]]:
        """The pitch of a note, and its place on the staff; an accidental holds to the bar line."""
        letter, height, accidental = note
        place = (letter, height)
        octave = 0 if self.lasting == "pitch" else height
        if accidental is not None and self.lasting == "not":
            return height + accidental + sum(self.moves.values()), place
        if accidental is not None:
            self._accidentals[letter, octave] = accidental
        elif place in self._held and self._held[place].start + self._held[place].quarters == self.now:
            return self._held[place].pitch, place
        shift = self._accidentals.get((letter, octave), self.key.shifts[letter])
        return height + shift + sum(self.moves.values()), place

    def tie(self) -> None:
        """Tie all of the last sound to the next."""
        if self._waiting is not None:
            self._waiting.notes = [(pitch, place, True) for pitch, place, _ in self._waiting.notes]

    def break_rhythm(self, mark: str) -> None:
        """Lengthen the last sound by what the next loses, or the other way round."""
        if self._waiting is not None:
            short = Fraction(1, 2 ** len(mark))
            last, following = (2 - short, short) if mark[0] == ">" else (short, 2 - short)
            self._waiting.quarters *= last
            self._next_factor = following

    def begin_tuplet(self, factor: Fraction, count: int) -> None:
        """Let so many of the next notes and rests last a part of what is written."""
        self.settle()
        self._tuplet = (factor, count)

    def settle(self) -> None:
        """Let the last sound be as it stands."""
        sound, self._waiting = self._waiting, None
        if sound is None:
            return
        for pitch, place, tied in sound.notes:
            # What another layer of the bar holds ends at another time.
            row = self._held.get(place)
            if row is not None and row.pitch == pitch and row.start + row.quarters == self.now:
                row.quarters += sound.quarters
                del self._held[place]
            else:
                row = VoiceNote(self.now, sound.quarters, pitch)
                self.rows.append(row)
            if tied:
                self._held[place] = row
        self.now += sound.quarters

    def draw_bar_line(self, mark: str) -> None:
        """Begin a bar; some bar lines end an ending as well."""
        self.settle()
        following = bisect_left(self.bars, self.now)
        self.now = self.bars[following] if following < len(self.bars) else max(self.now, self._layers_end)
        self._accidentals.clear()
        if self.now > self.bars[-1]:
            self.bars.append(self.now)
        if self._ending is not None and (":" in mark or "||" in mark or "]" in mark) and self.now > self._ending:
            self.endings.append((self._ending, self.now))
            self._ending = None

    def begin_ending(self) -> None:
        """Begin a first, second or further ending."""
        self.settle()
        if self._ending is not None and self.now > self._ending:
            self.endings.append((self._ending, self.now))
        self._ending = self.now

    def lay_over(self, mark: str) -> None:
        """Go back for what sounds beside what was read: by a bar line for each `&`, or to where `(&` stood."""
        self.settle()
        self._layers_end = max(self._layers_end, self.now)
        self._accidentals.clear()
        if mark.startswith("("):
            self._layer_begins = self.now
        elif mark.endswith(")"):
            self._layer_begins, self.now = None, self._layers_end
        else:
            begins = self.bars[-min(len(mark), len(self.bars))]
            self.now = begins if self._layer_begins is None else self._layer_begins

    def set_key(self, text: str) -> bool:
        """Take a key's signature and what it says of transposition; whether it named a signature."""
        self.settle()
        key = key_from(text)
        self.key = key or self.key
        self._accidentals.clear()
        self.moves |= moves_in(text)
        return key is not None

    def direct(self, words: list[str]) -> None:
        """Take what a `%%MIDI` says of this voice."""
        number = int(words[-1]) if words and words[-1].lstrip("-").isdecimal() and len(words[-1]) <= 4 else None  # noqa: PLR2004
        if number is None or len(words) < 2:  # noqa: PLR2004 - a word and its number
            return
        if words[0] == "program" and 0 <= number < 128:  # noqa: PLR2004 - General MIDI
            self.program = number
        elif words[0] == "channel":
            self.drums = number == _DRUM_CHANNEL
        elif words[0] in {"transpose", "rtranspose"}:
            self.moves[words[0]] = number
