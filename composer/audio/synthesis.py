"""MIDI -> samples, through midi2audio and FluidSynth, with the checks that neither of them makes.

midi2audio calls the FluidSynth program, drops its exit status, waits for ever and passes no settings on. So it runs
as a process of its own, which can be killed together with FluidSynth, and finds FluidSynth's settings where
FluidSynth itself looks for them: in the file `.fluidsynth` of the home folder, here a temporary one. That costs 40 ms
and saves more: with only the samples loaded that sound, a minute of piano takes 0.62 s instead of 0.88 s. The library
inside this process would take 0.45 s, but could neither be killed nor crash alone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import mido
import numpy as np

from composer.audio.samples import CHANNELS, SAMPLE_RATE, frames_in
from composer.audio.sound_folders import sound_folder
from composer.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from composer.audio.samples import Samples

_SOUNDFONTS = (
    "/usr/share/sounds/sf2/MuseScore_General_Full.sf2",
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/soundfonts/FluidR3_GM.sf2",
    "/usr/share/sounds/sf2/default-GM.sf2",
    "/usr/share/sounds/sf3/default-GM.sf3",
    "/usr/share/soundfonts/default.sf2",
    "/opt/homebrew/share/soundfonts/FluidR3_GM.sf2",
    "/opt/homebrew/share/soundfonts/default.sf2",
    "/usr/local/share/soundfonts/FluidR3_GM.sf2",
    "/usr/local/share/soundfonts/default.sf2",
    "/opt/homebrew/share/fluid-synth/sf2/VintageDreamsWaves-v2.sf2",
    "/usr/local/share/fluid-synth/sf2/VintageDreamsWaves-v2.sf2",
)
"""Where Debian, Ubuntu, Fedora, Arch and Homebrew put a General MIDI soundfont; the best first.

MuseScore General's piano has a timbre for each dynamic, and keeps its loudness on one loudspeaker: folded to mono it
loses 0.6 dB from 500 to 1000 Hz, FluidR3's 5.2. Not its SF3 files: FluidSynth unpacks every sample of an instrument,
which takes it 1.3 s of processor time for half a minute of piano, and 0.4 s with this one.
"""

PACKAGE = "musescore-general-soundfont-lossless"
"""Of Debian and Ubuntu, with the best of them."""

_SETTINGS = """\
set synth.dynamic-sample-loading 1
set synth.default-soundfont none
set synth.chorus.active 0
set synth.reverb.active {room}
set synth.reverb.room-size 0.6
set synth.reverb.damp 0.3
set synth.reverb.width 0.8
set synth.reverb.level 0.8
set audio.file.type raw
set audio.file.format float
set audio.file.endian little
set audio.period-size 256
"""
"""A room around the piano: the reverb fades by 60 dB in about 1.7 s and lies 17 dB under the notes.

FluidSynth's own default is all but dry, with a chorus that makes a piano sound out of tune. Floating-point samples,
because FluidSynth is quiet by default and 16 bits would bring the noise up with the music. Periods of 256 frames
instead of 64 write the same samples in fewer calls. Without a default soundfont to fall back on, one that cannot be
loaded gives silence, which is noticed.
"""

_TIME_LIMIT = 120.0
_CHECKED_EVERY = 0.1
_RELEASE_MISSING = 2.0
"""Seconds that FluidSynth may stop before the time asked for: the last release, when nothing sounds any more."""

_SILENCE = 1e-4
_NO_PRESET = re.compile(r"No preset found on channel (\d+)")
_DRUM_CHANNEL = 9
_FRAME_BYTES = 4 * CHANNELS
_ATTENDED = Path(__file__).with_name("attended.py")


def find_soundfont(path: Path | None = None) -> Path:
    """Find the soundfont to play with: the given one, or the first in the usual places.

    Raises:
        RenderError: There is none, or the given file is not a soundfont.
    """
    if path is not None:
        _check_soundfont(path)
        return path
    for usual in map(Path, _SOUNDFONTS):
        if usual.is_file():
            return usual
    raise RenderError(f"no soundfont found; apt-get install {PACKAGE}, or name one with --soundfont FILE")


def find_synthesizer() -> Path:
    """Find FluidSynth.

    Raises:
        RenderError: It is not installed.
    """
    program = shutil.which("fluidsynth")
    if program is None:
        raise RenderError("FluidSynth is not installed; apt-get install fluidsynth")
    return Path(program).absolute()


def synthesise(
    midi: bytes,
    *,
    soundfont: Path,
    seconds: float,
    room: bool = True,
    time_limit: float = _TIME_LIMIT,
    check: Callable[[], None] = lambda: None,
) -> Samples:
    """Play MIDI into samples, neither levelled nor trimmed.

    Args:
        midi: A standard MIDI file.
        soundfont: A file in SF2 or SF3 format.
        seconds: How long the piece is to sound; checked against what comes out.
        room: Whether there is a room around the instruments; without, the sound is dry.
        time_limit: Seconds after which FluidSynth is killed.
        check: Called some times a second; what it raises kills FluidSynth (see `composer.engine.Cancelled`).

    Returns:
        Shape (frames, 2), `seconds` long or, with the last reverberation, up to some seconds longer. They lie in a
        file that has no name any more and goes with the array: five minutes are 106 MB, which need not be in memory.

    Raises:
        RenderError: FluidSynth or the soundfont is missing, took too long, or gave silence or too little; or the
            soundfont has no drums, or nothing else, where the piece needs it.
    """
    program = find_synthesizer()
    _check_soundfont(soundfont)
    try:
        with sound_folder() as home:
            (home / ".fluidsynth").write_text(_SETTINGS.format(room=int(room)), encoding="ascii")
            (home / "piece.mid").write_bytes(midi)
            with _playing(home, program=program, soundfont=soundfont.absolute()) as player:
                _wait(player, time_limit, check)
            return _checked_samples(home, soundfont=soundfont, seconds=seconds)
    except OSError as error:
        raise RenderError(f"cannot use the temporary folder: {error.strerror}; free some space in it") from error


def _check_soundfont(path: Path) -> None:
    """Refuse what FluidSynth would silently play as silence."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise RenderError(
            f"cannot read the soundfont {path} ({error.strerror}); "
            f"apt-get install {PACKAGE}, or name another with --soundfont FILE"
        ) from error
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise RenderError(f"{path} is not a soundfont in SF2 or SF3 format; name another with --soundfont FILE")


