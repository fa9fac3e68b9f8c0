"""Names that people may say for a model beside its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.request import NETWORK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from composer.options import Wishes

_PLAYED_BY_NETWORKS = {"audio-wavenet": "wavenet"}


def played_by_networks(models: Collection[str]) -> Mapping[str, str]:
    """By name that stands for a model together with networks that play what it writes: the model, if it is there."""
    return {name: model for name, model in _PLAYED_BY_NETWORKS.items() if model in models}


def name_in_full(said: Wishes) -> dict[str, Any]:
    """What was said, by field, with a model's name that stands for a model and networks that play it in full.

    `audio-wavenet` is `wavenet`, and `audio-wavenet@8` is `wavenet@8`, where networks play the instruments.
    """
    name, at, version = str(said.get("model", "")).strip().lower().partition("@")
    if name not in _PLAYED_BY_NETWORKS:
        return dict(said)
    return {**said, "model": f"{_PLAYED_BY_NETWORKS[name]}{at}{version}", "instrument_sound": NETWORK}
