"""The lines of a tune in ABC -> its voices and its marks.

Source: "The abc music standard 2.1", abcnotation.com.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.formats.abc_notation.fields import (
    FREE,
    KeySignature,
    Metre,
    key_from,
    metre_from,
    moves_in,
    tempo_from,
    unit_for,
    unit_from,
)
from composer.formats.abc_notation.symbols import length_of, notes_in, spelled, symbols_in, tuplet_of
from composer.formats.abc_notation.tunes import is_field
from composer.formats.abc_notation.voice import TuneVoice
from composer.formats.dynamics import VELOCITIES
from composer.formats.metres import metre_of_bars

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_COMPOUND = (6, 9, 12)


class TuneReader:
    """Reads lines, and remembers what holds in each voice.

    Attributes:
        signatures: Quarters and sharps of each key signature of the first voice.
        tempos: Quarters and quarters a minute of each tempo.
    """

    def __init__(self) -> None:
        self.signatures: list[tuple[Fraction, int]] = []
        self.tempos: list[tuple[Fraction, float]] = []
        self._metres: dict[Fraction, Metre] = {}
        self._metre: Metre = FREE
        self._unit: Fraction | None = None
        self._voices: dict[str, TuneVoice] = {}
        self._voice_texts: dict[str, str] = {}
        self._directions: list[list[str]] = []
        self._lasting = "pitch"
        self._key = KeySignature(dict.fromkeys("CDEFGAB", 0), 0)
        self._key_text = ""
        self._now: TuneVoice | None = None
        self._in_body = False

    def read_line(self, line: str) -> None:
        """Take in a line: a field, a direction or music."""
        if line.startswith("%%"):
            self._direct(line[2:].split())
        elif is_field(line):
            self._take_field(line[0], line[2:].strip())
        elif self._in_body:
            for kind, text, found in symbols_in(line):
                self._take_symbol(kind, text, found)

    def finished_voices(self) -> list[TuneVoice]:
        """All voices, their last sounds played."""
        for voice in self._voices.values():
            voice.draw_bar_line("|]")
        return list(self._voices.values())

    def metres_of(self, voices: Sequence[TuneVoice]) -> dict[Fraction, Metre]:
        """The metres by where they begin; where none is named, what most bars say."""
        named = dict(sorted(self._metres.items()))
        if any(metre != FREE for metre in named.values()) and next(iter(named.values())) != FREE:
            return {at: metre for at, metre in named.items() if metre != FREE}
        bars = max((voice.bars for voice in voices), key=len)
        found = metre_of_bars(end - start for start, end in pairwise(bars))
        return {Fraction(0): found, **{at: metre for at, metre in named.items() if metre != FREE}}

    def _voice(self) -> TuneVoice:
        """The voice that is being read; the first one begins here where nobody named it."""
        if self._now is None:
            self._now = next(iter(self._voices.values()), None) or self._begin_voice("1")
        return self._now

    def _begin_voice(self, name: str) -> TuneVoice:
        voice = TuneVoice(unit=4 * (self._unit or unit_for(self._metre)), key=self._key, lasting=self._lasting)
        text = self._voice_texts.get(name, "")
        voice.moves = {**moves_in(self._key_text), **moves_in(text)}
        voice.drums = "perc" in text.split() or "clef=perc" in text.split()
        place = len(self._voices)
        self._voices[name] = voice
        for words in self._directions:
            if words[0] != "program" or len(words) < 3 or words[1] == str(place + 1):  # noqa: PLR2004 - a channel's
                voice.direct(words)
        return voice

    def _direct(self, words: list[str]) -> None:
        if words[:1] == ["propagate-accidentals"]:
            self._lasting = next((word for word in words[1:2] if word in {"not", "octave"}), "pitch")
        elif words[:1] == ["MIDI"] and words[1:]:
            self._directions.append(words[1:])
            if self._now is not None and (words[1] != "program" or len(words) < 4):  # noqa: PLR2004 - without a channel
                self._now.direct(words[1:])

    def _take_field(self, name: str, text: str) -> None:
        if name == "V":
            self._switch_voice(text)
        elif name == "K":
            self._take_key(text)
        elif name == "M":
            self._take_metre(text)
        elif name == "L":
            self._take_unit(unit_from(text))
        elif name == "Q":
            self._take_tempo(text)
        elif name == "I":
            self._direct(text.replace("=", " ", 1).split())
        elif name == "w" and self._in_body:
            self._voice().sung = True

    def _switch_voice(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        if rest:
            self._voice_texts[name] = f"{self._voice_texts.get(name, '')} {rest}"
        if self._in_body:
            if self._now is not None:
                self._now.settle()
            self._now = self._voices.get(name) or self._begin_voice(name)
            self._now.moves |= moves_in(rest)

    def _take_key(self, text: str) -> None:
        if not self._in_body:
            self._in_body = True
            self._unit = self._unit or unit_for(self._metre)
            self._key, self._key_text = key_from(text) or self._key, text
            self.signatures.append((Fraction(0), self._key.sharps))
        else:
            voice = self._voice()
            if voice.set_key(text) and voice is next(iter(self._voices.values())):
                self.signatures.append((voice.now, voice.key.sharps))

    def _take_metre(self, text: str) -> None:
        metre = metre_from(text)
        if metre is None:
            return
        if self._now is not None:
            self._now.settle()
        self._metre = metre
        self._metres[self._now.now if self._now else Fraction(0)] = metre

    def _take_unit(self, unit: Fraction | None) -> None:
        if unit is None:
            return
        if self._in_body and self._now is not None:
            self._now.settle()
            self._now.unit = 4 * unit
        else:
            self._unit = unit

    def _take_tempo(self, text: str) -> None:
        tempo = tempo_from(text, self._unit or unit_for(self._metre))
        if tempo is not None:
            if self._now is not None:
                self._now.settle()
            self.tempos.append((self._now.now if self._now else Fraction(0), tempo))

    def _take_symbol(self, kind: str, text: str, found: re.Match[str]) -> None:
        if kind == "field":
            self._take_field(text[1], text[3:].rstrip("]").strip())
            return
        voice = self._voice()
        if kind == "note":
            voice.play([(spelled(text), False)], length_of(text))
        elif kind == "chord":
            self._take_chord(voice, text[: text.rindex("]")], length_of(found["chord_length"]))
        elif kind == "rest":
            voice.play([], length_of(text))
        elif kind == "bars_of_rest":
            voice.rest_bars(int(text[1:] or 1), self._bar_at(voice.now))
        elif kind == "bar":
            voice.draw_bar_line(text)
            if found["number"]:
                voice.begin_ending()
        else:
            self._take_mark(voice, kind, text)

    def _take_mark(self, voice: TuneVoice, kind: str, text: str) -> None:
        if kind == "ending":
            voice.begin_ending()
        elif kind == "overlay":
            voice.lay_over(text)
        elif kind == "tie":
            voice.tie()
        elif kind == "broken":
            voice.break_rhythm(text)
        elif kind == "tuplet":
            voice.begin_tuplet(*tuplet_of(text, compound=self._metre[0] in _COMPOUND))
        elif kind == "decoration" and text.strip("!+") in VELOCITIES:
            voice.settle()
            voice.dynamics.append((voice.now, text.strip("!+")))

    @staticmethod
    def _take_chord(voice: TuneVoice, text: str, outer: Fraction) -> None:
        notes = list(notes_in(text))
        if notes:
            voice.play([(note, tied) for note, _, tied in notes], notes[0][1] * outer)

    def _bar_at(self, now: Fraction) -> Fraction:
        metre = next((metre for at, metre in sorted(self._metres.items(), reverse=True) if at <= now), FREE)
        return Fraction(4 * metre[0], metre[1]) if metre != FREE else Fraction(4)
