"""A few held-out sections that come with the code, so that shipped model files can be measured without a corpus.

The file keeps tokens and conditions, not features: positions are tracked anew, as they are when a piece is composed. A
model's card keeps what its network cost on it when it was released, and which file that was.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import MachineError, RequestError, spell_command
from composer.files import write_atomically
from composer.models.network_spec import FixtureCost
from composer.parsing import parse_metre
from composer.styles.table import STYLE_NAMES
from composer.tokens import position, vocabulary
from composer.tokens.conditions import SIZES
from training.corpus.dataset import CorpusEntry, Dataset, tracked_rows
from training.networks.loss import strikes_note

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from training.evaluation.bits_per_note import Bits

PATH = Path(__file__).with_suffix(".json")
"""It names composer, title and licence of every section."""

LONGEST = 600
"""Tokens of a section that are kept, from its START."""

_EACH = 2
"""Pieces of each style."""

_FREE = ("CC0", "Public Domain")
_TOLD = ("name", "collection", "composer", "title", "licence", "style", "metre", "transposition", "bars")


def write(data: Dataset, path: Path = PATH) -> list[CorpusEntry]:
    """Keep held-out sections of each style, evenly spread, that anyone may copy without a condition.

    Returns:
        The sections that were kept.

    Raises:
        RequestError: If there are none.
        OutputError: If the file cannot be written.
    """
    by_style: dict[str, dict[str, CorpusEntry]] = defaultdict(dict)
    for entry in data.of("test"):
        if entry.licence.startswith(_FREE) and entry.length > LONGEST:
            by_style[entry.style].setdefault(entry.name, entry)
    chosen = [entry for style in STYLE_NAMES for entry in _spread_entries(list(by_style[style].values()))]
    if not chosen:
        raise RequestError("no held-out piece of the corpus is free of conditions; name another with --data")
    # A line for each section.
    sections = ",\n".join(json.dumps(_section_record(data, entry), ensure_ascii=False) for entry in chosen)
    text = f'{{"vocabulary": "{vocabulary.fingerprint()}", "sections": [\n{sections}\n]}}\n'
    write_atomically(path, text.encode())
    return chosen


def _spread_entries(entries: Sequence[CorpusEntry]) -> list[CorpusEntry]:
    places = np.linspace(0, len(entries) - 1, _EACH).round() if entries else np.array([])
    return [entries[int(place)] for place in np.unique(places)]


def _section_record(data: Dataset, entry: CorpusEntry) -> dict[str, Any]:
    return {
        **{name: getattr(entry, name) for name in _TOLD},
        "bars_to_go": int(data.rows[entry.start, position.BARS_LEFT]),
        "conditions": dict(zip(SIZES, entry.classes, strict=True)),
        "tokens": data.tokens[entry.start : entry.start + LONGEST].tolist(),
    }


def load(path: Path = PATH) -> Dataset:
    """The sections, all in the test split.

    Raises:
        MachineError: If the file is missing, damaged or holds another vocabulary's tokens.
    """
    try:
        kept = json.loads(path.read_bytes())
        if kept["vocabulary"] != vocabulary.fingerprint():
            again = spell_command("training fixture")
            raise MachineError(f"{path} holds another vocabulary's tokens; make it again: {again}")
        return _laid_out(kept["sections"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        again = spell_command("training fixture")
        raise MachineError(f"{path} is missing or damaged; make it again: {again}") from error


def _laid_out(sections: Sequence[dict[str, Any]]) -> Dataset:
    tokens = [np.array(section["tokens"], np.uint16) for section in sections]
    rows = [
        tracked_rows(section["tokens"], parse_metre(section["metre"]), bars=section["bars_to_go"])
        for section in sections
    ]
    entries = tuple(
        CorpusEntry(
            **{name: section[name] for name in _TOLD},
            split="test",
            notes=int(strikes_note(own.astype(np.int32)).sum()),
            start=number * LONGEST,
            length=len(own),
            classes=tuple(section["conditions"].get(name, 0) for name in SIZES),
        )
        for number, (section, own) in enumerate(zip(sections, tokens, strict=True))
    )
    return Dataset(np.concatenate(tokens), np.concatenate(rows), entries)


def fingerprint(path: Path = PATH) -> str:
    """Sixteen hex digits that change with the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def cost(measure: Callable[[Dataset, Sequence[CorpusEntry]], Bits], styles: Collection[str]) -> FixtureCost | None:
    """What the sections cost whatever is measured, for its card; None if there is none of its styles."""
    data = load()
    known = [entry for entry in data.entries if entry.style in styles]
    return FixtureCost(fingerprint(), measure(data, known).per_note) if known else None
