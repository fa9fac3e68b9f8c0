"""MIDI -> sound by networks, with the soundfont for what none of them plays."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from composer.audio.samples import CHANNELS, frames_in
from composer.audio.synthesis import synthesise
from composer.source_filter.excitation import RATE
from composer.source_filter.resampling import raise_rate
from composer.source_filter.room import place_strands
from composer.source_filter.sounding import read_strands, without_programs
from composer.source_filter.sounds import by_program, load_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.audio.samples import Samples
    from composer.source_filter.sounding import Strand


def play(
    music: bytes,
    *,
    soundfont: Path,
    seconds: float,
    networks: Path | None = None,
    check: Callable[[], None] = lambda: None,
) -> Samples:
    """Play MIDI by networks into samples, neither levelled nor trimmed.

    The soundfont plays the drums, and what no network plays. It need not exist where there is nothing of that.

    Args:
        music: A standard MIDI file.
        soundfont: A file in SF2 or SF3 format.
        seconds: How long the piece is to sound.
        networks: Folder of networks that go before those that come with Cadenza.
        check: Called some times a second; what it raises ends the playing (see `composer.engine.Cancelled`).

    Returns:
        Shape (frames, 2), `seconds` long or, with the last reverberation, up to some seconds longer.

    Raises:
        RequestError: If it is no MIDI file.
        ModelError: If a network's file is damaged.
        RenderError: If FluidSynth or the soundfont is needed and fails.
    """
    files = by_program(networks)
    strands = [strand for strand in read_strands(music) if strand.program in files]
    if not strands:
        return synthesise(music, soundfont=soundfont, seconds=seconds, check=check)
    rest = without_programs(music, files)
    placed = place_strands(_played(strands, files, seconds, check), _samples_in(seconds))
    samples = _raised(placed, frames_in(seconds), check)
    if rest is not None:
        samples += synthesise(rest, soundfont=soundfont, seconds=seconds, check=check)[: len(samples)]
    return samples


def _raised(placed: NDArray[np.float32], frames: int, check: Callable[[], None]) -> Samples:
    """The networks' sound at the rate of all other sound, so many frames of it."""
    samples = np.zeros((frames, CHANNELS), np.float32)
    at = 0
    for stretch in raise_rate(placed):
        check()
        samples[at : at + len(stretch)] = stretch[: frames - at]
        at += len(stretch)
    return samples


def _played(
    strands: list[Strand], files: dict[int, Path], seconds: float, check: Callable[[], None]
) -> Iterator[tuple[NDArray[np.float32], int, int]]:
    for strand in strands:
        network = load_sound(files[strand.program])
        sound = network.play(strand.notes, program=strand.program, samples=_samples_in(seconds), check=check)
        yield sound, strand.pan, strand.reverb


def _samples_in(seconds: float) -> int:
    return round(seconds * RATE)


class NetworkShare(StrEnum):
    """How much of a piece networks play; drums are never theirs."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


def network_share(music: bytes, *, networks: Path | None = None) -> NetworkShare:
    """How much of a MIDI file networks would play.

    Raises:
        RequestError: If it is no MIDI file.
    """
    files = by_program(networks)
    if all(strand.program not in files for strand in read_strands(music)):
        return NetworkShare.NONE
    return NetworkShare.ALL if without_programs(music, files) is None else NetworkShare.SOME
