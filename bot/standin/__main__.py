"""`python -m bot.standin`: the whole bot in a browser, without Discord. `scripts/try` installs what it needs."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bot.standin.trial import demo, trial

_LAST_PORT = 65535


def main(arguments: list[str] | None = None) -> int:
    """Let a person play, or play the demo.

    Returns:
        0 once a person has ended it or the demo went well, 1 where something did not.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.demo:
            folder = options.data or Path(tempfile.mkdtemp(prefix="cadenza-demo-"))
            return asyncio.run(demo.play(_made(folder), port=options.port, seconds=options.length))
        with tempfile.TemporaryDirectory(prefix="cadenza-try-") as passing:
            folder = _made(options.data or Path(passing))
            asyncio.run(trial.serve(folder, port=options.port, browser=options.browser))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/try", description="Try the whole bot in a browser, without Discord.")
    parser.add_argument("--demo", action="store_true", help="play a short evening without a browser, and end")
    parser.add_argument("--length", type=int, default=20, metavar="SECONDS", help="of the demo's pieces (20)")
    parser.add_argument(
        "--port", type=_port, default=trial.PORT, help=f"on loopback; the next that is free ({trial.PORT})"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the bot's data, its log and the demo's files here"
    )
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port; write a number from 0 to {_LAST_PORT}")
    return int(text)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"--data: {folder} cannot be used as a folder ({error.strerror}); name another") from error
    return folder.resolve()


if __name__ == "__main__":
    sys.exit(main())
