"""What a generation's files are called and say about themselves, whenever they are made: from its row alone."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from composer.rendering import Sheet, caption

if TYPE_CHECKING:
    from bot.domain.generation import Generation


def sheet(generation: Generation) -> Sheet:
    """What its rendition needs to know beside its music."""
    options = generation.options
    facts = caption(
        seconds=options.seconds,
        model=f"{options.model} v{options.version}",
        beats_per_minute=generation.beats_per_minute or 0,
        metre=generation.chosen_metre or "",
        seed=options.seed,
    )
    return Sheet(seconds=options.seconds, title=generation.title or "", caption=facts, remark=generation.remark or "")


def file_name(generation: Generation) -> str:
    """Without suffix, in letters that every system takes: `142-nocturne-in-e-flat-major`."""
    plain = unicodedata.normalize("NFKD", generation.title or "piece").encode("ascii", "ignore").decode()
    return f"{generation.number}-" + re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
