from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import RequestError
from composer.parsing import parse_metre
from composer.planning.plan import plan_piece
from composer.styles.statistics import TEMPO_EDGES
from composer.tokens import position
from tests.training.corpora import make_set, prepared, small_dataset
from training.comparison.commissions import MODE, TEMPO, plan_commissions
from training.comparison.excerpts import cut_excerpt, find_endings, match_excerpts, people_excerpts, work_of

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset

SPLITS = {f"{name}.mid": split for split, names in (("train", "abc"), ("test", "defg")) for name in names}


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return small_dataset(tmp_path, SPLITS)


def test_only_sections_that_end_their_piece_are_taken(data):
    first, *others = data.of("test")
    rows = data.rows.copy()
    rows[first.start + first.length - 1, position.BARS_LEFT] = 9

    assert find_endings(replace(data, rows=rows), "test", "piano") == others


def test_a_style_that_the_corpus_lacks_is_refused(data):
    with pytest.raises(RequestError, match="no test pieces in the style band"):
        find_endings(data, "test", "band")


def test_an_excerpt_is_the_end_of_its_piece(data):
    entry = data.of("test")[0]

    whole, end = cut_excerpt(data, entry, 99).score, cut_excerpt(data, entry, 8).score

    assert (whole.bars, end.bars) == (12, 8)
    assert [note.pitch for note in end.notes] == [note.pitch for note in whole.notes][-len(end.notes) :]


def test_few_pieces_are_cut_again_before_their_ends(tmp_path):
    make_set(tmp_path, "polish-scores-piano", {"a.mid": "test"}, bars=80)
    data = prepared(tmp_path)[0]

    found = people_excerpts(data, data.of("test"), seed=0)

    bars = found[0].score.bars
    assert len(found) == 80 // bars > 1
    whole = [(note.start, note.pitch) for note in cut_excerpt(data, data.of("test")[0], 80).score.notes]
    first = (80 - len(found) * bars) * 96
    pieced = [
        (note.start + first + at * bars * 96, note.pitch)
        for at, example in enumerate(reversed(found))
        for note in example.score.notes
    ]
    assert pieced == [place for place in whole if place[0] >= first]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Goldberg Variations - 1", "Goldberg Variations - 30"),
        ("Sonata op. 2: Allegro", "Sonata op. 2, Adagio"),
        ("Twelve Variations (Theme)", "Twelve variations"),
        ("Mazurka no. 1", "Mazurka No. 4"),
    ],
)
def test_movements_and_numbers_under_one_title_are_one_work(data, one, other):
    entry = data.of("test")[0]

    assert work_of(replace(entry, title=one)) == work_of(replace(entry, title=other))


def test_a_piece_without_a_title_is_a_work_of_its_own(data):
    entry = data.of("test")[0]

    assert work_of(replace(entry, title="")).endswith(entry.name)


def test_conditions_are_those_of_held_out_pieces_each_before_any_comes_again(data):
    entries = find_endings(data, "test", "piano")

    drawn = plan_commissions(entries, pieces=6, seed=7)

    assert {order.after for order in drawn[:4]} == set(entries)
    assert [order.request.seed for order in drawn] == [7, 8, 9, 10, 11, 12]
    for order in drawn:
        request, entry = order.request, order.after
        assert (request.style, request.metre) == (entry.style, parse_metre(entry.metre))
        assert request.key is not None
        assert request.key.mode == entry.classes[MODE] - 1
        assert (request.key.tonic + entry.transposition) % 12 in {0, 9}


def test_the_asked_tempo_is_of_the_piece_s_class(data):
    entry = data.of("test")[0]
    classes = list(entry.classes)
    classes[TEMPO] = 2

    drawn = plan_commissions([replace(entry, classes=tuple(classes))], pieces=20, seed=0)

    assert all(TEMPO_EDGES[0] <= (order.request.tempo or 0) <= TEMPO_EDGES[1] for order in drawn)


@pytest.mark.parametrize("bars", [9, 12, 40, 300])
def test_a_generated_piece_has_as_many_bars_as_the_excerpt_beside_it(data, bars):
    entry = replace(data.of("test")[0], bars=bars)

    for order in plan_commissions([entry], pieces=10, seed=0):
        planned = plan_piece(order.request, np.random.default_rng(0))
        assert planned.bars == order.bars
        assert order.request.seconds < 75
        assert order.bars == bars or order.bars % 4 == 0


def test_the_floor_is_under_the_same_conditions_and_takes_no_piece_twice_too_soon(data, rng):
    among = find_endings(data, "train", "piano")
    drawn = plan_commissions(find_endings(data, "test", "piano"), pieces=3, seed=0)

    found = match_excerpts(data, drawn, among, rng)

    assert {example.name for example in found} == {entry.name for entry in among}
    assert [example.score.bars for example in found] == [order.bars for order in drawn]


def test_the_floor_prefers_pieces_in_the_same_metre(data, rng):
    among = find_endings(data, "train", "piano")
    odd = replace(among[0], metre="3/4")
    drawn = plan_commissions(find_endings(data, "test", "piano"), pieces=4, seed=0)

    found = match_excerpts(data, drawn, [odd, *among[1:]], rng)

    assert odd.name not in {example.name for example in found}
