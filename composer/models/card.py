"""What a model file says about itself: its card, which stands as JSON in the file's own metadata.

The file holds the fields of a card's three records side by side, under their names in `_NAMES_IN_FILE`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from composer.models import choosing, identity, network_spec
from composer.models.choosing import Choosing
from composer.models.identity import Identity
from composer.models.network_spec import NetworkSpec
from composer.tokens.features import reads_chords

FORMAT = 1
"""Raise it when cards of the old form can no longer be read."""

_RECORDS: dict[str, type[Identity | NetworkSpec | Choosing]] = {
    "identity": Identity,
    "network": NetworkSpec,
    "choosing": Choosing,
}
_NOT_IN_FILE = {"honours", "shortest", "longest"}
FIELDS = {
    name: tuple(field.name for field in fields(record) if field.name not in _NOT_IN_FILE)
    for name, record in _RECORDS.items()
}
"""The fields of each record of a card that stand in the file."""

_NAMES_IN_FILE = {"preferences": "leanings"}
"""Fields that stand in the file under another name."""

_LATER = {"fixture_cost", "ranking", "following", "candidates", "tilts", "recall", "leanings", "parent"}
"""Names in the file that cards of this format did not have from the start."""

_READERS = {**identity.READERS, **network_spec.READERS, **choosing.READERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """All about a model but its weights.

    Attributes:
        identity: Name, version and origin.
        network: What the network is, and how well it predicts.
        choosing: How a piece is drawn and chosen.
        path: Path of the file; `.` before it is written. Not part of the file.
    """

    identity: Identity
    network: NetworkSpec
    choosing: Choosing
    path: Path = Path()

    @property
    def file_name(self) -> str:
        """What the file is called in a folder of models."""
        return f"{self.identity.name}-v{self.identity.version}.onnx"

    def to_json(self) -> str:
        """The card as it stands in the file."""
        records = {**asdict(self.identity), **asdict(self.network), **asdict(self.choosing)}
        values = {_NAMES_IN_FILE.get(name, name): records[name] for names in FIELDS.values() for name in names}
        return json.dumps({"format": FORMAT, **values}, sort_keys=True, allow_nan=False)


def card_of(*, path: Path = Path(), **values: Any) -> ModelCard:  # noqa: ANN401 - fields of a card are of many types
    """A card of the fields of its records, side by side.

    Raises:
        TypeError: If there is no such field, or one is missing that has no default.
        ValueError: If a value is out of range.
    """
    if unknown := values.keys() - {name for names in FIELDS.values() for name in names}:
        raise TypeError(f"cards have no {', '.join(sorted(unknown))}")
    records: dict[str, Any] = {
        record: _RECORDS[record](**{name: values[name] for name in names if name in values})
        for record, names in FIELDS.items()
    }
    if not reads_chords(records["network"].features):
        records["identity"] = replace(records["identity"], honours=records["identity"].honours - {"chords"})
    return ModelCard(path=path, **records)


def card_values(card: ModelCard) -> dict[str, Any]:
    """The fields of a card's records side by side, for `card_of`."""
    return {name: getattr(getattr(card, record), name) for record, names in FIELDS.items() for name in names}


def changed(card: ModelCard, **values: Any) -> ModelCard:  # noqa: ANN401 - fields of a card are of many types
    """The card with other values of some fields, in whichever record they stand.

    Raises:
        TypeError: If there is no such field.
        ValueError: If a value is out of range.
    """
    return card_of(**{"path": card.path, **card_values(card), **values})


def from_json(text: str, *, path: Path = Path()) -> ModelCard:
    """Read what `ModelCard.to_json` wrote.

    Raises:
        ValueError: If it is no card, or one of another format; the message says what is wrong with it.
    """
    values = json.loads(text)
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ValueError(f"its card is not of format {FORMAT}")
    known = {_NAMES_IN_FILE.get(name, name): name for names in FIELDS.values() for name in names}
    if missing := known.keys() - values.keys() - _LATER:
        raise ValueError(f"its card lacks {', '.join(sorted(missing))}")
    try:
        told = {
            name: _READERS[name](values[stored]) if name in _READERS else values[stored]
            for stored, name in known.items()
            if stored in values
        }
        return card_of(path=path, **told)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("its card is not well formed") from error
