"""The pieces whose sheet music is checked: all engines, styles and metres, composed once and kept as MIDI files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING

from composer.compose import compose
from composer.engines import find
from composer.files import write_together
from composer.request import Request
from composer.styles.table import STYLES
from composer.tokens.vocabulary import METRES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from composer.music.score import Metre

_NETWORK_STYLES = tuple(name for name, style in STYLES.items() if not style.engines)
_NETWORKS = ("lstm", "wavenet", "transformer")
_GRAMMAR_STYLES = ("piano", "quartet", "choir", "blues", "lofi", "folk", "ragtime", "hymn")
_PRESETS = ("flute", "clarinet", "saxophone", "cello", "brass", "woodwinds", "strings", "guitar", "harpsichord", "harp")
_SECONDS, _WITH_METRE = 20.0, 3


@dataclass(frozen=True, slots=True)
class Ordered:
    """A piece to be composed: its file's name without suffix, and what is asked for."""

    name: str
    request: Request


def ordered(count: int) -> list[Ordered]:
    """The first `count` requests: engines in turn, each through its styles, every third in the next metre."""
    networks = _of_networks()
    lines = (networks, _of_grammar(), networks, _of_others())
    turns = (next(line) for line in cycle(lines))
    return list(islice(turns, count))


def _of_networks() -> Iterator[Ordered]:
    metres, presets = cycle(METRES), cycle(_PRESETS)
    for seed in range(10**6):
        model = _NETWORKS[seed % len(_NETWORKS)]
        style = _NETWORK_STYLES[seed % len(_NETWORK_STYLES)]
        metre = next(metres) if seed % _WITH_METRE == 0 else None
        instrument = next(presets) if seed % (2 * _WITH_METRE) == 1 else None
        yield _order(model, style, seed, metre, instrument)


def _of_grammar() -> Iterator[Ordered]:
    for seed in range(10**6):
        yield _order("grammar", _GRAMMAR_STYLES[seed % len(_GRAMMAR_STYLES)], seed)


def _of_others() -> Iterator[Ordered]:
    for seed in range(10**6):
        yield _order(("dice", "tutorial-lstm", "tutorial-wavenet")[seed % 3], "piano", seed)


def _order(model: str, style: str, seed: int, metre: Metre | None = None, instrument: str | None = None) -> Ordered:
    marks = (model, style, str(metre or "").replace("/", "-"), instrument or "", f"{seed:03d}")
    length = 45.0 if model == "dice" else _SECONDS
    request = Request(
        model=model, style=style, seed=seed, metre=metre, instrument=instrument, seconds=length, candidates=_few(model)
    )
    return Ordered("_".join(mark for mark in marks if mark), request)


def _few(model: str) -> int | None:
    return 1 if model in _NETWORKS else None


def compose_missing(orders: list[Ordered], folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """The MIDI file of each order; those that `folder` lacks are composed.

    Raises:
        RequestError: An engine cannot compose what is asked for.
        OutputError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    engines = {}
    paths = [folder / f"{order.name}.mid" for order in orders]
    for path, order in zip(paths, orders, strict=True):
        if path.exists():
            continue
        model = order.request.model
        if model not in engines:
            engines[model] = find(model).load()
        write_together({path: compose(order.request, engines[model]).midi})
        tell(path.name)
    return paths
