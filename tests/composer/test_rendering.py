"""From MIDI to sound and picture, with real FluidSynth."""

from __future__ import annotations

from io import BytesIO

import pytest
import soundfile
from PIL import Image

from composer.audio.synthesis import find_soundfont
from composer.engine import Cancelled
from composer.errors import RequestError
from composer.performance import instruments, midi
from composer.rendering import Sheet, caption, encode_within, render_midi
from tests.composer.pieces import line, score_of

SHEET = Sheet(seconds=5, title="Tune", caption="0:05")


@pytest.fixture(scope="module")
def music() -> bytes:
    score = score_of(*line([60, 64, 67, 72, 67, 64, 60]))
    return midi.write(score, instrument=instruments.find("piano"), title="Tune", settings={"seed": 1})


def test_a_caption_leaves_out_a_metre_and_a_tempo_that_there_are_not() -> None:
    known = caption(seconds=75.4, model="lstm@3", beats_per_minute=71.6, metre="3/4", seed=7)
    unknown = caption(seconds=60, model="lstm@3", beats_per_minute=0, metre="", seed=7)

    assert known == "1:15 · lstm@3 · 72 bpm · 3/4 · seed 7"
    assert unknown == "1:00 · lstm@3 · seed 7"


def test_midi_becomes_sound_of_the_asked_length_and_a_picture(music: bytes) -> None:
    rendition = render_midi(music, SHEET, soundfont=find_soundfont())

    assert soundfile.info(BytesIO(rendition.mp3)).duration == pytest.approx(5, abs=0.1)
    with Image.open(BytesIO(rendition.png)) as picture:
        assert picture.size == (1200, 400)
    assert set(rendition.seconds_spent) == {"render", "encode", "draw"}


def test_sound_is_encoded_at_the_best_rate_that_fits(music: bytes) -> None:
    file = encode_within(music, SHEET, 70_000, soundfont=find_soundfont())

    assert file is not None
    assert 60_000 < len(file) <= 70_000


def test_sound_that_can_never_fit_is_not_even_synthesised(music: bytes) -> None:
    def fail() -> None:
        raise AssertionError

    assert encode_within(music, SHEET, 10_000, soundfont=find_soundfont(), check=fail) is None


def test_what_a_check_raises_ends_the_rendering(music: bytes) -> None:
    def cancel() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        render_midi(music, SHEET, soundfont=find_soundfont(), check=cancel)


def test_midi_of_another_program_is_refused() -> None:
    with pytest.raises(RequestError, match="Cadenza wrote"):
        render_midi(b"MThd", SHEET, soundfont=find_soundfont())