@contextmanager
def _playing(home: Path, *, program: Path, soundfont: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Let midi2audio turn `piece.mid` in `home` into `piece.raw`; on any error, Ctrl-C too, it is killed.

    It is killed, too, when this process is: the pipe that is its standard input ends then.
    """
    midi2audio = find_spec("midi2audio")
    if midi2audio is None or midi2audio.origin is None:
        raise RenderError("the Python package midi2audio is not installed; pip install midi2audio")
    command = [sys.executable, "-I", str(_ATTENDED), midi2audio.origin, "-s", str(soundfont), "-r", str(SAMPLE_RATE)]
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(
            [*command, str(home / "piece.mid"), str(home / "piece.raw")],
            env={"HOME": str(home), "PATH": f"{program.parent}{os.pathsep}{os.defpath}"},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as player,
    ):
        try:
            yield player
        except BaseException:
            # The whole session: midi2audio's own death would leave FluidSynth running.
            os.killpg(player.pid, signal.SIGKILL)
            player.wait()
            raise


def _wait(player: subprocess.Popen[bytes], time_limit: float, check: Callable[[], None]) -> None:
    deadline = time.monotonic() + time_limit
    while (left := deadline - time.monotonic()) > 0:
        try:
            player.wait(min(_CHECKED_EVERY, left))
        except subprocess.TimeoutExpired:
            check()
        else:
            return
    raise RenderError(f"FluidSynth was stopped after {time_limit:g} s; try again when the machine is less busy")


def _checked_samples(home: Path, *, soundfont: Path, seconds: float) -> Samples:
    """Read what FluidSynth wrote, and refuse what cannot be the piece."""
    raw = home / "piece.raw"
    if not raw.is_file():
        log = (home / "log").read_text(encoding="utf-8", errors="replace").split("\n")
        reason = next((line for line in log if "rror" in line), "it gave no reason")
        raise RenderError(f"FluidSynth wrote no sound: {reason.removeprefix('fluidsynth: error: ').rstrip('. ')}")
    frames = raw.stat().st_size // _FRAME_BYTES
    if frames < frames_in(seconds - _RELEASE_MISSING):
        raise RenderError(
            f"FluidSynth stopped after {frames / SAMPLE_RATE:.1f} of {seconds:g} s; "
            "free some space in the temporary folder, or see that FluidSynth runs"
        )
    _check_presets(home, soundfont)
    frames = max(frames, frames_in(seconds))
    os.truncate(raw, frames * _FRAME_BYTES)
    samples: Samples = np.asarray(np.memmap(raw, "<f4", "r", shape=(frames, CHANNELS)))
    if max(samples.max(), -samples.min()) < _SILENCE:
        raise RenderError(f"FluidSynth played silence with {soundfont}; name another with --soundfont FILE")
    return samples


def _check_presets(home: Path, soundfont: Path) -> None:
    """Refuse sound in which the drums are missing, or all but the drums: FluidSynth only warns of it."""
    missing = set(map(int, _NO_PRESET.findall((home / "log").read_text(encoding="utf-8", errors="replace"))))
    if not missing:
        return
    played = {message.channel for message in mido.MidiFile(home / "piece.mid") if message.type == "note_on"}
    if missing & played:
        lacks = "no drum kit" if _DRUM_CHANNEL in missing & played else "drums and nothing else"
        raise RenderError(f"the soundfont {soundfont} has {lacks}; name another with --soundfont FILE")
