"""A piece -> what people hear and see: sound and picture at once, and smaller sound where that is too large."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.audio import mastering, mp3, opus_sound
from composer.originals import NotesOriginal, read_original

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from composer.audio.mastering import Mastered
    from composer.compose import Composition
    from composer.originals import Original

LOWER_RATES = ((128, False), (96, False), (64, False), (64, True), (32, True))
"""Kilobits a second, and whether in mono, for audio that has to become smaller, best first."""

_BYTES_A_KILOBIT = 125

_NETWORK_SHARES = {
    "all": "played by a network, sample by sample",
    "some": "a network plays what it can, sample by sample; the soundfont plays the rest",
    "none": "no network plays these instruments yet, so the soundfont does",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a rendition needs to know beside the music.

    Attributes:
        seconds: Length of the audio.
        title: Title of the piece.
        caption: A line of facts for the picture.
        remark: A line of the engine's own about the piece; empty where there is nothing to say.
    """

    seconds: float
    title: str
    caption: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A piece as it is heard and seen; equal music and sheets give equal bytes.

    Attributes:
        mp3: The sound, as long as the sheet says.
        png: The piano roll, or the spectrogram of what has no notes.
        midi: The MIDI file; empty where nobody wrote notes.
        seconds_spent: Seconds by stage: render, encode, draw. Drawing goes on beside rendering.
        network_share: How much of it networks play; empty where none was asked to.
    """

    mp3: bytes
    png: bytes
    midi: bytes
    seconds_spent: dict[str, float]
    network_share: str = ""

    @property
    def sound_told(self) -> str:
        """A line about what plays it; empty where the soundfont does, as usual."""
        return f"{_NETWORK_SHARES[self.network_share]}\n" if self.network_share else ""


def caption(*, seconds: float, model: str, beats_per_minute: float, metre: str, seed: int) -> str:
    """One line of facts about a piece; a tempo of 0 and a metre without a name are left out."""
    length = round(seconds)
    tempo = f"{beats_per_minute:.0f} bpm" if beats_per_minute else ""
    facts = (f"{length // 60}:{length % 60:02d}", model, tempo, metre, f"seed {seed}")
    return " · ".join(fact for fact in facts if fact)


def sheet_of(composition: Composition) -> Sheet:
    """The sheet of a piece that was just composed."""
    settings, plan = composition.settings, composition.plan
    seconds = float(str(settings["length"]))
    facts = caption(
        seconds=seconds,
        model=str(settings["model"]),
        beats_per_minute=plan.beats_per_minute,
        metre="" if plan.free else str(plan.metre),
        seed=int(str(settings["seed"])),
    )
    return Sheet(seconds=seconds, title=composition.title, caption=facts, remark=composition.remark)


def render_composition(composition: Composition, *, soundfont: Path, networks: Path | None = None) -> Rendition:
    """Render a piece that was just composed; its picture shows it to the tick.

    Args:
        composition: The piece.
        soundfont: A file in SF2 or SF3 format.
        networks: Folder of networks that play instruments, which go before those that come with Cadenza.

    Raises:
        RenderError: If FluidSynth or the soundfont fails.
        ModelError: If a network that is to play is damaged.
    """
    notes, sound = composition.midi, composition.sound
    original = read_original(sound) if sound else NotesOriginal(notes, composition.score)
    return _rendition(_Sound(original, sheet_of(composition), soundfont, networks))


def render_original(
    data: bytes,
    sheet: Sheet,
    *,
    soundfont: Path,
    networks: Path | None = None,
    check: Callable[[], None] = lambda: None,
) -> Rendition:
    """Render the original of a piece that Cadenza wrote, see `composer.originals`.

    Args:
        data: Its file.
        sheet: Length, title and caption of the piece.
        soundfont: A file in SF2 or SF3 format.
        networks: Folder of networks that play instruments, which go before those that come with Cadenza.
        check: Called some times a second; what it raises ends the rendering (see `composer.engine.Cancelled`).

    Raises:
        RequestError: If the file is damaged or from another program.
        RenderError: If FluidSynth or the soundfont fails.
        ModelError: If a network that is to play is damaged.
    """
    return _rendition(_Sound(read_original(data), sheet, soundfont, networks, check))


def encode_within(
    data: bytes,
    sheet: Sheet,
    most_bytes: int,
    *,
    soundfont: Path,
    networks: Path | None = None,
    check: Callable[[], None] = lambda: None,
) -> bytes | None:
    """The best MP3 of at most so many bytes, at one of `LOWER_RATES`; None if even the poorest is larger.

    The other arguments and the errors are those of `render_original`.
    """
    rates = [rate for rate in LOWER_RATES if rate[0] * _BYTES_A_KILOBIT * sheet.seconds <= most_bytes]
    if not rates:
        return None
    sound = _Sound(read_original(data), sheet, soundfont, networks, check)
    samples = sound.synthesised()
    for kilobits, mono in rates:
        file = sound.encoded(samples, kilobits=kilobits, mono=mono)
        if len(file) <= most_bytes:
            return file
    return None


def sound_for_opus(
    data: bytes,
    sheet: Sheet,
    *,
    soundfont: Path,
    networks: Path | None = None,
    check: Callable[[], None] = lambda: None,
) -> bytes:
    """The sound alone, at 48 kHz and without a codec, as `opus_sound.resample_for_opus` gives it.

    The arguments and the errors are those of `render_original`.
    """
    sound = _Sound(read_original(data), sheet, soundfont, networks, check)
    return opus_sound.resample_for_opus(sound.synthesised())


@dataclass(frozen=True, slots=True)
class _Sound:
    """A piece on its way to MP3."""

    original: Original
    sheet: Sheet
    soundfont: Path
    networks: Path | None = None
    check: Callable[[], None] = lambda: None

    def synthesised(self) -> Mastered:
        seconds = self.sheet.seconds
        samples = self.original.sounding(
            soundfont=self.soundfont, networks=self.networks, seconds=seconds, check=self.check
        )
        self.check()
        finished = mastering.master(samples, seconds=seconds)
        self.check()
        return finished

    def encoded(self, samples: Mastered, *, kilobits: int = mp3.KILOBITS, mono: bool = False) -> bytes:
        comment = json.dumps(dict(self.original.settings), sort_keys=True)
        return mp3.encode_mp3(
            samples, title=self.sheet.title, comment=comment, kilobits=kilobits, mono=mono, check=self.check
        )


def _rendition(sound: _Sound) -> Rendition:
    spent: dict[str, float] = {}
    with ThreadPoolExecutor(1) as beside:
        # FluidSynth is a process of its own, so that the picture is drawn on the other core meanwhile.
        drawing = beside.submit(_draw, sound.original, sound.sheet, spent)
        started = time.perf_counter()
        samples = sound.synthesised()
        rendered = time.perf_counter()
        file = sound.encoded(samples)
        spent["render"], spent["encode"] = rendered - started, time.perf_counter() - rendered
        picture = drawing.result()
    rounded = {stage: round(seconds, 4) for stage, seconds in spent.items()}
    return Rendition(file, picture, sound.original.midi, rounded, sound.original.network_share(sound.networks))


def _draw(original: Original, sheet: Sheet, spent: dict[str, float]) -> bytes:
    started = time.perf_counter()
    picture = original.drawn(title=sheet.title, caption=sheet.caption, remark=sheet.remark)
    spent["draw"] = time.perf_counter() - started
    return picture
