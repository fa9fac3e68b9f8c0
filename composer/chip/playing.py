"""A score played by the chip: who plays what in which frame, as drivers of games have it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.audio.samples import CHANNELS, frames_in
from composer.chip.channel import FRAME, FRAMES_A_SECOND, ChipChannel, frame_at, noise_of, sound_of
from composer.chip.drums import add_stroke
from composer.chip.waves import EIGHTH, HALF, QUARTER, TRIANGLE
from composer.music.score import PITCH_CLASSES, VELOCITIES, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from composer.audio.samples import Samples
    from composer.music.score import Note, Score

_WAVES = {Part.MELODY: QUARTER, Part.ACCOMPANIMENT: HALF, Part.BASS: TRIANGLE}
"""Wave of each part where it plays one note; chords of two and more have `EIGHTH`, which is thin enough for them."""

_PLACES = {Part.MELODY: (0.30, 0.24), Part.ACCOMPANIMENT: (0.15, 0.21), Part.BASS: (0.42, 0.42), Part.DRUMS: (0.3, 0.3)}
"""Amplitudes left and right. The machines had one loudspeaker; a little width tells the two pulses apart."""

_TURN = 8
"""Frames for which an arpeggio stays on one note of its chord: a thirtieth of a second, two pictures of a game."""

_FULLEST = 4
"""Notes that take turns at most."""

_LET_GO = 3
"""Frames that a note ends early, so that the next one is heard to begin."""

_SUSTAINED, _HALF_LIFE = 0.55, 0.09
"""Level that a pulse falls to, of that at its beginning, and in how many seconds it falls half of the way."""

_VIBRATO_AFTER, _VIBRATO_HERTZ, _VIBRATO = 0.22, 5.6, 0.22
"""Seconds after which a held note begins to sway, how fast, and by how many semitones."""

_Slot = tuple[int, int, tuple["Note", ...]]
"""First frame, first frame after it, and the notes that sound meanwhile."""


def play(score: Score, *, seconds: float, check: Callable[[], None] = lambda: None) -> Samples:
    """Play a score, neither levelled nor trimmed.

    Args:
        score: Its melody, accompaniment and bass go to one channel each, which plays chords as arpeggios.
        seconds: How long it is to sound.
        check: Called some times a second; what it raises ends the playing (see `composer.engine.Cancelled`).

    Returns:
        Shape (frames, 2), `seconds` long.
    """
    frames = frame_at(seconds) + 1
    channels = {part: _voiced(score, part, frames) for part in _WAVES}
    noise = ChipChannel.silent(frames)
    for note in score.notes:
        if note.part is Part.DRUMS:
            add_stroke(note.pitch, note.velocity, frame_at(score.seconds_at(note.start)), noise, channels[Part.BASS])
    samples = np.zeros((frames * FRAME, CHANNELS), np.float32)
    sounds = {part: sound_of(channel) for part, channel in channels.items()} | {Part.DRUMS: noise_of(noise)}
    for part, stretches in sounds.items():
        at = 0
        for stretch in stretches:
            check()
            samples[at : at + len(stretch)] += stretch[:, None] * np.array(_PLACES[part], np.float32)
            at += len(stretch)
    return samples[: frames_in(seconds)]


def _voiced(score: Score, part: Part, frames: int) -> ChipChannel:
    """The channel of a part."""
    channel = ChipChannel.silent(frames, _WAVES[part])
    notes = [note for note in score.notes if note.part is part]
    times = {tick: frame_at(score.seconds_at(tick)) for note in notes for tick in (note.start, note.end)}
    for slot in _slots(notes, times):
        if len(slot[2]) == 1:
            _set_note(channel, slot, part)
        else:
            _set_arpeggio(channel, slot)
    return channel


def _slots(notes: Sequence[Note], times: dict[int, int]) -> Iterator[_Slot]:
    """Stretches in which the same notes sound."""
    edges = sorted({tick for note in notes for tick in (note.start, note.end)})
    left = list(notes)
    sounding: list[Note] = []
    for start, end in pairwise(edges):
        sounding = [note for note in sounding if note.end > start]
        while left and left[0].start <= start:
            sounding.append(left.pop(0))
        if sounding:
            yield times[start], times[end], tuple(sorted(sounding, key=lambda note: note.pitch))


def _set_note(channel: ChipChannel, slot: _Slot, part: Part) -> None:
    """One note: a pulse dies away and begins to sway, the triangle holds."""
    start, end, (note,) = slot
    ages = np.arange(max(min(end, len(channel.level)) - start - _LET_GO, 0)) / FRAMES_A_SECOND
    part_of = slice(start, start + len(ages))
    channel.pitch[start:end] = note.pitch
    channel.wave[start:end] = _WAVES[part]
    channel.level[part_of] = _loudness(note) * (_held(ages) if part is not Part.BASS else 1.0)
    if part is Part.MELODY:
        late = np.clip(ages / _VIBRATO_AFTER - 1, 0, 1)
        channel.pitch[part_of] += _VIBRATO * late * np.sin(2 * np.pi * _VIBRATO_HERTZ * ages)


def _set_arpeggio(channel: ChipChannel, slot: _Slot) -> None:
    """A chord: its notes in turn from low to high, so fast that they are heard together."""
    start, end, notes = slot
    length = max(min(end, len(channel.level)) - start, 0)
    pitches = _close(note.pitch for note in notes)
    channel.pitch[start : start + length] = pitches[np.arange(length) // _TURN % len(pitches)]
    channel.wave[start : start + length] = EIGHTH
    sounding = max(length - _LET_GO, 0)
    ages = np.arange(sounding) / FRAMES_A_SECOND
    channel.level[start : start + sounding] = max(_loudness(note) for note in notes) * _held(ages)


def _close(pitches: Iterable[int]) -> NDArray[np.float64]:
    """A chord in close position, which an ear hears as one: each pitch class once, from the highest one's octave."""
    highest = max(pitches := tuple(pitches))
    inside = {highest - (highest - pitch) % PITCH_CLASSES for pitch in pitches}
    return np.array(sorted(inside)[-_FULLEST:], float)


def _held(ages: NDArray[np.float64]) -> NDArray[np.float64]:
    """Level of a pulse so many seconds after its beginning."""
    return _SUSTAINED + (1 - _SUSTAINED) * 0.5 ** (ages / _HALF_LIFE)


def _loudness(note: Note) -> float:
    return 0.35 + 0.65 * note.velocity / (VELOCITIES - 1)
