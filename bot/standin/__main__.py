"""`python -m bot.standin`: the whole bot in a browser, without Discord. `scripts/try` installs what it needs."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.standin.trial import demo, trial

if TYPE_CHECKING:
    from collections.abc import Awaitable

_LAST_PORT = 65535
_STOPPED = 128 + signal.SIGINT
"""What a shell tells of a program that Ctrl-C ended."""


def main(arguments: list[str] | None = None) -> int:
    """Let a person play, or play the demo.

    Returns:
        0 once a person has ended it or the demo went well, 1 where something did not, 130 for a demo that was stopped.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.demo:
            return _demonstrate(options)
        with tempfile.TemporaryDirectory(prefix="cadenza-try-") as passing:
            folder = _made(options.data or Path(passing))
            kept = options.data is not None
            asyncio.run(trial.serve(folder, port=options.port, browser=options.browser, kept=kept))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _demonstrate(options: argparse.Namespace) -> int:
    folder = _made(options.data or Path(tempfile.mkdtemp(prefix="cadenza-demo-")))
    try:
        return asyncio.run(_until_signal(demo.play(folder, port=options.port, seconds=options.length)))
    except asyncio.CancelledError:
        trial.say("", "Stopped.")
        if options.data is None:
            shutil.rmtree(folder)
        return _STOPPED


async def _until_signal(playing: Awaitable[int]) -> int:
    """Wait for it; a signal cancels it."""
    task = asyncio.ensure_future(playing)
    for number in trial.ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/try", description="Try the whole bot in a browser, without Discord.")
    parser.add_argument("--demo", action="store_true", help="play a short evening without a browser, and end")
    parser.add_argument("--length", type=int, default=20, metavar="SECONDS", help="length of the demo's pieces (20)")
    parser.add_argument(
        "--port",
        type=_port,
        default=trial.PORT,
        metavar="NUMBER",
        help=f"port of the page on this machine ({trial.PORT}); if it is taken, the next free one is used",
    )
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="keep the pieces, the bot's data and its log in this folder"
    )
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port; write a number from 0 to {_LAST_PORT}")
    return int(text)


def _made(folder: Path) -> Path:
    if folder.is_file():
        raise NotADirectoryError(f"--data: {folder} is a file; name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"--data: {folder} cannot be used as a folder ({error.strerror}); name another") from error
    return folder.resolve()


if __name__ == "__main__":
    sys.exit(main())
