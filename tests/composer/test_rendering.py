"""From MIDI to sound and picture, with real FluidSynth."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from PIL import Image

from composer.__main__ import main
from composer.audio.samples import SAMPLE_RATE
from composer.audio.synthesis import find_soundfont, synthesise
from composer.engine import Cancelled
from composer.errors import RequestError
from composer.music.free_score import Clock, FreeNote, FreeScore
from composer.music.score import Part
from composer.performance import instruments, midi
from composer.rendering import Sheet, caption, encode_within, render_original
from tests.composer.pieces import line, score_of

SHEET = Sheet(seconds=5, title="Tune", caption="0:05")


QUICK = ["--length", "8", "--seed", "1", "--candidates", "2"]


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
    rendition = render_original(music, SHEET, soundfont=find_soundfont())

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
        render_original(music, SHEET, soundfont=find_soundfont(), check=cancel)


def test_a_piece_that_asks_for_networks_is_played_by_them_the_same_each_time() -> None:
    score = score_of(*line([60, 64, 67, 72, 67, 64, 60]))
    settings = {"seed": 1, "instrument_sound": "network"}
    music = midi.write(score, instrument=instruments.find("piano"), title="Tune", settings=settings)

    once, again = (render_original(music, SHEET, soundfont=Path("/nowhere.sf2")) for _ in range(2))

    assert once.network_share == "all"
    assert once.mp3 == again.mp3
    samples, rate = soundfile.read(BytesIO(once.mp3))
    assert pyloudnorm.Meter(rate).integrated_loudness(samples) == pytest.approx(-16, abs=0.5)


def test_midi_of_another_program_is_refused() -> None:
    with pytest.raises(RequestError, match="Cadenza wrote"):
        render_original(b"MThd", SHEET, soundfont=find_soundfont())


def heard_pitch(sound: np.ndarray, second: float) -> float:
    """MIDI pitch at a time: the first of the highest peaks of the autocorrelation of a twentieth of a second."""
    frame = sound[int((second - 0.025) * SAMPLE_RATE) :][: SAMPLE_RATE // 20]
    window = np.hanning(len(frame))
    alike, even = (
        np.fft.irfft(np.abs(np.fft.rfft(taken, 2 * len(frame))) ** 2)[: len(frame)]
        for taken in ((frame - frame.mean()) * window, window)
    )
    alike /= np.maximum(even, 1e-9)
    shortest = SAMPLE_RATE // 1200
    lags = alike[shortest : SAMPLE_RATE // 60]
    lag = shortest + int(np.argmax(lags > 0.9 * lags.max()))
    while alike[lag + 1] > alike[lag]:
        lag += 1
    return float(69 + 12 * np.log2(SAMPLE_RATE / lag / 440))


@pytest.mark.parametrize(("pitch", "glide"), [(60, 12.0), (67, -7.5)])
def test_a_glissando_is_heard_from_its_first_pitch_to_its_last(pitch: int, glide: float) -> None:
    ticks = Clock(4.65).ticks_a_second
    slide = FreeNote(round(ticks / 2), round(3 * ticks), pitch, 90, Part.MELODY, 0.0, glide, 3)
    names = ("Bowed", "Tremolo", "Plucked", "Glissandi")
    score = FreeScore.of((slide,), seconds=4.65, timbres=names)

    music = midi.write(score, instrument=instruments.find("quartet"), title="", settings={})
    sound = synthesise(music, soundfont=find_soundfont(), seconds=5).sum(axis=1)

    for second in np.arange(1, 3.3, 0.2):
        assert heard_pitch(sound, second) == pytest.approx(pitch + glide * (second - 0.5) / 3, abs=0.5)


def test_the_notes_of_a_file_are_played_again_without_the_model(tmp_path, capsys):
    main(["compose", *QUICK, "--key", "Bb", "--notation", "--out", str(tmp_path / "first")])
    told_first = capsys.readouterr().out.splitlines()[0]
    nowhere = tmp_path / "no-models"
    nowhere.mkdir()

    repeated = ["--repeat", str(tmp_path / "first" / "piece.mid"), "--models-folder", str(nowhere), "--notation"]
    assert main(["compose", *repeated, "--out", str(tmp_path / "second")]) == 0

    for file in ("piece.mid", "piece.mp3", "piece.png", "piece.musicxml"):
        first, second = ((tmp_path / name / file).read_bytes() for name in ("first", "second"))
        assert first == second
    assert capsys.readouterr().out.splitlines()[0] == told_first


def test_a_file_is_composed_anew_with_another_option(tmp_path, capsys):
    main(["compose", *QUICK, "--key", "Bb", "--out", str(tmp_path / "first")])

    main(
        ["compose", "--repeat", str(tmp_path / "first" / "piece.mid"), "--key", "D", "--out", str(tmp_path / "second")]
    )

    assert " in D major" in (told := capsys.readouterr().out)
    assert "on another kind of processor" in told


@pytest.mark.parametrize("model", ["dice", "stochastic"])
def test_an_engine_without_a_network_composes_a_file_again(tmp_path, model):
    main(["compose", "--model", model, "--length", "8", "--out", str(tmp_path / "first")])

    main(["compose", "--repeat", str(tmp_path / "first" / "piece.mid"), "--out", str(tmp_path / "second")])

    first, second = ((tmp_path / name / "piece.mid").read_bytes() for name in ("first", "second"))
    assert first == second


def test_the_chip_plays_without_a_soundfont(tmp_path: Path) -> None:
    chiptune, score = instruments.find("chiptune"), score_of(*line([60, 64, 67, 72, 67, 64, 60]))
    music = midi.write(score, instrument=chiptune, title="Tune", settings={"instrument": "chiptune"})

    rendition = render_original(music, SHEET, soundfont=tmp_path / "missing.sf2")

    assert soundfile.info(BytesIO(rendition.mp3)).duration == pytest.approx(5, abs=0.1)
    assert rendition.sound_told == ""
