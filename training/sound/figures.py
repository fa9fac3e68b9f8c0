"""How well a network plays: what is heard of the notes, how fast it is, and whether it clicks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from mir_eval import transcription
from scipy.signal import resample_poly

from composer.audio.samples import SAMPLE_RATE
from composer.audio.synthesis import synthesise
from composer.listening import posteriorgrams
from composer.listening.polyphony import hear_polyphony
from composer.source_filter.excitation import HOP, RATE, Excitation
from composer.source_filter.network import CHUNK
from composer.source_filter.playing import play
from composer.source_filter.sounding import read_strands
from composer.source_filter.sounds import by_program, load_sound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.source_filter.sounding import SoundingNote

ONSET = 0.05
"""Seconds by which a note that is heard may miss the one that was played, as in mir_eval."""

_SAME_PITCH = 50.0
"""Cents."""

_AROUND = 320
"""Samples, 20 ms, whose loudness a jump is measured by."""

_QUIET = 1e-2
"""Share of the whole's loudness below which nothing is measured."""


@dataclass(frozen=True, slots=True)
class HeardNotes:
    """Notes that were played, heard, and both."""

    played: int
    heard: int
    right: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(self.played + self.heard, 1)

    def __add__(self, other: HeardNotes) -> HeardNotes:
        """Both counts together."""
        return HeardNotes(self.played + other.played, self.heard + other.heard, self.right + other.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceFigures:
    """What was measured of one piece.

    Attributes:
        heard: Notes that basic-pitch hears, by who plays: soundfont, network, excitation.
        times_real_time: Seconds of sound that the network plays in a second of one core.
        jumps: Largest jump from sample to sample over the loudness around it, by who plays and where.
    """

    heard: dict[str, HeardNotes]
    times_real_time: float
    jumps: dict[str, float]


def measure_piece(music: bytes, *, seconds: float, soundfont: Path, networks: Path | None = None) -> PieceFigures:
    """Play a piece by soundfont, network and nothing but the excitation, and listen to each.

    Args:
        music: MIDI of which networks play every note.
        seconds: How much of it.
        soundfont: A file in SF2 or SF3 format.
        networks: Folder of networks that go before those that come with Cadenza.
    """
    notes = [note for strand in read_strands(music) for note in strand.notes]
    bare, dry, spent = _dry_sounds(music, seconds, networks)
    by_soundfont = synthesise(music, soundfont=soundfont, seconds=seconds)
    by_network = play(music, soundfont=soundfont, seconds=seconds, networks=networks)
    dry_soundfont = synthesise(music, soundfont=soundfont, seconds=seconds, room=False)
    heard = {
        "soundfont": hear(_lower(by_soundfont), notes, seconds),
        "network": hear(_lower(by_network), notes, seconds),
        "soundfont, dry": hear(_lower(dry_soundfont), notes, seconds),
        "network, dry": hear(resample_poly(dry, posteriorgrams.RATE // 50, RATE // 50), notes, seconds),
        "excitation, dry": hear(resample_poly(bare, posteriorgrams.RATE // 50, RATE // 50), notes, seconds),
    }
    borders = np.unique([round(note.start * RATE) for note in notes] + [round(note.end * RATE) for note in notes])
    reference = resample_poly(dry_soundfont.mean(axis=1), RATE // 100, SAMPLE_RATE // 100)[: len(dry)]
    jumps = {
        "soundfont, at notes": largest_jump(reference, borders),
        "network, at notes": largest_jump(dry, borders),
        "network, between chunks": largest_jump(dry, np.arange(CHUNK, len(dry), CHUNK), reach=1),
        "network, elsewhere": largest_jump(dry, np.arange(CHUNK // 2, len(dry), CHUNK), reach=1),
    }
    return PieceFigures(heard=heard, times_real_time=seconds / spent, jumps=jumps)


def describe(figures: Sequence[PieceFigures]) -> str:
    """The figures of several pieces in a few lines."""
    lines = []
    for who in figures[0].heard:
        total = sum((one.heard[who] for one in figures), HeardNotes(0, 0, 0))
        each = [one.heard[who].f1 for one in figures]
        lines.append(
            f"  {who}: note F1 {total.f1:.3f} of {total.played} notes; by piece {np.mean(each):.3f}, "
            f"lowest {min(each):.3f}"
        )
    speeds = [one.times_real_time for one in figures]
    lines.append(f"  network: {np.mean(speeds):.0f} times real time on one core, slowest {min(speeds):.0f}")
    lines += [f"  largest jump, {where}: {max(one.jumps[where] for one in figures):.2f}" for where in figures[0].jumps]
    return "\n".join(lines)


def hear(sound: NDArray[np.float32], notes: Sequence[SoundingNote], seconds: float) -> HeardNotes:
    """Count the notes that basic-pitch hears; sound is at its own rate, and brought to its usual level."""
    level = np.abs(sound).max() or 1.0
    found = hear_polyphony((sound * (0.5 / level)).astype(np.float32))
    played = [note for note in notes if note.start < seconds]
    return count_right([(note.start, note.pitch) for note in played], [(note.start, note.pitch) for note in found])


def count_right(played: Sequence[tuple[float, int]], heard: Sequence[tuple[float, int]]) -> HeardNotes:
    """Match notes of one pitch whose beginnings lie within `ONSET`, as many as can be."""
    if not played or not heard:
        return HeardNotes(len(played), len(heard), 0)
    (wanted, pitches), (found, others) = (_as_intervals(notes) for notes in (played, heard))
    pairs = transcription.match_notes(
        wanted, pitches, found, others, onset_tolerance=ONSET, pitch_tolerance=_SAME_PITCH, offset_ratio=None
    )
    return HeardNotes(len(played), len(heard), len(pairs))


def _as_intervals(notes: Sequence[tuple[float, int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beginnings and frequencies as mir_eval takes them; ends do not count."""
    starts, pitches = (np.array(column, float) for column in zip(*notes, strict=True))
    return np.stack([starts, starts + 1], axis=-1), 440 * 2 ** ((pitches - 69) / 12)


def _dry_sounds(
    music: bytes, seconds: float, networks: Path | None
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """The excitation alone, the networks alone, and the processor seconds that the latter took."""
    files = by_program(networks)
    samples = round(seconds * RATE)
    bare, dry, spent = np.zeros(samples, np.float32), np.zeros(samples, np.float32), 0.0
    for strand in read_strands(music):
        network = load_sound(files[strand.program])
        envelope = network.card.envelopes[network.card.programs.index(strand.program)]
        waves, _ = Excitation(strand.notes, envelope).stretch(0, -(-samples // HOP) * HOP)
        bare += waves[:samples].sum(axis=1)
        started = time.process_time()
        dry += network.play(strand.notes, program=strand.program, samples=samples)
        spent += time.process_time() - started
    return bare, dry, spent


def _lower(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    lowered: NDArray[np.float32] = resample_poly(np.asarray(sound).mean(axis=1), 1, SAMPLE_RATE // posteriorgrams.RATE)
    return lowered


def largest_jump(sound: NDArray[np.float32], places: NDArray[np.int64], *, reach: int = 16) -> float:
    """Largest jump within `reach` samples of any of the places, over the loudness around it."""
    jumps = np.abs(np.diff(sound, prepend=0.0))
    power = np.convolve(np.square(sound), np.full(_AROUND, 1 / _AROUND), mode="same")
    loud = np.sqrt(np.maximum(power, (_QUIET * float(np.sqrt(np.mean(np.square(sound))))) ** 2))
    near = (places[:, None] + np.arange(-reach, reach)).ravel()
    near = near[(near >= 0) & (near < len(sound))]
    return float((jumps[near] / (loud[near] + 1e-9)).max(initial=0.0))
