"""A MIDI file that Cadenza wrote, played again from the notes that it holds: on any machine, without the model.

A network composes the same piece from the same seed on one kind of processor only. Its arithmetic in 8 bits rounds
otherwise on another one, and a note that falls otherwise changes all that follow. The notes in the file are what they
are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.free_score import FreeScore
from composer.performance import midi
from composer.publish import write_files
from composer.rendering import Sheet, caption, render_original

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from composer.music.score import Score
    from composer.rendering import Rendition
    from composer.sheet_music.sheet import SheetMusic


_MIDI = b"MThd"


@dataclass(frozen=True, slots=True)
class Replay:
    """A piece as its file tells it.

    Attributes:
        music: The file.
        score: Its notes.
        settings: The settings that it was composed from, as plain values.
        sheet: Title, length and facts.
    """

    music: bytes
    score: Score
    settings: Mapping[str, object]
    sheet: Sheet


def holds_notes(path: Path) -> bool:
    """Whether a file that can be read is MIDI."""
    with path.open("rb") as file:
        return file.read(len(_MIDI)) == _MIDI


def read_replay(music: bytes) -> Replay:
    """The piece in a MIDI file.

    Raises:
        RequestError: If the file is damaged or from another program.
    """
    score, settings = midi.read(music)
    seconds = float(str(settings["length"])) if "length" in settings else score.seconds
    free = isinstance(score, FreeScore)
    facts = caption(
        seconds=seconds,
        model=str(settings.get("model", "")),
        beats_per_minute=0 if free else score.beats_per_minute,
        metre="" if free else str(score.metre),
        seed=int(str(settings.get("seed", 0))),
    )
    return Replay(music, score, settings, Sheet(seconds=seconds, title=midi.title_of(music), caption=facts))


def render_replay(replay: Replay, *, soundfont: Path, networks: Path | None = None) -> Rendition:
    """Sound and picture of the notes; the arguments and errors are those of `render_original`."""
    return render_original(replay.music, replay.sheet, soundfont=soundfont, networks=networks)


def publish_replay(
    replay: Replay,
    rendition: Rendition,
    folder: Path,
    *,
    notation: bytes | None = None,
    sheet_music: SheetMusic | None = None,
) -> list[Path]:
    """Write the files that a composition is published in; the record tells no measures.

    Raises:
        OutputError: If the folder cannot be written.
    """
    score = replay.score
    told = (
        {} if isinstance(score, FreeScore) else {"key": str(score.key), "metre": str(score.metre), "bars": score.bars}
    )
    record = {
        "title": replay.sheet.title,
        "settings": dict(replay.settings),
        "chosen": told,
        "notes": len(score.notes),
        "seconds_spent": rendition.seconds_spent,
    }
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True)
    contents = {"mid": replay.music, "mp3": rendition.mp3, "png": rendition.png, "json": f"{text}\n".encode()}
    return write_files(folder, {**contents, "wav": None, "musicxml": notation}, sheet_music)
