"""Folders of recordings, transcribed."""

from __future__ import annotations

import pytest

from composer.audio.samples import SAMPLE_RATE
from composer.audio.synthesis import find_soundfont, synthesise
from composer.errors import RequestError
from composer.formats.midi import read_sections
from composer.listening import recording
from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.performance import instruments, midi
from tests.composer.listening.played import WALTZ
from tests.composer.listening.sounds import record
from training.__main__ import main
from training.raw_audio.recordings import read_recordings
from training.sound.recordings import read_folder
from training.transcription.folders import transcribe_folder


def waltz():
    """Eight bars of a piano, recorded."""
    notes = tuple(
        Note(round(24 * start), round(24 * length), pitch, 80, Part.MELODY if pitch > 70 else Part.ACCOMPANIMENT)
        for start, length, pitch in WALTZ
    )
    score = Score(notes, Metre(3, 4), 8, Key(0, Mode.MAJOR), (Tempo(0, 160.0),))
    music = midi.write(score, instrument=instruments.find("piano"), title="", settings={})
    samples = synthesise(music, soundfont=find_soundfont(), seconds=score.seconds + 1)
    return record(samples.mean(axis=1) / abs(samples).max(), rate=SAMPLE_RATE, kind="flac")


def test_recordings_become_midi_files_that_training_reads(tmp_path, capsys):
    (tmp_path / "from" / "disc").mkdir(parents=True)
    (tmp_path / "from" / "disc" / "waltz.flac").write_bytes(waltz())
    (tmp_path / "from" / "broken.mp3").write_bytes(bytes(1000))
    (tmp_path / "from" / "cover.jpg").write_bytes(b"JFIF")

    status = main(["transcribe", "--from", str(tmp_path / "from"), "--to", str(tmp_path / "to"), "--workers", "1"])

    assert status == 0
    (section,) = read_sections(tmp_path / "to" / "disc" / "waltz.flac.mid", group="any")
    assert str(section.score.metre) == "3/4"
    broken, cover, waltz_line = (tmp_path / "to" / "verdicts.tsv").read_text("utf-8").splitlines()
    assert broken.startswith("broken.mp3\tthat is no recording that I can read")
    assert cover == "cover.jpg\tno recording"
    assert waltz_line.endswith("bars of 3/4 in C major")
    assert "disc/waltz.flac" in capsys.readouterr().out


def test_folder_without_a_usable_recording_is_refused_and_its_report_written(tmp_path):
    with pytest.raises(RequestError, match="no recording in"):
        transcribe_folder(tmp_path, tmp_path / "to", workers=1)

    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    heard_before = tmp_path / "to" / "broken.wav.mid"
    heard_before.parent.mkdir()
    heard_before.write_bytes(b"MThd")
    with pytest.raises(RequestError, match="no recording could be used"):
        transcribe_folder(tmp_path, tmp_path / "to", workers=1)
    assert (tmp_path / "to" / "verdicts.tsv").is_file()
    assert not heard_before.exists()


def test_without_the_extra_nothing_is_begun(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "find_spec", lambda _: None)

    for read in (lambda folder: transcribe_folder(folder, tmp_path / "to", workers=1), read_folder, read_recordings):
        with pytest.raises(RequestError, match="pip install av swift-f0"):
            read(tmp_path)
