"""Recordings with their notes, as a network learns an instrument from them."""

from __future__ import annotations

import json
import logging
import wave
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import ComposerError, RequestError
from composer.files import write_atomically
from composer.listening import posteriorgrams
from composer.listening.polyphony import hear_polyphony
from composer.listening.recording import Bounds, decode
from composer.listening.recording_files import find_recordings, read_file
from composer.models.identity import Source
from composer.source_filter.excitation import HOP, RATE
from composer.source_filter.sounding import SoundingNote, level_of, read_strands

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

log = logging.getLogger(__name__)

SOURCES = "sources.json"
"""File of a folder that says whose its recordings are."""

_BOUNDS = Bounds(most_bytes=500_000_000, most_seconds=7200)
_FULL_SCALE = 2**31 - 1
_NOTES = ".mid", ".midi"


@dataclass(frozen=True, slots=True)
class NotedRecording:
    """A recording and what is played in it.

    Attributes:
        name: Name of its file.
        samples: Samples at `RATE`, shape (samples,).
        program: General MIDI program of its notes.
        notes: What is played.
    """

    name: str
    samples: NDArray[np.float32]
    program: int
    notes: tuple[SoundingNote, ...]


def write_recording(path: Path, samples: NDArray[np.float32]) -> None:
    """Write samples at `RATE`, one channel, in 32 bits: FluidSynth is quiet.

    Raises:
        OSError: If the file cannot be written.
    """
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(4)
        file.setframerate(RATE)
        file.writeframes(np.rint(np.clip(samples, -1, 1).astype(np.float64) * _FULL_SCALE).astype("<i4").tobytes())


def write_sources(folder: Path, sources: Sequence[Source]) -> None:
    """Say whose the recordings of a folder are.

    Raises:
        OutputError: If the file cannot be written.
    """
    write_atomically(folder / SOURCES, json.dumps([asdict(source) for source in sources]).encode())


def read_sources(folder: Path) -> tuple[Source, ...]:
    """Whose the recordings of a folder are: what stands there, or the folder's owner's own."""
    try:
        return tuple(Source(**row) for row in json.loads((folder / SOURCES).read_bytes()))
    except (OSError, ValueError, TypeError):
        return (Source(folder.name, "own recordings"),)


def read_folder(folder: Path, *, program: int | None = None) -> list[NotedRecording]:
    """Every recording of a folder with its notes: those of the MIDI file of the same name, or what is heard.

    A file that cannot be used is left out, and the log says why.

    Args:
        folder: Searched with all that is in it.
        program: General MIDI program of all recordings; None is that of the MIDI files, and 0 without one.

    Raises:
        RequestError: If nothing can be used, or what reads recordings is not installed.
    """
    found = []
    for path in find_recordings(folder):
        try:
            recording = _read(path)
        except ComposerError as error:
            log.warning("%s is left out: %s", path.name, error)
            continue
        if recording.notes:
            found.append(recording if program is None else replace(recording, program=program))
        else:
            log.warning("%s is left out: no note is heard in it", path.name)
    if not found:
        raise RequestError(f"in no recording of {folder} is a note heard; name a folder of others")
    return found


def _read(path: Path) -> NotedRecording:
    data = read_file(path)
    samples = decode(data, rate=RATE, bounds=_BOUNDS)
    beside = next((path.with_suffix(end) for end in _NOTES if path.with_suffix(end).is_file()), None)
    if beside is None:
        return NotedRecording(path.name, samples, 0, _heard(data))
    strands = read_strands(beside.read_bytes())
    notes = tuple(note for strand in strands for note in strand.notes)
    return NotedRecording(path.name, samples, strands[0].program if strands else 0, notes)


def _heard(data: bytes) -> tuple[SoundingNote, ...]:
    found = hear_polyphony(decode(data, rate=posteriorgrams.RATE, bounds=_BOUNDS))
    return tuple(
        SoundingNote(start=note.start, end=note.end, pitch=note.pitch, level=level_of(note.velocity)) for note in found
    )


def split_recordings(
    recordings: Sequence[NotedRecording], share: float
) -> tuple[list[NotedRecording], list[NotedRecording]]:
    """Recordings to learn from, and those held out: the last of each program; of a single one its end."""
    train: list[NotedRecording] = []
    held_out: list[NotedRecording] = []
    for program in sorted({one.program for one in recordings}):
        own = [one for one in recordings if one.program == program]
        if len(own) == 1:
            first, last = _parted(own[0], share)
            train.append(first)
            held_out.append(last)
            continue
        kept = max(1, round(len(own) * share))
        train += own[:-kept]
        held_out += own[-kept:]
    return train, held_out


def _parted(recording: NotedRecording, share: float) -> tuple[NotedRecording, NotedRecording]:
    cut = round(len(recording.samples) * (1 - share)) // HOP * HOP
    seconds = cut / RATE
    later = tuple(
        replace(note, start=note.start - seconds, end=note.end - seconds, bends=())
        for note in recording.notes
        if note.start >= seconds
    )
    return (
        replace(recording, samples=recording.samples[:cut]),
        replace(recording, samples=recording.samples[cut:], notes=later),
    )


def seconds_of(recordings: Sequence[NotedRecording]) -> float:
    """How long they last in all."""
    return sum(len(one.samples) for one in recordings) / RATE
