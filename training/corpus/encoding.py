"""Sections of music -> what a prepared corpus holds of them, and that as bytes for a cache."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.music.chord_reading import chord_changes
from composer.tokens import tokenizer
from composer.tokens.conditions import ANY, Conditions, density_class, style_class, tempo_class
from training.corpus.dataset import tracked_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.formats.sections import Section
    from composer.music.score import Score


@dataclass(frozen=True, slots=True)
class Encoded:
    """One section, ready to be laid into the arrays."""

    tokens: NDArray[np.uint16]
    rows: NDArray[np.uint8]
    classes: tuple[int, ...]
    metre: str
    transposition: int
    bars: int
    notes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one file: sections, or the reason why there are none.

    Attributes:
        sections: Sections in order of time.
        melody: See `training.corpus.duplicates.melody_grams`.
        refused: The reason; None where there are sections.
        style: Style, as the set or the file itself tells it.
    """

    sections: tuple[Encoded, ...] = ()
    melody: frozenset[int] = frozenset()
    refused: str | None = None
    style: str = ""


def encode_section(section: Section, style: str) -> Encoded:
    """A section as tokens, with the position after each and its conditions."""
    score = section.score
    tokens = tokenizer.encode(score)
    return Encoded(
        tokens=np.array(tokens, np.uint16),
        rows=tracked_rows(tokens, score.metre, bars=score.bars + section.bars_after, chords=chord_changes(score)),
        classes=_conditions_of(score, style, tempo_known=section.tempo_known).classes(),
        metre=str(score.metre),
        transposition=section.transposition,
        bars=score.bars,
        notes=len(score.notes),
    )


def _conditions_of(score: Score, style: str, *, tempo_known: bool) -> Conditions:
    tempo = score.tempos[0].quarters_per_minute
    return Conditions(
        style=style_class(style),
        mode=1 + score.key.mode,
        tempo=tempo_class(tempo, score.metre) if tempo_known else ANY,
        density=density_class(score),
    )


def pack_reading(reading: Reading) -> bytes:
    """A reading as bytes."""
    told = {
        "refused": reading.refused,
        "style": reading.style,
        "sections": [
            {name: getattr(section, name) for name in ("classes", "metre", "transposition", "bars", "notes")}
            for section in reading.sections
        ],
    }
    arrays: dict[str, NDArray[Any]] = {
        "told": np.frombuffer(json.dumps(told).encode(), np.uint8),
        "melody": np.array(sorted(reading.melody), np.int64),
    }
    for index, section in enumerate(reading.sections):
        arrays |= {f"tokens{index}": section.tokens, f"rows{index}": section.rows}
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack_reading(data: bytes) -> Reading | None:
    """What `pack_reading` wrote; None if the bytes are damaged."""
    try:
        with np.load(io.BytesIO(data)) as arrays:
            told = json.loads(arrays["told"].tobytes())
            sections = tuple(
                Encoded(
                    **{
                        **section,
                        "classes": tuple(section["classes"]),
                        "tokens": arrays[f"tokens{index}"],
                        "rows": arrays[f"rows{index}"],
                    }
                )
                for index, section in enumerate(told["sections"])
            )
            return Reading(sections, frozenset(arrays["melody"].tolist()), told["refused"], told["style"])
    except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile):
        return None
