"""Who composes: the part of a card that people choose by, and that every engine has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
        styles: Styles that it knows, see `composer.tokens.conditions.STYLES`.
        trained_on: Sets of pieces that it learned from, with their licences.
        parent: Version of the same name that it was trained on from; None for one that began by itself.
        date: Day of the export, YYYY-MM-DD.
    """

    name: str
    version: int
    architecture: str
    licence: str = ""
    styles: tuple[str, ...] = ()
    trained_on: tuple[Source, ...] = ()
    parent: int | None = None
    date: str = ""

    def __post_init__(self) -> None:
        """Refuse a name or version that a file could not be called by."""
        if not self.name.replace("-", "").isalnum() or self.name != self.name.lower() or self.version < 1:
            raise ValueError(f"no such model: {self.name!r} version {self.version}")

    @property
    def label(self) -> str:
        """Name and version as people ask for them: wavenet@8."""
        return f"{self.name}@{self.version}"


def _sources(rows: list[dict[str, str]]) -> tuple[Source, ...]:
    return tuple(Source(row["name"], row["licence"]) for row in rows)


READERS: Mapping[str, Callable[[Any], Any]] = {"styles": tuple, "trained_on": _sources}
"""How fields of an identity are read from JSON, where they are not taken as they are."""
