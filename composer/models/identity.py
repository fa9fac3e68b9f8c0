"""Who composes: the part of a card that people choose by, and that every engine has."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from composer.errors import MOST_QUOTED, RequestError, quoted
from composer.models.model_names import played_by_networks
from composer.request import LONGEST, NETWORK_OPTIONS, SHORTEST
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


_MOST_DIGITS = 9
"""Digits of a version's number; Python refuses to read thousands of them."""


@dataclass(frozen=True, slots=True)
class Source:
    """A set of pieces that a model was trained on."""

    name: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Name, version and origin of an engine.

    Attributes:
        name: Name that people call it by; lower case.
        version: Number from 1, rising.
        architecture: Kind of network, or of whatever else composes.
        licence: Licence of the weights, or of what stands in their place.
        styles: Styles that it knows, see `composer.styles.table.STYLE_NAMES`.
        trained_on: Sets of pieces that it learned from, with their licences.
        parent: Version of the same name that it was trained on from; None for one that began by itself.
        date: Day of the export, YYYY-MM-DD.
        honours: Fields of `composer.request.ENGINE_OPTIONS` that it composes by. Not part of a model file: every
            network honours the same ones, but for the chords, which some read.
        shortest: Seconds of the shortest piece that it composes. Not part of a model file, as the next.
        longest: Seconds of the longest.
    """

    name: str
    version: int
    architecture: str
    licence: str = ""
    styles: tuple[str, ...] = ()
    trained_on: tuple[Source, ...] = ()
    parent: int | None = None
    date: str = ""
    honours: frozenset[str] = NETWORK_OPTIONS
    shortest: float = SHORTEST
    longest: float = LONGEST

    def __post_init__(self) -> None:
        """Refuse a name or version that a file could not be called by."""
        if not self.name.replace("-", "").isalnum() or self.name != self.name.lower() or self.version < 1:
            raise ValueError(f"no such model: {self.name!r} version {self.version}")

    @property
    def label(self) -> str:
        """Name and version as people ask for them: wavenet@8."""
        return f"{self.name}@{self.version}"

    @property
    def all_styles(self) -> tuple[str, ...]:
        """Styles that it composes in: those that it knows, and those that it takes for one of them."""
        taken = (
            style.name
            for style in STYLES.values()
            if style.learned_as in self.styles and (not style.engines or self.name in style.engines)
        )
        return (*self.styles, *taken)

    def usual_seconds(self, wanted: float) -> float:
        """The length that comes nearest to one that nobody asked for."""
        return min(max(wanted, self.shortest), self.longest)


def choose_version(wanted: str, known: Collection[tuple[str, int]]) -> tuple[str, int]:
    """The newest version of a name, or the one that `wanted` asks for as NAME@VERSION.

    Args:
        wanted: As a person wrote it.
        known: Names and versions that there are.

    Raises:
        RequestError: If there is no such name or version; it names those that are near.
    """
    name, _, version = wanted.strip().lower().partition("@")
    versions = sorted(number for other, number in known if other == name)
    if not versions:
        raise RequestError(_unknown(name, sorted({other for other, _ in known})))
    if not version:
        return name, versions[-1]
    chosen = version_number(version)
    if chosen not in versions:
        there = ", ".join(map(str, versions))
        raise RequestError(f"there is no version {quoted(version)} of `{name}`; installed: {there}")
    return name, chosen


def version_number(text: str) -> int:
    """The number of a version as people write it: 8, v8; 0, which no version has, where it is none."""
    digits = text.removeprefix("v")
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else 0


def _unknown(name: str, known: list[str]) -> str:
    pairs = played_by_networks(known)
    if name in pairs:
        return f"`{name}` is `{pairs[name]}` whose instruments networks play; name `{pairs[name]}` here"
    near = difflib.get_close_matches(name[:MOST_QUOTED], [*known, *pairs], n=1, cutoff=0.5)
    question = f" Did you mean `{near[0]}`?" if near else ""
    return f"I don't know a model called {quoted(name)}.{question} Installed: {', '.join(known)}."


def _sources(rows: list[dict[str, str]]) -> tuple[Source, ...]:
    return tuple(Source(row["name"], row["licence"]) for row in rows)


READERS: Mapping[str, Callable[[Any], Any]] = {"styles": tuple, "trained_on": _sources}
"""How fields of an identity are read from JSON, where they are not taken as they are."""
