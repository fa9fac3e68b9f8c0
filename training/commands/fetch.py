"""`python -m training fetch SET`: a public set from its home."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    fetch = commands.add_parser("fetch", help="a public set from its home -> an archive for prepare")
    fetch.add_argument("sets", nargs="+", metavar="SET", help="names of sets, see docs/experiments/training-data.md")
    fetch.add_argument("--from", dest="address", metavar="URL", help="a copy of the archive, if the home is gone")
    fetch.add_argument("--out", type=folder_to_write, default="corpus", help="folder of archives")
    fetch.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from training.corpus import download

    log = logging.getLogger("training")
    for name, home in [(name, download.public_set_of(name)) for name in options.sets]:
        path = download.fetch_set(name, home, options.out, address=options.address)
        log.info("%s: %d files of music, %s, %s", path, home.files, home.licence, home.attribution)
