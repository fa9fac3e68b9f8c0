"""Whoever composes needs no database and no Discord: another machine, say, on which neither is installed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bot.worker.loaded_engines import LoadedEngines
from bot.worker.local_composer import LocalComposer
from composer import engines
from composer.audio.synthesis import find_soundfont
from tests.bot import tiny_model
from tests.bot.builders import OPTIONS

ROOT = Path(__file__).parents[3]

WORKER = """
import asyncio, json, sys
from importlib.abc import MetaPathFinder
from pathlib import Path

ABSENT = {"sqlalchemy", "aiosqlite", "alembic", "sqlite3", "discord", "aiohttp"}

class Absence(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"a worker has no {name}")

sys.meta_path.insert(0, Absence())

from bot.domain.order import Options
from bot.worker.loaded_engines import LoadedEngines
from bot.worker.local_composer import LocalComposer
from composer import engines

async def work():
    installed = LoadedEngines(engines.installed(Path(sys.argv[1])))
    worker = LocalComposer(installed, soundfont=Path(sys.argv[2]), threads=1)
    music = await worker.compose(Options(**json.loads(sys.argv[3])), lambda bar, bars: None)
    worker.close()
    return music

music = asyncio.run(work())
print(json.dumps({"midi": music.midi.hex(), "tokens": music.tokens}))
"""


def test_a_worker_without_database_and_discord_composes_the_same_piece(tmp_path):
    tiny_model.install(tmp_path)
    options = replace(OPTIONS, seconds=5.0)
    soundfont = find_soundfont()

    command = [
        sys.executable,
        "-c",
        WORKER,
        tmp_path,
        soundfont,
        json.dumps({**options.wishes(), "version": options.version}),
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    with closing(LocalComposer(LoadedEngines(engines.installed(tmp_path)), soundfont=soundfont, threads=1)) as here:
        music = asyncio.run(here.compose(options, lambda _bar, _bars: None))

    assert ended.stderr == ""
    composed = json.loads(ended.stdout)
    assert bytes.fromhex(composed["midi"]) == music.midi
    assert tuple(composed["tokens"]) == music.tokens
