from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer import engines
from composer.errors import MachineError, RequestError
from composer.models import loading
from composer.models.card import changed
from composer.music.score import Key, Metre, Mode
from composer.request import Request
from tests.training.corpora import small_dataset
from training.comparison.commissions import Commission
from training.comparison.drawing import adapt_request, draw_commissions

if TYPE_CHECKING:
    from pathlib import Path

    from training.comparison.drawing import Drawn


@pytest.fixture
def orders(tmp_path: Path) -> list[Commission]:
    entry = small_dataset(tmp_path / "corpus").of("test")[0]
    return [Commission(entry, 4, Request(seconds=8, seed=seed, candidates=1)) for seed in (1, 2)]


def drawn(orders: list[Commission], folder: Path | None) -> list[Drawn]:
    return draw_commissions(orders, engines.find("wavenet"), folder=folder, workers=1)


def test_what_was_drawn_lies_in_the_folder_and_is_not_drawn_again(orders, tmp_path, monkeypatch):
    first = drawn(orders, tmp_path / "out")
    monkeypatch.setattr("training.comparison.drawing.compose", None)

    assert drawn(orders, tmp_path / "out") == first
    assert len(list((tmp_path / "out").rglob("*.mid"))) == 2


def test_another_request_is_drawn_anew(orders, tmp_path):
    first = drawn(orders[:1], tmp_path / "out")
    longer = [Commission(orders[0].after, 6, Request(seconds=11, seed=1, candidates=1))]

    again = drawn(longer, tmp_path / "out")

    assert again[0].score.seconds > first[0].score.seconds


def test_a_damaged_piece_is_named(orders, tmp_path):
    drawn(orders, tmp_path / "out")
    file = next((tmp_path / "out").rglob("*.json"))
    file.write_text("{")

    with pytest.raises(MachineError, match=file.name):
        drawn(orders, tmp_path / "out")


def test_a_style_that_the_model_has_not_learned_is_refused_before_anything_is_drawn(orders, tmp_path):
    band = [Commission(orders[0].after, 4, Request(style="band"))]
    card = changed(loading.find("wavenet"), styles=("piano",))

    with pytest.raises(RequestError, match="not learned the style band"):
        draw_commissions(band, engines.InstalledEngine(card.identity, card), folder=tmp_path / "out", workers=1)


ASKED = Request(seconds=30, style="romantic", metre=Metre(5, 4), key=Key(9, Mode.MINOR), tempo=90.0, candidates=2)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("wavenet", ASKED),
        ("grammar", replace(ASKED, style="piano", metre=None)),
        ("dice", replace(ASKED, style="piano", metre=None, key=None, candidates=None)),
        ("stochastic", replace(ASKED, style="piano", metre=None, key=None, tempo=None, candidates=None)),
    ],
)
def test_an_engine_is_asked_for_as_much_as_it_can_be_told(name, told):
    assert adapt_request(ASKED, engines.find(name)) == told


@pytest.mark.parametrize("name", ["dice", "stochastic"])
def test_an_engine_without_a_file_is_drawn_and_kept_as_a_network_is(name, orders, tmp_path, monkeypatch):
    (first,) = draw_commissions(orders[:1], engines.find(name), folder=tmp_path / "out", workers=1)
    monkeypatch.setattr("training.comparison.drawing.compose", None)

    (again,) = draw_commissions(orders[:1], engines.find(name), folder=tmp_path / "out", workers=1)

    assert again.midi == first.midi
    assert again.measures == first.measures
    assert [note.start for note in again.score.notes] == [note.start for note in first.score.notes]


def test_an_engine_without_notes_has_nothing_to_compare():
    with pytest.raises(RequestError, match="audio-lstm-raw writes no notes, and nothing else is compared; leave it"):
        adapt_request(Request(seconds=10), engines.find("audio-lstm-raw"))
