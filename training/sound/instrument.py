"""From a folder of recordings to a file that plays their instruments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np

from composer.source_filter.excitation import HOP, Excitation
from composer.source_filter.network import SoundCard
from training.sound.envelopes import fit_envelope
from training.sound.export import export_network
from training.sound.fit import LEVEL, SoundPlan, Windows, fit_network
from training.sound.network import FilterNetwork
from training.sound.recordings import read_folder, read_sources, seconds_of, split_recordings
from training.sound.warmstart import take_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from composer.source_filter.excitation import NoteEnvelope
    from training.sound.recordings import NotedRecording

DILATIONS = tuple(2**depth for _ in range(2) for depth in range(7))
ROLL_WIDTH = 16

USUAL_LOUDNESS = 0.0194
"""Root mean square of FluidR3's piano, dry, over that of its excitation: how loud an instrument of people's is made."""

_LISTENED = 60 * 16_000 // HOP * HOP
"""Samples of each recording from which that is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedInstrument:
    """What a network is to be.

    Attributes:
        program: General MIDI program that it is to play; None is what the MIDI files say.
        width: Channels of its layers.
        dilations: Steps that each layer looks back.
        as_recorded: Whether it plays as loud as the recordings; made as loud as the piano otherwise.
        start: File of a network of these sizes whose weights it begins with; chance where this is None.
    """

    program: int | None = None
    width: int = 48
    dilations: tuple[int, ...] = DILATIONS
    as_recorded: bool = False
    start: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedInstrument:
    """A file that was written.

    Attributes:
        card: What it says of itself.
        size: Bytes.
        steps: Optimiser steps of its training.
    """

    card: SoundCard
    size: int
    steps: int


def fit_instrument(
    source: Path,
    path: Path,
    plan: SoundPlan,
    *,
    wanted: WantedInstrument,
    folder: Path,
) -> FittedInstrument:
    """Learn to play what recordings play.

    Args:
        source: Folder of recordings, see `training.sound.recordings.read_folder`.
        path: Path of the file, whose name begins with that of the instrument.
        plan: How to train.
        wanted: What the network is to be.
        folder: Folder for checkpoints; a run that is there goes on.

    Raises:
        RequestError: If no recording can be used.
        MachineError: If a checkpoint or the network is at fault.
        OutputError: If the file cannot be written.
    """
    recordings = read_folder(source, program=wanted.program)
    envelopes = _fit_envelopes(recordings)
    train, held_out = split_recordings(recordings, plan.held_out)
    windows = Windows(train, envelopes)
    network = _first_network(len(envelopes), wanted, plan.seed)
    run = fit_network(network, windows, Windows(held_out, envelopes, scale=windows.scale), plan, folder=folder)
    card = SoundCard(
        name=path.name.partition(".")[0],
        programs=tuple(envelopes),
        envelopes=tuple(envelopes.values()),
        gain=1 / windows.scale if wanted.as_recorded else _usual_gain(train, envelopes),
        **network.sizes,
        trained_on=read_sources(source),
        seconds=round(seconds_of(train), 1),
        loss=round(run.best, 4),
        seed=plan.seed,
    )
    return FittedInstrument(card=card, size=export_network(network, card, path), steps=run.steps)


def _fit_envelopes(recordings: Sequence[NotedRecording]) -> dict[int, NoteEnvelope]:
    """The envelope of each program."""
    programs = sorted({one.program for one in recordings})
    return {each: fit_envelope([one for one in recordings if one.program == each]) for each in programs}


def _first_network(kinds: int, wanted: WantedInstrument, seed: int) -> FilterNetwork:
    keras.utils.set_random_seed(seed)
    network = FilterNetwork(kinds=kinds, width=wanted.width, dilations=wanted.dilations, roll_width=ROLL_WIDTH)
    network.build()
    if wanted.start is not None:
        take_weights(wanted.start, network)
    return network


def _usual_gain(recordings: Sequence[NotedRecording], envelopes: Mapping[int, NoteEnvelope]) -> float:
    """What brings the network's sound to `USUAL_LOUDNESS`."""
    return USUAL_LOUDNESS * _excitement(recordings, envelopes) / LEVEL


def _excitement(recordings: Sequence[NotedRecording], envelopes: Mapping[int, NoteEnvelope]) -> float:
    """Root mean square of the excitation, all waves together."""
    powers = []
    for one in recordings:
        samples = min(len(one.samples) // HOP * HOP, _LISTENED)
        waves, _ = Excitation(one.notes, envelopes[one.program]).stretch(0, samples)
        powers.append(float(np.mean(np.square(waves.sum(axis=1)))))
    return math.sqrt(np.mean(powers))
