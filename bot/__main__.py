"""`python -m bot` and its commands: run the bot, check it, hand out its data, keep and put back copies of it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot import clock
from bot.errors import BotError, SettingsError
from composer.command_parser import CommandParser, exit_with, folder_to_write, print_whatever_comes
from composer.errors import ComposerError, spell_command

if TYPE_CHECKING:
    from bot.settings import Settings

_MOST_DIGITS = 6

_BACK = "sqlite"
"""Said in the place of a server's address, to go back to the file."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0; 1 for a fault of the machine or a check that failed, 2 for a mistake in the settings, 75 for what passes.
    """
    print_whatever_comes()
    try:
        options = _parser().parse_args(arguments)
        from bot.settings import load

        status: int = options.run(options, load())
    except (BotError, ComposerError) as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    return status


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog=spell_command("bot"), description="Compose music on Discord. Settings: see .env.example."
    )
    parser.set_defaults(run=_run)
    commands = parser.add_subparsers(metavar="COMMAND")
    doctor = commands.add_parser("doctor", help="check token, permissions, models, sound, disk and database")
    doctor.set_defaults(run=_doctor)
    export = commands.add_parser("export", help="write generations and ratings for people who study them")
    export.add_argument("--since", type=_date, metavar="DATE", help="YYYY-MM-DD, in UTC (the beginning)")
    export.add_argument(
        "--ratings", action="store_true", help=f"only what `{spell_command('training retrain')}` learns from"
    )
    export.add_argument("--out", type=folder_to_write, default="export", help="folder for the files (export)")
    export.set_defaults(run=_export)
    backup = commands.add_parser("backup", help="copy the database, while the bot runs or not")
    backup.add_argument("--keep", type=_count, metavar="N", help="delete all copies but the N newest (all are kept)")
    backup.set_defaults(run=_backup)
    forget = commands.add_parser("forget", help="delete all that is kept about a person who cannot ask on Discord")
    forget.add_argument("user", type=int, metavar="USER_ID", help="the person's id at Discord")
    forget.set_defaults(run=_forget)
    restore = commands.add_parser("restore", help="put a copy in the place of the database, while the bot is stopped")
    restore.add_argument("file", type=Path, metavar="FILE", help="the copy")
    restore.set_defaults(run=_restore)
    worker = commands.add_parser("worker", help="compose for bots on other machines; needs CADENZA_DATABASE_URL alone")
    worker.set_defaults(run=_work)
    move = commands.add_parser(
        "migrate-to", help="copy the database to a PostgreSQL server, or from there back to a file, while no bot runs"
    )
    move.add_argument(
        "url", type=_server, metavar="URL", help=f"postgresql+asyncpg://user:password@host/database; or {_BACK}"
    )
    move.set_defaults(run=_move)
    return parser


def _server(address: str) -> SecretStr | None:
    """Where the database goes; None is the file."""
    from bot.addresses import check_server

    if address == _BACK:
        return None
    try:
        check_server(address)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return SecretStr(address)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > _MOST_DIGITS or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of copies; at least 1 is kept")
    return int(text)


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date; write it like 2026-01-31") from None


def _run(_: argparse.Namespace, settings: Settings) -> int:
    from bot.logs import configure
    from bot.serve import serve

    settings.demand_token()
    configure(settings)
    return asyncio.run(serve(settings))


def _work(_: argparse.Namespace, settings: Settings) -> int:
    from bot.fleet.worker_process import serve
    from bot.logs import configure

    configure(settings)
    return asyncio.run(serve(settings))


def _doctor(_: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor.doctor import examine

    findings = asyncio.run(examine(settings))
    for finding in findings:
        print(finding)
    return 0 if all(finding.well for finding in findings) else 1


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from bot.storage.dialects.choosing import choose_dialect
    from bot.storage.export.data_export import RATINGS, export, export_ratings
    from bot.storage.export.extracts import BEGINNING

    since = options.since or BEGINNING
    if options.ratings:
        file = options.out / RATINGS
        pieces, people = export_ratings(choose_dialect(settings), file, since=since)
        print(f"{file}: {pieces} pieces, rated by {people} people")
        return 0
    for path, count in export(choose_dialect(settings), options.out, since=since):
        print(f"{path}: {count}")
    return 0


def _own_file(settings: Settings) -> Path:
    """The database's file.

    Raises:
        SettingsError: It lies on a server.
    """
    if settings.database_url is not None:
        raise SettingsError("the database lies on a server: copy it with pg_dump, and put it back with pg_restore")
    return settings.database_path


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from bot.storage.files.backups import back_up, prune

    path, now = _own_file(settings), clock.now()
    print(back_up(path, now))
    if options.keep is not None:
        for old in prune(path, options.keep, now):
            print(f"deleted {old}")
    return 0


def _forget(options: argparse.Namespace, settings: Settings) -> int:
    from bot.storage.dialects.choosing import choose_dialect
    from bot.storage.people.erasures import id_at
    from bot.storage.store import open_store

    async def erase() -> None:
        async with open_store(choose_dialect(settings)) as store:
            now = clock.now()
            erased = await store.privacy.erase(options.user, delete_pieces=True, before_id=id_at(now))
            left = len(await store.removals.due())
            print(f"deleted: {erased.pieces} pieces, {erased.ratings} ratings; messages to be removed: {left}")

    asyncio.run(erase())
    return 0


def _move(options: argparse.Namespace, settings: Settings) -> int:
    from bot.storage.dialects.choosing import server_at
    from bot.storage.dialects.sqlite import SqliteFile
    from bot.storage.moving import move

    file = SqliteFile(settings.database_path)
    if options.url is not None:
        moved = move(file, server_at(options.url))
        told = f"now set CADENZA_DATABASE_URL; {file.place} is as it was"
    elif settings.database_url is not None:
        server = server_at(settings.database_url)
        moved = move(server, file)
        told = f"now unset CADENZA_DATABASE_URL; {server.place} is as it was"
    else:
        raise SettingsError(f"the database lies in {file.place} already; CADENZA_DATABASE_URL names no server")
    for table, rows in moved.items():
        print(f"{table}: {rows}")
    print(told)
    return 0


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from bot.storage.files.restore import restore

    path = _own_file(settings)
    restored = restore(options.file, path, clock.now())
    print(f"{path} is that of {options.file}; deletions repeated: {restored.repeated}")
    if restored.before is not None:
        print(f"the one of before is {restored.before}")
    return 0


if __name__ == "__main__":
    # Two BLAS threads on two busy cores are ten times slower than one; set before NumPy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    exit_with(main)
