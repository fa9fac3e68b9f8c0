"""Rendering MIDI with the real FluidSynth, and with broken ones."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import mido
import numpy as np
import pytest

from composer.audio import synthesis as rendering
from composer.audio.loudness import true_peak
from composer.audio.samples import SAMPLE_RATE
from composer.audio.sound_folders import clear_left_behind, sound_folder
from composer.audio.synthesis import find_soundfont, synthesise
from composer.engine import Cancelled
from composer.errors import RenderError
from tests.composer.sounds import scale

if TYPE_CHECKING:
    from collections.abc import Iterator

SOUNDFONTS = Path(__file__).parent / "soundfonts"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that temporary files go to in this test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def pretend_fluidsynth_is(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a shell script in FluidSynth's place."""
    program = folder / "fluidsynth"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@contextmanager
def dying_fluidsynth(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Put a shell script in FluidSynth's place, and see at the end that it started and that it is dead.

    It holds a pipe open for as long as it lives; its other end can be read once it has started.
    """
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    pretend_fluidsynth_is(f"exec > '{fifo}'; echo started; {script}", folder, monkeypatch)
    ear = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield ear
        assert os.read(ear, 100) == b"started\n"
        assert select.select([ear], [], [], 10)[0], "it still lives"
        assert os.read(ear, 100) == b""
    finally:
        os.close(ear)


def test_a_piece_sounds_as_long_as_asked(temporary: Path) -> None:
    samples = synthesise(scale(beats=6), soundfont=find_soundfont(), seconds=3.5)

    assert samples.dtype == np.float32
    assert isinstance(samples.base, np.memmap), "it fills the memory"
    assert len(samples) / SAMPLE_RATE >= 3.4
    assert true_peak(samples) > -40
    assert not any(temporary.iterdir())


def test_notes_sound_at_their_time() -> None:
    samples = synthesise(scale(beats=4), soundfont=find_soundfont(), seconds=2.5)

    for beat, hertz in enumerate((261.6, 293.7, 329.6, 349.2)):
        start = int((beat * 0.5 + 0.1) * SAMPLE_RATE)
        spectrum = np.abs(np.fft.rfft(samples[start : start + SAMPLE_RATE // 4, 0], SAMPLE_RATE))
        assert spectrum[200:400].argmax() + 200 == pytest.approx(hertz, abs=3)


def test_equal_midi_gives_equal_samples() -> None:
    midi, soundfont = scale(beats=2), find_soundfont()

    assert np.array_equal(
        synthesise(midi, soundfont=soundfont, seconds=1), synthesise(midi, soundfont=soundfont, seconds=1)
    )


def test_settings_of_the_user_s_own_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    midi, soundfont = scale(beats=2), find_soundfont()
    expected = synthesise(midi, soundfont=soundfont, seconds=1)
    (tmp_path / ".fluidsynth").write_text("set synth.gain 2\n")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert np.array_equal(synthesise(midi, soundfont=soundfont, seconds=1), expected)


def test_a_given_soundfont_is_found() -> None:
    usual = find_soundfont()

    assert find_soundfont(usual) == usual


def test_no_soundfont_anywhere_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rendering, "_SOUNDFONTS", (str(tmp_path / "none.sf2"),))

    with pytest.raises(RenderError, match=f"no soundfont found; apt-get install {rendering.PACKAGE}, or name"):
        find_soundfont()


def test_a_missing_soundfont_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing.sf2"

    with pytest.raises(RenderError, match=r"cannot read the soundfont .*missing\.sf2 \(No such file or directory\);"):
        synthesise(scale(beats=1), soundfont=missing, seconds=1)


def test_a_file_of_another_kind_is_refused_as_soundfont(tmp_path: Path) -> None:
    other = tmp_path / "other.sf2"
    other.write_bytes(scale(beats=1))

    with pytest.raises(RenderError, match=r"other\.sf2 is not a soundfont"):
        find_soundfont(other)


def test_a_damaged_soundfont_is_not_replaced_by_another(tmp_path: Path, temporary: Path) -> None:
    damaged = tmp_path / "damaged.sf2"
    damaged.write_bytes(b"RIFF\x10\0\0\0sfbk" + bytes(16))

    with pytest.raises(RenderError, match=r"FluidSynth played silence with .*damaged\.sf2; name another"):
        synthesise(scale(beats=1), soundfont=damaged, seconds=1)
    assert not any(temporary.iterdir())


def played_on(*channels: int) -> bytes:
    track = mido.MidiTrack()
    for channel in channels:
        track.append(mido.Message("note_on", channel=channel, note=40, velocity=90))
        track.append(mido.Message("note_off", channel=channel, note=40, time=480))
    file = BytesIO()
    mido.MidiFile(tracks=[track]).save(file=file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("soundfont", "lacks"), [("piano_only", "has no drum kit"), ("drums_only", "has drums and nothing else")]
)
def test_a_soundfont_that_lacks_what_the_piece_needs_is_refused(soundfont: str, lacks: str) -> None:
    with pytest.raises(RenderError, match=lacks):
        synthesise(played_on(0, 9), soundfont=SOUNDFONTS / f"{soundfont}.sf2", seconds=1)


def test_a_soundfont_that_has_what_the_piece_needs_will_do() -> None:
    piano = synthesise(played_on(0), soundfont=SOUNDFONTS / "piano_only.sf2", seconds=0.5)
    drums = synthesise(played_on(9), soundfont=SOUNDFONTS / "drums_only.sf2", seconds=0.5)

    assert min(np.abs(piano).max(), np.abs(drums).max()) > 1e-3


def test_missing_fluidsynth_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfont = find_soundfont()
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RenderError, match="FluidSynth is not installed; apt-get install fluidsynth"):
        synthesise(scale(beats=1), soundfont=soundfont, seconds=1)


def test_what_is_not_midi_is_refused_with_fluidsynth_s_reason() -> None:
    with pytest.raises(RenderError, match="FluidSynth wrote no sound: "):
        synthesise(b"not MIDI", soundfont=find_soundfont(), seconds=1)


def test_a_piece_without_notes_is_silence() -> None:
    file = mido.MidiFile()
    file.add_track().append(mido.MetaMessage("end_of_track", time=480))
    buffer = BytesIO()
    file.save(file=buffer)

    with pytest.raises(RenderError, match="FluidSynth played silence"):
        synthesise(buffer.getvalue(), soundfont=find_soundfont(), seconds=1)


def test_sound_that_stops_early_is_refused() -> None:
    with pytest.raises(RenderError, match=r"FluidSynth stopped after \d\.\d of 9 s"):
        synthesise(scale(beats=2), soundfont=find_soundfont(), seconds=9)


def test_a_failing_fluidsynth_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfont = find_soundfont()
    pretend_fluidsynth_is("echo fluidsynth: error: out of luck >&2; exit 1", tmp_path, monkeypatch)

    with pytest.raises(RenderError, match="FluidSynth wrote no sound: out of luck"):
        synthesise(scale(beats=1), soundfont=soundfont, seconds=1)


def test_a_hanging_fluidsynth_is_killed(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfont = find_soundfont()

    with (
        dying_fluidsynth("exec sleep 600", tmp_path, monkeypatch),
        pytest.raises(RenderError, match=r"FluidSynth was stopped after 1 s"),
    ):
        synthesise(scale(beats=1), soundfont=soundfont, seconds=1, time_limit=1)
    assert not any(temporary.iterdir())


KILLED = """
import os, sys, tempfile
from pathlib import Path
from composer.audio.synthesis import synthesise

tempfile.tempdir = sys.argv[1]
synthesise(Path(sys.argv[2]).read_bytes(), soundfont=Path(sys.argv[3]), seconds=1)
"""


def test_killed_it_takes_fluidsynth_along_and_the_next_start_clears_up(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfont, midi = find_soundfont(), tmp_path / "piece.mid"
    midi.write_bytes(scale(beats=1))
    others = temporary / "cadenza-try-1"
    others.mkdir()

    with dying_fluidsynth("exec sleep 600", tmp_path, monkeypatch) as ear, sound_folder():
        program = subprocess.Popen([sys.executable, "-c", KILLED, str(temporary), str(midi), str(soundfont)])
        assert select.select([ear], [], [], 30)[0], "it does not start"
        program.kill()
        program.wait()
        cleared = clear_left_behind()
        left = sorted(path.name for path in temporary.iterdir())

    assert cleared == 1
    assert left[1] == others.name
    assert len(left) == 2


def test_ctrl_c_ends_fluidsynth_too(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfont = find_soundfont()

    with (
        dying_fluidsynth(f"kill -INT {os.getpid()}; exec sleep 600", tmp_path, monkeypatch),
        pytest.raises(KeyboardInterrupt),
    ):
        synthesise(scale(beats=1), soundfont=soundfont, seconds=1)
    assert not any(temporary.iterdir())


def test_a_person_s_wish_ends_fluidsynth_too(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfont = find_soundfont()
    checks = iter(range(3))

    def check() -> None:
        if next(checks) == 2:
            raise Cancelled

    with dying_fluidsynth("exec sleep 600", tmp_path, monkeypatch), pytest.raises(Cancelled):
        synthesise(scale(beats=1), soundfont=soundfont, seconds=1, check=check)
    assert not any(temporary.iterdir())


def test_an_unusable_temporary_folder_is_a_plain_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    with pytest.raises(RenderError, match="cannot use the temporary folder: No such file or directory"):
        synthesise(scale(beats=1), soundfont=find_soundfont(), seconds=1)


def test_the_real_fluidsynth_is_installed() -> None:
    assert shutil.which("fluidsynth") is not None
