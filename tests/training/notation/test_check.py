"""The checker of sheets: it passes what we write, and sees what a musician would send back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.notation.musicxml import to_musicxml
from composer.performance import midi
from composer.performance.instruments import PIANO, find
from tests.composer.pieces import line, scores
from tests.composer.tunes import note, piece, waltz
from training.notation.check import check_sheets, format_table
from training.notation.faults import (
    BROKEN_BEAMS,
    BROKEN_TUPLETS,
    LEDGER,
    SHORT_BARS,
    TIED_SCRAPS,
    UNSHOWN,
    count_faults,
)
from training.notation.pieces import ordered
from training.notation.sheet import voices_of


@settings(derandomize=True, database=None, deadline=None, max_examples=20)
@given(scores(), st.sampled_from(["piano", "quartet", "band", "clarinet", "brass"]))
def test_any_score_is_a_sheet_without_faults(score, name):
    faults, _ = count_faults(voices_of(to_musicxml(score, title="Any", instrument=find(name))))

    assert not {kind: count for kind, count in faults.items() if count and kind not in {LEDGER, TIED_SCRAPS}}


SHEET = to_musicxml(piece(*line([60, 62, 64], step=8), *line([60, 62], step=12, start=24), note(48, 48, 84)), title="")


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (SHORT_BARS, b"<duration>48<", b"<duration>24<"),
        (UNSHOWN, b"<type>half<", b"<type>quarter<"),
        (BROKEN_TUPLETS, b'<tuplet type="stop"', b'<tuplet type="none"'),
        (BROKEN_BEAMS, b">end<", b">continue<"),
    ],
)
def test_fault_is_seen(kind, right, wrong):
    assert right in SHEET

    faults, of = count_faults(voices_of(SHEET.replace(right, wrong)))

    assert faults[kind] > 0
    assert of[kind] >= faults[kind]


def test_ledger_lines_are_counted_under_each_clef():
    faults, of = count_faults(voices_of(SHEET.replace(b"<octave>6<", b"<octave>7<")))

    assert (faults[LEDGER], of[LEDGER]) == (1, 6)


def test_pieces_are_read_back_as_they_were_played(tmp_path):
    path = tmp_path / "waltz.mid"
    path.write_bytes(midi.write(waltz(), instrument=PIANO, title="Waltz", settings={"instrument": "piano"}))

    found = check_sheets([path], round_trip=True, sheets=tmp_path)

    assert (found.sheets, found.moved, found.unequal) == (1, 0, [])
    assert "| 0.00 % | 0 |" in format_table(found)
    assert (tmp_path / "waltz.musicxml").exists()


def test_orders_name_every_piece_once_over_all_engines_and_metres():
    orders = ordered(200)

    assert len({order.name for order in orders}) == 200
    assert {order.request.model for order in orders} >= {"lstm", "wavenet", "transformer", "dice", "grammar"}
    assert len({order.request.metre for order in orders}) > 10
