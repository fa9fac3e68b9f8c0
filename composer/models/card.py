"""What a model file says about itself: its card, which stands as JSON in the file's own metadata."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from composer.models import learned_preferences
from composer.models.learned_preferences import NONE, LearnedPreferences
from composer.music.intervals import INTERVALS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT = 1
"""Raise it when cards of the old form can no longer be read."""

USUAL_RECALL = 1.4
"""Of a convolution: at 3 likeness four bars apart was 0.36 on average, at 1.8 0.28, against 0.15 in people's pieces. A
network that looks back better needs less."""

USUAL_CANDIDATES = 8
"""Pieces to draw where neither a request nor a card says how many."""

EVERY_STYLE = "every"
"""In the place of a style: what holds for those that have nothing of their own."""

_KINDS = ("delay", "cache")
_LATER = {"fixture_cost", "ranking", "candidates", "tilts", "recall", "leanings", "parent"}
"""Fields that cards of this format did not have from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSpec:
    """How the host keeps one state of a step.

    Attributes:
        name: Name of the step's input; its output is called `new_` and this name.
        shape: Shape without the batch. Of a cache: (window, dim).
        kind: "delay": the step is handed what it put out `delay` steps before, zeros before that.
            "cache": the step is handed a buffer (batch, slots, dim) of what it put out, (batch, dim) a step, in the
            last `window` steps, step n in slot n modulo window; `slots` may be fewer than window as long as
            every step so far has a slot, and what the unused slots hold makes no difference.
        delay: Steps between output and input; 0 for a cache.
    """

    name: str
    shape: tuple[int, ...]
    kind: Literal["delay", "cache"]
    delay: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be kept."""
        if self.kind not in _KINDS or (self.kind == "delay") != (self.delay > 0) or min(self.shape) < 1:
            raise ValueError(f"no such state: {self.kind} of delay {self.delay} and shape {self.shape}")


@dataclass(frozen=True, slots=True)
class Source:
    """A set of pieces that a model was trained on."""

    name: str
    licence: str


@dataclass(frozen=True, slots=True)
class FixtureCost:
    """What a network cost on the few held-out sections that come with the code, before it was a file.

    Attributes:
        fixture: Fingerprint of the sections' file.
        bits_per_note: Of those in the styles that it has learned.
    """

    fixture: str
    bits_per_note: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """All about a model but its weights.

    Attributes:
        name: What people call it; lower case.
        version: From 1, rising.
        architecture: Its network's kind; `configuration` holds the sizes, `vocabulary_size` and
            `feature_width` among them.
        parameters: Number of weights.
        vocabulary: Fingerprint of the tokens that it reads and writes, see `composer.tokens.vocabulary`.
        features: Fingerprint of what it reads beside a token, see `composer.tokens.features`.
        states: Of its step, in the step's order.
        trained_on: Sets of pieces with their licences.
        licence: Of the weights.
        bits_per_note: Held-out negative log-likelihood; None where it was not measured.
        fixture_cost: What it cost where every shipped file is measured again; None where it was not measured.
        tokens_seen: In training.
        styles: That it was trained on, see `composer.tokens.conditions.STYLES`.
        profiles: Style -> measure -> (mean, standard deviation) over the corpus, see `composer.music.measures`.
        ranking: Style or `EVERY_STYLE` -> measure -> what its distance from the profile, in deviations, and the
            distance's square cost a candidate, see `composer.decoding.ranking`; empty where that was not fitted.
        candidates: How many pieces are drawn for a request that does not say, and were when `ranking` was fitted: the
            further a network is from people's pieces, the more it takes to bring what is drawn near them.
        tilts: Style -> for each kind of melody that a piece may have what its intervals lean to, see
            `composer.decoding.interval_bias`.
        recall: Added to the logits of what a returning section recalls, where creativity is in the middle; see
            `composer.planning.form`.
        leanings: Of what a request leaves open, learned from ratings.
        parent: Version of the same name that it was trained on from; None for one that began by itself.
        date: Of the export, YYYY-MM-DD.
        path: Where the file lies; `.` before it is written. Not part of the file.
    """

    name: str
    version: int
    architecture: str
    configuration: Mapping[str, Any]
    parameters: int
    vocabulary: str
    features: str
    states: tuple[StateSpec, ...]
    trained_on: tuple[Source, ...] = ()
    licence: str = ""
    bits_per_note: float | None = None
    fixture_cost: FixtureCost | None = None
    tokens_seen: int = 0
    styles: tuple[str, ...] = ()
    profiles: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    ranking: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    candidates: int = USUAL_CANDIDATES
    tilts: Mapping[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)
    recall: float = USUAL_RECALL
    leanings: LearnedPreferences = NONE
    parent: int | None = None
    date: str = ""
    path: Path = Path()

    def __post_init__(self) -> None:
        """Refuse a name or version that a file could not be called by, and to draw nothing."""
        if not self.name.replace("-", "").isalnum() or self.name != self.name.lower() or self.version < 1:
            raise ValueError(f"no such model: {self.name!r} version {self.version}")
        if self.candidates < 1:
            raise ValueError(f"a model draws at least one candidate, not {self.candidates}")

    @property
    def file_name(self) -> str:
        """What the file is called in a folder of models."""
        return f"{self.name}-v{self.version}.onnx"

    def ranking_of(self, style: str) -> Mapping[str, tuple[float, float]]:
        """What measures cost a candidate in a style; empty where nothing was fitted."""
        return self.ranking.get(style) or self.ranking.get(EVERY_STYLE, {})

    def to_json(self) -> str:
        """The card as it stands in the file."""
        values = asdict(self)
        del values["path"]
        return json.dumps({"format": FORMAT, **values}, sort_keys=True, allow_nan=False)


def from_json(text: str, *, path: Path = Path()) -> ModelCard:
    """Read what `ModelCard.to_json` wrote.

    Raises:
        ValueError: If it is no card, or one of another format; the message says what is wrong with it.
    """
    values = json.loads(text)
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ValueError(f"its card is not of format {FORMAT}")
    known = {field.name for field in fields(ModelCard)} - {"path"}
    if missing := known - values.keys() - _LATER:
        raise ValueError(f"its card lacks {', '.join(sorted(missing))}")
    try:
        told = {name: _READERS.get(name, _as_it_is)(values[name]) for name in known & values.keys()}
        return ModelCard(**told, path=path)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("its card is not well formed") from error


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - JSON values are anything
    return value


def _states(rows: list[dict[str, Any]]) -> tuple[StateSpec, ...]:
    return tuple(StateSpec(**{**row, "shape": tuple(row["shape"])}) for row in rows)


def _sources(rows: list[dict[str, str]]) -> tuple[Source, ...]:
    return tuple(Source(row["name"], row["licence"]) for row in rows)


def _fixture_cost(values: dict[str, Any] | None) -> FixtureCost | None:
    return None if values is None else FixtureCost(**values)


def _profiles(styles: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, tuple[float, float]]]:
    return {style: _pairs(measures) for style, measures in styles.items()}


def _pairs(rows: dict[str, list[float]]) -> dict[str, tuple[float, float]]:
    return {name: (float(one), float(other)) for name, (one, other) in rows.items()}


def _ranking(values: dict[str, Any]) -> dict[str, dict[str, tuple[float, float]]]:
    # Cards once had one ranking for all styles.
    one_for_all = any(isinstance(row, list) for row in values.values())
    return _profiles({EVERY_STYLE: values} if one_for_all else values)


def _tilts(styles: dict[str, list[Any]]) -> dict[str, tuple[tuple[float, ...], ...]]:
    # Cards once knew one kind of melody in a style, without a list around it.
    kinds = {style: rows if rows and isinstance(rows[0], list) else [rows] for style, rows in styles.items()}
    tilts = {style: tuple(tuple(map(float, row)) for row in rows) for style, rows in kinds.items()}
    if any(len(tilt) != len(INTERVALS) for rows in tilts.values() for tilt in rows):
        raise ValueError(f"a tilt of its card is not of {len(INTERVALS)} intervals")
    return tilts


_READERS: dict[str, Callable[[Any], Any]] = {
    "states": _states,
    "trained_on": _sources,
    "fixture_cost": _fixture_cost,
    "styles": tuple,
    "profiles": _profiles,
    "ranking": _ranking,
    "tilts": _tilts,
    "leanings": learned_preferences.from_values,
}
