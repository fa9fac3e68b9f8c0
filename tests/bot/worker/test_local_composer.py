"""The composer of this machine: a tiny model, real threads, real FluidSynth."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from contextlib import closing
from dataclasses import replace
from io import BytesIO

import pytest
import soundfile

from bot.worker import local_composer
from bot.worker.loaded_engines import LoadedEngines
from bot.worker.local_composer import LocalComposer
from composer import engines
from composer.audio import opus_sound
from composer.audio.synthesis import find_soundfont
from composer.performance import midi
from composer.rendering import Sheet
from composer.tokens import vocabulary
from tests.bot import tiny_model
from tests.bot.builders import OPTIONS

SOON = 0.3
"""Seconds within which a cancelled piece is let go of."""


@pytest.fixture
def opened(tmp_path):
    tiny_model.install(tmp_path / "models")

    def _open():
        models = LoadedEngines(engines.installed(tmp_path / "models"))
        return closing(LocalComposer(models, soundfont=find_soundfont(), threads=2))

    return _open


def no_progress(_bar: int, _bars: int) -> None:
    pass


async def test_composing_tells_each_bar_once_and_on_the_event_loop(opened):
    told = []
    loop = asyncio.get_running_loop()

    def progress(bar: int, bars: int) -> None:
        assert asyncio.get_running_loop() is loop
        told.append((bar, bars))

    with opened() as composer:
        music = await composer.compose(replace(OPTIONS, seconds=8), progress)

    assert told == [(bar, music.bars) for bar in range(1, music.bars + 1)]
    assert music.tokens.count(vocabulary.BAR) == music.bars
    assert midi.read(music.midi)[1]["seed"] == OPTIONS.seed


async def test_the_event_loop_turns_while_a_stranger_s_file_is_read(opened, monkeypatch):
    turned = threading.Event()
    monkeypatch.setattr(local_composer, "read_given", lambda _data: turned.wait(20))

    with opened() as composer:
        reading = asyncio.create_task(composer.understand(b"MThd"))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(turned.set)

        assert await reading


async def test_music_without_metre_has_neither_key_nor_tempo_and_its_engine_s_remark(opened):
    options = replace(OPTIONS, seconds=8, model="stochastic", style="quartet", glissandi=2.0)
    with opened() as composer:
        music = await composer.compose(options, no_progress)

    assert (music.chosen_key, music.chosen_metre, music.beats_per_minute, music.bars) == (None, None, None, None)
    assert music.remark.startswith("Xenakis · ")
    assert midi.read(music.midi)[1]["glissandi"] == 2


async def test_a_piece_is_the_same_bytes_whenever_it_is_made(opened):
    options = replace(OPTIONS, seconds=6)
    with opened() as composer:
        first = await composer.compose(options, no_progress)
        page = Sheet(seconds=6, title=first.title, caption="0:06 · tiny v1")
        renditions = [await composer.render(first.midi, page) for _ in range(2)]

    with opened() as composer:
        again = await composer.compose(options, no_progress)
        renditions.append(await composer.render(again.midi, page))

    assert first.midi == again.midi
    assert first.tokens == again.tokens
    assert len({hashlib.sha256(rendition.mp3).digest() for rendition in renditions}) == 1
    assert len({rendition.png for rendition in renditions}) == 1
    assert soundfile.info(BytesIO(renditions[0].mp3)).duration == pytest.approx(6, abs=0.1)


async def ended_after(task: asyncio.Task[object]) -> float:
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - started


async def test_composing_ends_soon_after_it_is_cancelled(opened):
    begun = asyncio.Event()
    with opened() as composer:
        task = asyncio.create_task(composer.compose(replace(OPTIONS, seconds=300), lambda *_: begun.set()))
        await begun.wait()

        assert await ended_after(task) < SOON


async def test_rendering_ends_soon_after_it_is_cancelled(opened, monkeypatch):
    rendering = asyncio.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr("composer.audio.synthesis._check_soundfont", lambda _: loop.call_soon_threadsafe(rendering.set))
    with opened() as composer:
        music = await composer.compose(replace(OPTIONS, seconds=60), no_progress)
        page = Sheet(seconds=60, title="", caption="")
        task = asyncio.create_task(composer.render(music.midi, page))
        await rendering.wait()

        assert await ended_after(task) < SOON


async def test_audio_becomes_smaller_until_it_fits_and_goes_bare_to_a_voice_channel(opened):
    with opened() as composer:
        music = await composer.compose(replace(OPTIONS, seconds=8), no_progress)
        page = Sheet(seconds=8, title=music.title, caption="")

        bare = await composer.sound(music.midi, page)
        stereo = await composer.smaller(music.midi, page, 110_000)
        mono = await composer.smaller(music.midi, page, 40_000)
        nothing = await composer.smaller(music.midi, page, 20_000)

    assert stereo is not None
    assert mono is not None
    assert 60_000 < len(stereo) <= 110_000
    assert len(mono) <= 40_000
    assert soundfile.info(BytesIO(stereo)).channels == 2
    assert soundfile.info(BytesIO(mono)).channels == 1
    assert soundfile.info(BytesIO(mono)).duration == pytest.approx(8, abs=0.2)
    assert nothing is None
    assert len(bare) == 8 * opus_sound.RATE * 4
    assert max(bare) > 0
