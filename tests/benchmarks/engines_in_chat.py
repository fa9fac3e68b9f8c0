"""A minute of each engine through the bot, or its most: `python -m tests.benchmarks.engines_in_chat --out FOLDER`.

Each piece is asked for in the stand-in for Discord, and what is posted is kept to be looked at and heard. It is then
composed again by `python -m composer compose --repeat` from its own MIDI, or its MP3 where there is none. A row tells
what was posted, what the sound measures, and whether the repetition has the same bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from composer import __main__ as command
from composer import engines
from composer.audio.loudness import integrated_loudness, true_peak
from composer.models import loading
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.standin.world import Message
    from tests.bot.whole_bot import WholeBot

_HEAD = (
    "engine              asked s  sound s  in chat after s  compose s  sound+picture s   LUFS  peak dB  files"
    "                same MIDI  same MP3"
)


async def show_engine(both: WholeBot, name: str, seed: int, count: int, out: Path) -> str:
    """Have one engine compose, keep what is posted, repeat it, and tell the row of the table."""
    length = round(engines.find(name).identity.usual_seconds(60.0))
    started = time.monotonic()
    await both.compose(model=name, length=length, seed=seed)
    message = await both.discord.until(lambda: _newest(both, count), f"the piece of {name}")
    waited = time.monotonic() - started
    assert not isinstance(message, bool)
    files = {Path(file.filename).suffix: file.content for file in message.attachments}
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, data in files.items():
        (folder / f"posted{suffix}").write_bytes(data)
    (folder / "message.txt").write_text(f"{message.text}\n{message.embeds}\n", encoding="utf-8")
    same = await asyncio.to_thread(_repeat, folder, files)
    ((spent,),) = both.rows("select seconds_spent from generation order by number desc limit 1")
    return _row(name, length, files, json.loads(spent), waited, same)


def _newest(both: WholeBot, count: int) -> Message | bool:
    messages = both.discord.messages(both.channel)
    done = [each for each in messages if any(file.filename.endswith(".mp3") for file in each.attachments)]
    return len(done) >= count and done[-1]


def _repeat(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """Whether a piece that is composed again from its own file has the same bytes."""
    source = folder / ("posted.mid" if ".mid" in files else "posted.mp3")
    code = command.main(["compose", "--repeat", str(source), "--out", str(folder / "again")])
    assert code == 0
    again = {path.suffix: path.read_bytes() for path in (folder / "again").iterdir()}
    return {suffix: ("yes" if again.get(suffix) == files[suffix] else "no") for suffix in files}


def _row(
    name: str, length: int, files: dict[str, bytes], spent: dict[str, float], waited: float, same: dict[str, str]
) -> str:
    sound, rate = soundfile.read(BytesIO(files[".mp3"]), dtype="float32")
    samples = np.ascontiguousarray(sound)
    composed = sum(spent.get(stage, 0.0) for stage in ("sample", "rank", "write"))
    rendered = sum(spent.get(stage, 0.0) for stage in ("render", "encode"))
    posted = " ".join(sorted(suffix.removeprefix(".") for suffix in files))
    return (
        f"{name:18} {length:8d} {len(sound) / rate:8.2f} {waited:16.1f} {composed:10.2f} {rendered:16.2f} "
        f"{integrated_loudness(samples):6.1f} {true_peak(samples):8.1f}  {posted:20} "
        f"{same.get('.mid', '-'):9}  {same['.mp3']}"
    )


async def show(names: Sequence[str], seed: int, out: Path, folder: Path) -> None:
    """Print the table, row by row."""
    (folder / "models").mkdir()
    for path in loading.FOLDER.glob("*.onnx"):
        (folder / "models" / path.name).symlink_to(path)
    async with open_whole_bot(folder) as both:
        _say(_HEAD)
        for count, name in enumerate(names, 1):
            _say(await show_engine(both, name, seed, count, out))


def _say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the options and play."""
    known = list(dict.fromkeys(engine.identity.name for engine in engines.installed()))
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engines_in_chat", description=__doc__)
    parser.add_argument("--engines", nargs="+", default=known, choices=known)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="folder for what is posted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(show(options.engines, options.seed, options.out, Path(folder)))


if __name__ == "__main__":
    main()
