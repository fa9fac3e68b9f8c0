"""The grammar as an engine: from a request to a piece, its explanation, and from its MIDI to the same piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from composer.compose import compose
from composer.engine import Cancelled
from composer.engines import find
from composer.errors import RequestError
from composer.grammar.engine import JUDGE, GrammarEngine
from composer.grammar.learned import LEARNED
from composer.key_names import parse_key
from composer.models import loading
from composer.music.score import Metre, Part
from composer.performance import midi
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request, read_settings

if TYPE_CHECKING:
    from composer.compose import Composition

STYLES = GrammarEngine.identity.all_styles

every_style = pytest.mark.parametrize("style", STYLES)


def composed(**options) -> Composition:
    return compose(
        Request(**{"seconds": 30, "model": "grammar", "seed": 4, "candidates": 2, **options}), GrammarEngine()
    )


def test_it_is_installed():
    assert find("grammar").identity.styles == ("piano", "quartet", "choir", "blues", "lofi", "folk", "ragtime")


@every_style
@pytest.mark.parametrize("seconds", [5, 128.5])
def test_piece_is_exactly_as_long_as_asked(style, seconds):
    again, _ = midi.read(composed(style=style, seconds=seconds, candidates=1).midi)

    assert again.seconds == pytest.approx(seconds - RELEASE_SECONDS, abs=1e-3)


@every_style
def test_piece_is_repeated_from_its_midi(style):
    first = composed(style=style)
    _, settings = midi.read(first.midi)

    again = compose(Request(**read_settings(settings)), GrammarEngine())

    assert again.midi == first.midi
    assert composed(style=style, seed=5).midi != first.midi


def test_sixty_four_drafts_are_drawn_where_nobody_says_how_many():
    assert GrammarEngine.choosing.count_for(None) == 64
    assert loading.read_card(loading.FOLDER / JUDGE).identity.name == "lstm"


@every_style
@pytest.mark.parametrize("metre", ["2/4", "3/4", "4/4", "6/8", "12/8"])
def test_key_metre_and_tempo_are_kept_to(style, metre):
    asked = Metre(*map(int, metre.split("/")))
    piece = composed(style=style, key=parse_key("B flat minor"), metre=asked, tempo=90.0, seconds=25, candidates=1)

    assert (piece.score.key, piece.score.metre) == (parse_key("B flat minor"), asked)
    assert piece.plan.beats_per_minute == pytest.approx(90, rel=0.15)


def test_creativity_changes_the_piece():
    assert composed(creativity=0.0).midi != composed(creativity=1.0).midi


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"metre": Metre(5, 4)}, "grammar has no rules for 5/4; ask for 2/4, 3/4, 4/4 or 6/8, or leave it out"),
        ({"style": "band"}, f"grammar has not learned the style band; it knows {', '.join(STYLES)}"),
        ({"game": "waltz"}, "grammar cannot be told the game; leave it out, or choose dice"),
    ],
)
def test_what_it_cannot_do_is_refused_in_one_sentence(options, told):
    with pytest.raises(RequestError) as refused:
        composed(**options)

    assert str(refused.value) == told


def test_blues_is_refused_by_networks_with_the_engine_that_plays_it():
    lstm = find("lstm")

    with pytest.raises(RequestError, match="lstm has not learned the style blues; choose grammar for it, or one of"):
        lstm.check(Request(style="blues"))


def test_progress_may_end_the_work():
    def stop(_bar: int, _of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        compose(Request(seconds=20, model="grammar"), GrammarEngine(), progress=stop)


def test_every_chord_is_explained():
    piece = composed(style="choir")

    chords, sections = piece.derivation["chords"], piece.derivation["sections"]
    assert piece.derivation["rule"].startswith("piece → A")
    assert [chord["rule"] for chord in chords] == [rule for section in sections for rule in _rules(section)]
    assert {"bar", "beat", "beats", "chord", "key", "rule", "voices"} == set(chords[0])
    assert sections[-1]["phrases"][-1]["bars"][1] == piece.plan.bars
    assert piece.numerals[0].text.endswith(": I") or piece.numerals[0].text.endswith(": i")


def test_the_remark_tells_the_form_in_signs_of_every_language():
    remark = composed(seconds=60).remark

    assert re.fullmatch(r"Form: A( [A-H])+( coda)?( · [B-H]: (I|III|IV|V|VI|i|iv|vi))*", remark)
    blues = composed(style="blues", seconds=60).remark
    assert re.fullmatch(r"Form: \d+ x 12( \+ \d+)?", blues)


def test_a_form_of_one_section_is_not_worth_a_remark():
    piece = composed(seconds=6)

    assert len(piece.derivation["sections"]) == 1
    assert piece.remark == ""


def _rules(node):
    """Rules of the chords under a node, in order."""
    below = node.get("phrases") or node.get("parts") or ([node["harmony"]] if "harmony" in node else [])
    return [rule for one in below for rule in _rules(one)] if below else [node["rule"]]


def test_a_quartet_is_written_for_four_and_a_blues_has_drums():
    assert {note.part for note in composed(style="quartet").score.notes} == set(Part) - {Part.DRUMS}
    assert {note.part for note in composed(style="blues").score.notes} == set(Part)


def test_the_tables_say_what_they_were_counted_in():
    assert LEARNED.values["sources"]
    assert GrammarEngine.identity.trained_on
