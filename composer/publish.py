"""A composition -> the files that people open: MIDI or WAV, MP3, picture and a record of how they came about."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from composer.files import write_together

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from composer.compose import Composition
    from composer.planning.plan import Plan
    from composer.rendering import Rendition
    from composer.sheet_music.sheet import SheetMusic

NAME = "piece"


def publish(
    composition: Composition,
    rendition: Rendition,
    folder: Path,
    *,
    notation: bytes | None = None,
    sheet_music: SheetMusic | None = None,
) -> list[Path]:
    """Write piece.mid, piece.mp3, piece.png and piece.json: all files or none.

    In place of MIDI stands piece.wav where the piece is sound. What was left of another piece there is deleted.

    Args:
        composition: The piece.
        rendition: Its sound and picture.
        folder: Where the files go.
        notation: MusicXML, for piece.musicxml.
        sheet_music: Pages, for piece.pdf and piece-page-1.png and so on.

    Returns:
        The files' paths.

    Raises:
        OutputError: If the folder cannot be written.
    """
    record = json.dumps(_record(composition, rendition), indent=2, ensure_ascii=False, sort_keys=True)
    contents = {
        "mid": composition.midi,
        "wav": composition.sound,
        "mp3": rendition.mp3,
        "png": rendition.png,
        "json": f"{record}\n".encode(),
        "musicxml": notation,
    }
    return write_files(folder, contents, sheet_music)


def write_files(
    folder: Path, contents: Mapping[str, bytes | None], sheet_music: SheetMusic | None = None
) -> list[Path]:
    """Write the files of a piece by suffix, those that are not empty, and pages: all or none; see `publish`."""
    named = {f".{suffix}": data for suffix, data in contents.items()}
    named[".pdf"] = sheet_music.pdf if sheet_music else None
    pages = {f"-page-{number}.png": page for number, page in enumerate(sheet_music.pages if sheet_music else (), 1)}
    files = {folder / f"{NAME}{ending}": data for ending, data in (named | pages).items() if data}
    write_together(files)
    for path in {*(folder / f"{NAME}{ending}" for ending in named), *folder.glob(f"{NAME}-page-*.png")}:
        if path not in files:
            path.unlink(missing_ok=True)
    return list(files)


def _chosen(plan: Plan) -> dict[str, object]:
    """What was settled; nothing of music without metre and key."""
    if plan.free:
        return {}
    return {
        "key": str(plan.key),
        "metre": str(plan.metre),
        "bars": plan.bars,
        "beats_per_minute": round(plan.beats_per_minute, 2),
    }


def _record(composition: Composition, rendition: Rendition) -> dict[str, object]:
    spent = {**composition.seconds_spent, **rendition.seconds_spent}
    return {
        "title": composition.title,
        **({"remark": composition.remark} if composition.remark else {}),
        "settings": dict(composition.settings),
        "chosen": _chosen(composition.plan),
        **({"notes": len(composition.score.notes)} if composition.score.notes else {}),
        **({"novelty": asdict(composition.novelty)} if composition.novelty else {}),
        "measures": {name: round(value, 4) for name, value in composition.measures.items()},
        **({"derivation": dict(composition.derivation)} if composition.derivation else {}),
        "seconds_spent": {stage: round(seconds, 4) for stage, seconds in spent.items()},
    }
