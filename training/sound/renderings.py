"""The corpus's music played by a soundfont, dry: recordings with their notes beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import resample_poly

from composer.audio.samples import SAMPLE_RATE
from composer.audio.synthesis import synthesise
from composer.errors import RequestError
from composer.files import write_atomically
from composer.models.identity import Source
from composer.music.score import Part, Tempo
from composer.performance import instruments, midi
from composer.performance.expression import perform
from composer.source_filter.excitation import RATE
from training.corpus.style_profiles import score_of
from training.sound.recordings import write_recording, write_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.music.score import Score
    from composer.performance.instruments import Instrument
    from training.corpus.dataset import CorpusEntry, Dataset

_SECONDS = 30.0
_BARS = (8, 16)
_FEWEST_NOTES = 20
_SLOWEST, _FASTEST = 60.0, 150.0
_QUIETER, _LOUDER = -35, 15
_MOVED = 5
_MELODY_SHARE = 0.4
"""How often a sound that a preset gives to one part plays the melody alone."""


def render_corpus(
    data: Dataset, folder: Path, *, split: str, program: int, seconds: float, soundfont: Path, seed: int
) -> int:
    """Write recordings of one sound into a folder; return how many.

    Keys, tempos and loudness are drawn at random, so that each note occurs in many places.

    Args:
        data: Music to play.
        folder: Folder that takes a `.wav` and a `.mid` of each.
        split: One of `training.corpus.dataset.SPLITS`.
        program: General MIDI program of a voice of `composer.performance.instruments`.
        seconds: How much in all, at least.
        soundfont: A file in SF2 or SF3 format.
        seed: Seed of the draw.

    Raises:
        RequestError: If no preset has that program.
        RenderError: If FluidSynth or the soundfont fails.
        OutputError: If the folder cannot be written.
    """
    rng = np.random.default_rng(seed)
    instrument = _instrument_of(program)
    done, number = 0.0, 0
    for score in _excerpts(data.of(split), data, rng):
        if done >= seconds:
            break
        music = midi.write(score, instrument=instrument, title="", settings={})
        lasts = min(score.seconds + 1.0, _SECONDS)
        sound = synthesise(music, soundfont=soundfont, seconds=lasts, room=False)
        name = f"{program:03d}-{number:03d}"
        write_atomically(folder / f"{name}.mid", music)
        write_recording(folder / f"{name}.wav", _lower_rate(sound[: round(lasts * SAMPLE_RATE)].mean(axis=1)))
        done, number = done + lasts, number + 1
    licences = dict(sorted({(entry.collection, entry.licence) for entry in data.of(split)}))
    write_sources(folder, [*(Source(*one) for one in licences.items()), Source(soundfont.name, "as played")])
    return number


def held_out_music(data: Dataset, instrument: Instrument, *, pieces: int, seed: int) -> Iterator[tuple[bytes, float]]:
    """Excerpts of the test split as they are played in the product: MIDI and seconds of each.

    Args:
        data: Music to play.
        instrument: What plays it.
        pieces: How many, each of another section.
        seed: Seed of the draw.
    """
    rng = np.random.default_rng(seed)
    entries = data.of("test")
    left = pieces
    for index in rng.permutation(len(entries)):
        score = _cut(score_of(data, entries[index]), _BARS[1], rng)
        if len(score.notes) < _FEWEST_NOTES:
            continue
        played = perform(score)
        yield midi.write(played, instrument=instrument, title="", settings={}), score.seconds + 1.0
        left -= 1
        if not left:
            return


def _excerpts(entries: tuple[CorpusEntry, ...], data: Dataset, rng: np.random.Generator) -> Iterator[Score]:
    """Some bars of a piece at a time, without end."""
    while True:
        entry = entries[rng.integers(len(entries))]
        bars = int(rng.integers(*_BARS, endpoint=True))
        score = _cut(score_of(data, entry), bars, rng)
        if len(score.notes) >= _FEWEST_NOTES:
            yield _varied(score, rng)


def _cut(score: Score, bars: int, rng: np.random.Generator) -> Score:
    bars = min(bars, score.bars)
    first = int(rng.integers(score.bars - bars + 1)) * score.metre.bar_ticks
    last = first + bars * score.metre.bar_ticks
    notes = tuple(
        replace(note, start=note.start - first)
        for note in score.notes
        if first <= note.start < last and note.part is not Part.DRUMS
    )
    return replace(score, notes=notes, bars=bars, key_changes=())


def _varied(score: Score, rng: np.random.Generator) -> Score:
    """The same music faster or slower, louder or softer, higher or lower, and now and then its melody alone."""
    moved, louder = int(rng.integers(-_MOVED, _MOVED + 1)), int(rng.integers(_QUIETER, _LOUDER + 1))
    melody = [note for note in score.notes if note.part is Part.MELODY]
    chosen = melody if rng.random() < _MELODY_SHARE and len(melody) >= _FEWEST_NOTES else score.notes
    played = perform(replace(score, notes=tuple(chosen)))
    notes = tuple(
        replace(note, pitch=note.pitch + moved, velocity=min(max(note.velocity + louder, 10), 127))
        for note in played.notes
    )
    tempo = float(rng.uniform(_SLOWEST, _FASTEST))
    return replace(score, notes=notes, tempos=(Tempo(0, tempo),))


def _instrument_of(program: int) -> Instrument:
    """One sound that plays all parts, within the range of the voices that have it."""
    voices = [
        voice
        for preset in instruments.INSTRUMENTS
        for voice in (preset.melody, preset.accompaniment, preset.bass)
        if voice.program == program
    ]
    if not voices:
        raise RequestError(f"no instrument plays program {program}; name one that an instrument has")
    lowest, highest = min(voice.lowest for voice in voices), max(voice.highest for voice in voices)
    plain = replace(voices[0], lowest=lowest, highest=highest, volume=100, pan=64)
    return instruments.Instrument(name=plain.name, melody=plain, accompaniment=plain, bass=plain)


def _lower_rate(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    lower: NDArray[np.float32] = resample_poly(sound, RATE // 100, SAMPLE_RATE // 100).astype(np.float32)
    return lower
