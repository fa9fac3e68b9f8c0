"""What a generation's files are called and say about themselves, whenever they are made: from its row alone."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.pipeline.local_composer import Sheet

if TYPE_CHECKING:
    from bot.domain.generation import Generation


def sheet(generation: Generation) -> Sheet:
    """What its rendition needs to know beside its music."""
    options = generation.options
    length = round(options.seconds)
    facts = (
        f"{length // 60}:{length % 60:02d}",
        f"{options.model} v{options.version}",
        f"{generation.beats_per_minute or 0:.0f} bpm",
        generation.chosen_metre or "",
        f"seed {options.seed}",
    )
    title = generation.title or ""
    return Sheet(seconds=options.seconds, title=title, caption=" · ".join(fact for fact in facts if fact))


def file_name(generation: Generation) -> str:
    """Without suffix, in letters that every system takes: `142-nocturne-in-e-flat-major`."""
    plain = unicodedata.normalize("NFKD", generation.title or "piece").encode("ascii", "ignore").decode()
    return f"{generation.number}-" + re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
