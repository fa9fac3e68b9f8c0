"""`python -m training check-keys`: how often the key that is found is the key that the title names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    check = commands.add_parser("check-keys", help="how often the found key is the one that the title names")
    check.add_argument("--corpus", type=Path, nargs="+", required=True, help="as for prepare")
    check.add_argument("--sets", nargs="*", default=[], help="names of the sets to take (all)")
    check.add_argument("--list", action="store_true", help="name every piece whose keys differ")
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from training.corpus import key_check

    checks = key_check.check_keys(options.corpus, only=options.sets)
    print(key_check.format_table(checks))
    for check in checks if options.list else ():
        if check.found != check.named:
            print(f"{check.piece}: {check.named}, found {check.found}")
