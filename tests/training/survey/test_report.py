"""The plots and the page of a survey."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image

from tests.training.survey.test_counts import corpus
from training.survey.counts import Survey, survey_corpus
from training.survey.page import summarise, write_page
from training.survey.report import chord_name, draw_plots, pitch_name

NAMES = [
    "pitches", "chords", "chord-ranks", "intervals", "keys", "metres", "tempos", "lengths", "styles", "parts", "drums",
    "composers", "collections",
]  # fmt: skip


@pytest.fixture(scope="module")
def survey() -> Survey:
    return survey_corpus(corpus(*[{}] * 60, {"composer": "<Bach & sons>", "transposition": 5}))


@pytest.fixture(scope="module")
def plots(survey):
    return draw_plots(survey)


def test_each_subject_has_its_picture(plots):
    assert [plot.name for plot in plots] == NAMES
    for plot in plots:
        with Image.open(BytesIO(plot.png)) as picture:
            assert picture.format == "PNG"
            assert picture.width == 990


def test_equal_surveys_give_equal_bytes(survey, plots):
    assert [plot.png for plot in draw_plots(survey)] == [plot.png for plot in plots]


def test_tables_hold_the_figures_and_sentences_say_how_many_are_common(plots):
    found = {plot.name: plot for plot in plots}

    assert found["pitches"].rows[0] == ("G3", "61")
    assert "There are 9 different pitches, of which 5 occur at least 50 times." in found["pitches"].about
    assert found["chords"].rows == [("C E", "60"), ("G B", "1")]
    assert found["keys"].rows == [("C major", "60"), ("G major", "1")]
    assert ("50 to 99", "1") in found["chord-ranks"].rows
    assert found["drums"].rows == [("snare drum", "61")]


def test_a_corpus_without_chords_and_drums_has_no_pictures_of_them():
    assert not {"chord-ranks", "drums"} & {plot.name for plot in draw_plots(Survey())}


def test_the_page_holds_its_pictures_and_loads_nothing(survey, plots):
    page = write_page(survey, plots)

    assert all(b64encode(plot.png).decode() in page for plot in plots)
    assert "http" not in page
    assert "&lt;Bach &amp; sons&gt;" in page


def test_summary_says_how_many_pitches_and_chords_are_common(survey):
    lines = dict(summarise(survey))

    assert lines["different pitches and chords"] == "11"
    assert lines["of these at least 50 times"] == "6"


def test_pitches_and_chords_have_the_names_that_people_use():
    assert [pitch_name(pitch) for pitch in (21, 60, 61)] == ["A0", "C4", "C♯4"]
    assert chord_name(1 << 2 | 1 << 6 | 1 << 9) == "D F♯ A"
