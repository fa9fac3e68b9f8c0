"""What accompanies a tune: a guitar's bass and chords in turn, and the left hand of a rag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.dances.tables import chord_named
from composer.music.score import PITCH_CLASSES, Note, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.dances.placed import PlacedChord
    from composer.grammar.chords import Chord
    from composer.music.score import Key, Metre

_GUITAR, _GUITAR_BASS = 50, 40
_HAND, _HAND_BASS = 52, 33
_CHORD, _BASS = 60, 70


def boom_chuck(placed: Sequence[PlacedChord], metre: Metre, key: Key) -> Iterator[Note]:
    """The root or the fifth on the beats, and the chord between them; in a last bar only what holds."""
    beat = metre.beat_ticks
    after = beat * 2 // 3 if beat % 36 == 0 else beat // 2
    last = placed[-1].end - metre.bar_ticks
    for number, start in enumerate(range(0, last, beat)):
        chord = _at(placed, start, key)
        end = min(start + beat, last)
        yield Note(start, after, _low(chord, number, _GUITAR_BASS), _BASS, Part.BASS)
        for pitch in _close(_at(placed, start + after, key), _GUITAR):
            yield Note(start + after, end - start - after, pitch, _CHORD, Part.ACCOMPANIMENT)
    home = chord_named(placed[-1].name, key)
    yield Note(last, metre.bar_ticks, _low(home, 0, _GUITAR_BASS), _BASS, Part.BASS)
    for pitch in _close(home, _GUITAR):
        yield Note(last, metre.bar_ticks, pitch, _CHORD, Part.ACCOMPANIMENT)


def stride(placed: Sequence[PlacedChord], metre: Metre, key: Key) -> Iterator[Note]:
    """Octaves low down on the beats, chords in the middle between them; the left hand is alone in its part."""
    beat = metre.beat_ticks
    half = beat // 2
    last = placed[-1].end - metre.bar_ticks
    for number, start in enumerate(range(0, last, beat)):
        low = _low(_at(placed, start, key), number, _HAND_BASS)
        for pitch in (low, low + PITCH_CLASSES):
            yield Note(start, half, pitch, _BASS, Part.ACCOMPANIMENT)
        for pitch in _close(_at(placed, start + half, key), _HAND):
            yield Note(start + half, min(half, last - start - half), pitch, _CHORD, Part.ACCOMPANIMENT)
    home = chord_named(placed[-1].name, key)
    low = _low(home, 0, _HAND_BASS)
    for pitch in (low, low + PITCH_CLASSES):
        yield Note(last, metre.bar_ticks, pitch, _BASS, Part.ACCOMPANIMENT)


def _at(placed: Sequence[PlacedChord], tick: int, key: Key) -> Chord:
    """The chord that sounds at a tick."""
    length = placed[0].end - placed[0].start
    return chord_named(placed[min(tick // length, len(placed) - 1)].name, key)


def _low(chord: Chord, number: int, lowest: int) -> int:
    """The root on even beats, the fifth on odd ones, from a pitch up."""
    tone = chord.pitch_classes[2 if number % 2 else 0]
    return lowest + (tone - lowest) % PITCH_CLASSES


def _close(chord: Chord, lowest: int) -> list[int]:
    """The chord in close position, from a pitch up."""
    return sorted(lowest + (tone - lowest) % PITCH_CLASSES for tone in chord.pitch_classes)
