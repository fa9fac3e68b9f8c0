"""Chords are planned where they are asked for, of networks that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.decoding.network_engine import NetworkEngine
from composer.errors import RequestError
from composer.models import loading
from composer.models.card import changed
from composer.music.chord_names import spell_chord
from composer.parsing import parse_chords
from composer.request import Request
from composer.tokens import features
from tests.composer import handmade

if TYPE_CHECKING:
    from pathlib import Path

    from composer.planning.plan import Plan

ASKED = Request(chords=parse_chords("Em C G D"), seconds=30)


def engine(reads: features.FeatureSet, tmp_path: Path) -> NetworkEngine:
    made, card = handmade.echo(1)
    card = changed(card, features=reads.fingerprint, styles=("piano",))
    data = handmade.file_bytes(made, card)
    return NetworkEngine(loading.from_bytes(data, path=tmp_path / card.file_name))


def planned(engine: NetworkEngine, request: Request) -> Plan:
    return engine.plan(request, np.random.default_rng(request.seed))


def test_chords_that_nobody_asks_for_are_left_to_the_network(tmp_path: Path) -> None:
    plain, newest = (
        planned(engine(reads, tmp_path), Request(seconds=30)) for reads in (features.PLAIN, features.NEWEST)
    )

    assert not newest.chords
    assert newest == plain


def test_asked_chords_are_planned_in_their_key(tmp_path: Path) -> None:
    plan = planned(engine(features.NEWEST, tmp_path), ASKED)

    assert str(plan.key) == "E minor"
    names = [spell_chord(change.symbol) for change in plan.chords if change.symbol is not None]
    assert names[:5] == ["Em", "C", "G", "D", "Em"]


def test_network_that_reads_no_chords_refuses_them_in_a_sentence(tmp_path: Path) -> None:
    engine(features.NEWEST, tmp_path).check(ASKED)

    with pytest.raises(RequestError, match="echo cannot be told the chords; leave it out, or choose another model"):
        engine(features.PLAIN, tmp_path).check(ASKED)


def test_models_of_before_can_be_told_what_they_could_be_told() -> None:
    for card in loading.installed():
        assert ("chords" in card.identity.honours) == features.reads_chords(card.network.features)
        assert "key" in card.identity.honours
