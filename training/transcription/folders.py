"""A folder of recordings -> a folder of MIDI files that `prepare` and `finetune` read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tqdm import tqdm

from composer.errors import RequestError
from composer.files import write_atomically
from composer.listening.hearing import hear
from composer.listening.recording import Bounds
from composer.listening.recording_files import find_recordings, read_file
from composer.performance import instruments, midi
from training.corpus.files import printable
from training.corpus.workers import Failure, work_in_processes

if TYPE_CHECKING:
    from pathlib import Path

BOUNDS = Bounds(most_bytes=500_000_000, most_seconds=1200)
"""How much of a recording is taken: a long movement in the best quality."""

SECONDS_A_RECORDING = 600.0
"""Within which the longest is heard; one that takes longer is given up."""

REPORT = "verdicts.tsv"
NO_RECORDING = "no recording"


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What became of a recording.

    Attributes:
        midi: The file; empty if it was refused.
        verdict: What was written down, or why nothing was.
    """

    midi: bytes
    verdict: str


def transcribe_folder(
    source: Path, target: Path, *, workers: int, seconds: float = SECONDS_A_RECORDING
) -> dict[str, str]:
    """Write a MIDI file for every recording in a folder and those below it, and a report.

    A recording is heard in a process with limits of time and memory, since a file can take any. Its MIDI file is named
    as it is, with `.mid` behind. Names of folders are kept.

    Args:
        source: Where the recordings are.
        target: Where the MIDI files and the report go.
        workers: Processes.
        seconds: Seconds that one recording may take.

    Returns:
        What became of each file, by its place in `source`.

    Raises:
        RequestError: If there is no recording, none could be used, or the extra is not installed.
        OutputError: If a file cannot be written.
    """
    recordings = find_recordings(source)
    verdicts = {_place(path, source): NO_RECORDING for path in source.rglob("*") if path.is_file()}
    names, written = [_place(path, source) for path in recordings], 0
    answers = work_in_processes(transcribe_file, recordings, workers=min(workers, len(recordings)), seconds=seconds)
    for index, answer in tqdm(answers, total=len(recordings), unit="file", disable=None):
        found = Transcribed(b"", answer.reason) if isinstance(answer, Failure) else answer
        verdicts[names[index]] = found.verdict
        file = target / f"{names[index]}.mid"
        if found.midi:
            write_atomically(file, found.midi)
            written += 1
        else:
            file.unlink(missing_ok=True)  # what was heard in a recording that stood here before
    rows = "".join(f"{printable(name)}\t{verdict}\n" for name, verdict in sorted(verdicts.items()))
    write_atomically(target / REPORT, rows.encode())
    if not written:
        raise RequestError(f"no recording could be used; what became of each stands in {target / REPORT}")
    return verdicts


def _place(path: Path, source: Path) -> str:
    return path.relative_to(source).as_posix()


def transcribe_file(path: Path) -> Transcribed:
    """Hear one recording; runs in a process with limits."""
    try:
        score, style = hear(read_file(path), BOUNDS)
    except RequestError as refusal:
        return Transcribed(b"", str(refusal))
    file = midi.write(score, instrument=instruments.find("piano"), title=path.stem, settings={})
    what = "a melody" if style == "song" else "for two hands"
    return Transcribed(file, f"{len(score.notes)} notes {what}, {score.bars} bars of {score.metre} in {score.key}")
