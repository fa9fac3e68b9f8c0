"""A composition -> the files that people open: MIDI, MP3, picture and a record of how they came about."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.audio import mastering, mp3
from composer.audio import synthesis as rendering
from composer.files import write_together
from composer.picture import piano_roll

if TYPE_CHECKING:
    from pathlib import Path

    from composer.compose import Composition

NAME = "piece"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A composition as it is heard and seen.

    Attributes:
        mp3: Lasts the asked seconds.
        png: The piano roll.
        seconds_spent: By stage: render, encode, draw. Drawing goes on beside rendering.
    """

    mp3: bytes
    png: bytes
    seconds_spent: dict[str, float]


def render_composition(composition: Composition, *, seconds: float, soundfont: Path) -> Rendition:
    """Render, level, encode and draw.

    Args:
        composition: To be rendered.
        seconds: Length of the audio.
        soundfont: In SF2 or SF3 format.

    Raises:
        RenderError: If FluidSynth or the soundfont fails.
    """
    spent: dict[str, float] = {}
    with ThreadPoolExecutor(1) as beside:
        # FluidSynth is a process of its own, so that the picture is drawn on the other core meanwhile.
        drawing = beside.submit(_draw, composition, spent)
        started = time.perf_counter()
        samples = rendering.synthesise(composition.midi, soundfont=soundfont, seconds=seconds)
        rendered = time.perf_counter()
        finished = mastering.master(samples, seconds=seconds)
        sound = mp3.encode_mp3(finished, title=composition.title, comment=json.dumps(composition.settings))
        spent["render"], spent["encode"] = rendered - started, time.perf_counter() - rendered
        return Rendition(sound, drawing.result(), spent)


def _draw(composition: Composition, spent: dict[str, float]) -> bytes:
    started = time.perf_counter()
    png = piano_roll.draw_piano_roll(composition.score, title=composition.title, caption=caption(composition))
    spent["draw"] = time.perf_counter() - started
    return png


def caption(composition: Composition) -> str:
    """One line of facts: length, model, tempo, metre and seed."""
    settings, plan = composition.settings, composition.plan
    length = round(float(str(settings["length"])))
    return (
        f"{length // 60}:{length % 60:02d} · {settings['model']} · {plan.beats_per_minute:.0f} bpm · "
        f"{plan.metre} · seed {settings['seed']}"
    )


def publish(
    composition: Composition, rendition: Rendition, folder: Path, *, notation: bytes | None = None
) -> list[Path]:
    """Write piece.mid, piece.mp3, piece.png and piece.json, and piece.musicxml where there is notation: all or none.

    Returns:
        The files' paths.

    Raises:
        OutputError: If the folder cannot be written.
    """
    record = json.dumps(_record(composition, rendition), indent=2, ensure_ascii=False, sort_keys=True)
    contents = {"mid": composition.midi, "mp3": rendition.mp3, "png": rendition.png, "json": f"{record}\n".encode()}
    if notation is not None:
        contents["musicxml"] = notation
    files = {folder / f"{NAME}.{suffix}": data for suffix, data in contents.items()}
    write_together(files)
    return list(files)


def _record(composition: Composition, rendition: Rendition) -> dict[str, object]:
    plan = composition.plan
    spent = {**composition.seconds_spent, **rendition.seconds_spent}
    return {
        "title": composition.title,
        "settings": dict(composition.settings),
        "chosen": {
            "key": str(plan.key),
            "metre": str(plan.metre),
            "bars": plan.bars,
            "beats_per_minute": round(plan.beats_per_minute, 2),
        },
        "notes": len(composition.score.notes),
        "measures": {name: round(value, 4) for name, value in composition.measures.items()},
        "seconds_spent": {stage: round(seconds, 4) for stage, seconds in spent.items()},
    }
