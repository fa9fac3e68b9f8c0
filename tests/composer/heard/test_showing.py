"""What was heard in a recording, shown."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from PIL import Image

from composer.__main__ import main
from composer.heard.showing import describe_heard, draw_heard, write_heard
from composer.listening.melody import RATE
from composer.listening.quantising import write_score
from composer.music.given import GivenMusic
from composer.music.score import Metre
from composer.performance import midi
from tests.composer.listening.played import ODE, play
from tests.composer.listening.sounds import record
from training.transcription.singer import Badness, sing


def given(notes, beats_per_minute):
    score, style = write_score(play(notes, beats_per_minute=beats_per_minute))
    return GivenMusic(score=score, style=style)


def test_what_was_heard_is_told_in_a_line():
    heard = given(ODE, 100)
    in_six = replace(heard, score=replace(heard.score, metre=Metre(6, 8)))

    assert describe_heard(heard) == "30 notes · C major · 4/4 · 100 bpm"
    assert describe_heard(in_six) == "30 notes · C major · 6/8 · 67 bpm"


def test_picture_and_midi_show_the_notes():
    heard = given(ODE, 100)

    assert Image.open(BytesIO(draw_heard(heard))).size == (1200, 400)
    assert [note.pitch for note in midi.read(write_heard(heard))[0].notes] == [pitch for *_, pitch in ODE]


def test_hummed_tune_becomes_midi_and_picture_on_the_command_line(tmp_path, capsys):
    samples, _ = sing(play(ODE[:8], beats_per_minute=120), Badness(), seed=1)
    (tmp_path / "hum.ogg").write_bytes(record(samples, rate=RATE, kind="voice message"))

    assert main(["hear", str(tmp_path / "hum.ogg"), "--out", str(tmp_path / "out")]) == 0

    told = capsys.readouterr().out
    assert told.startswith("I heard this: 8 notes · ")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"heard.mid", "heard.png"}


def test_what_is_no_recording_is_refused_in_one_sentence(tmp_path, capsys):
    (tmp_path / "tune.mid").write_bytes(b"MThd")

    assert main(["hear", str(tmp_path / "tune.mid"), "--out", str(tmp_path)]) == 2
    assert main(["hear", str(tmp_path / "nowhere.wav"), "--out", str(tmp_path)]) == 2

    no_recording, nowhere = capsys.readouterr().err.splitlines()
    assert no_recording.endswith("tune.mid is no recording; name one in wav, flac, mp3, ogg, m4a or webm")
    assert nowhere.endswith("No such file or directory; name a recording")
