"""Nothing that the bot says in its log gives a person away, whatever goes wrong and however much it is told to say."""

from __future__ import annotations

import io
import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import aiohttp
import pytest
import structlog
from aiohttp.client_reqrep import ConnectionKey
from sqlalchemy.exc import DatabaseError

from bot.errors import report
from bot.logs import configure
from bot.settings import Settings
from bot.standin.faults import Lose, Refuse
from bot.standin.server import StandIn
from bot.storage.export.data_export import export
from bot.storage.export.extracts import BEGINNING
from tests.bot.builders import LIMITS, admission
from tests.bot.databases import database_at, open_store
from tests.bot.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.standin.world import Interaction, Message, Person

MESSAGE, TYPED = "My darkest confession", "innermost-wish"
NAME, SERVER = "Ottoline Quackenbush", "Quilters of Quorn"
REPLY_TOKEN = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5"
FULL = "database or disk is full"
LEVELS = ("debug", "info", "warning", "error")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in ("bot", "composer"))]
    before = [(logger, logger.handlers[:], logger.level) for logger in loggers]
    yield
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
    structlog.reset_defaults()


def refuse_writing(path: Path, *tables: str) -> None:
    """Let each new row of these tables fail as on a full disk."""
    with closing(sqlite3.connect(path, timeout=10)) as database, database:
        for table in tables:
            database.execute(
                f"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(FAIL, '{FULL}'); END"
            )


async def test_no_level_and_no_fault_lets_the_log_give_people_away(tmp_path: Path):
    async with StandIn() as stand_in:
        channel = stand_in.add_guild(SERVER).channel
        ottoline = stand_in.add_person(NAME)
        async with BotProcess(stand_in, tmp_path, CADENZA_LOG_LEVEL="debug") as bot:
            await stand_in.ready()
            await ordinary_life(stand_in, ottoline)
            await failing_network(stand_in, ottoline)
            refuse_writing(tmp_path / "data" / "cadenza.sqlite3", "generation", "vote", "setting")
            for command in ({"length": 5}, {"length": 6}):
                await stand_in.slash("compose", user=ottoline, channel=channel, options=command)
            await stand_in.slash("settings", user=ottoline, channel=channel, options={"length": 7})
            await bot.says(FULL)
            await bot.stop()

        said = "\n".join(bot.said)
        tokens = [each.token for each in stand_in.state.interactions.values()]
        assert len(tokens) > 5
        for secret in (*tokens, stand_in.token, MESSAGE, TYPED, NAME, SERVER, str(ottoline.id)):
            assert secret not in said


async def ordinary_life(stand_in: StandIn, person: Person) -> None:
    channel = stand_in.state.guilds[0].channel
    await stand_in.say(MESSAGE, user=person, channel=stand_in.direct(person))
    await stand_in.say(MESSAGE, user=person, channel=channel)
    await stand_in.slash("compose", user=person, channel=channel, options={"length": 5, "model": TYPED})
    await stand_in.slash("compose", user=person, channel=channel, options={"length": 5, "key": TYPED})
    message = await composed(stand_in, person)
    await stand_in.react(message, "👍", user=person)
    await stand_in.gateway.beat()


async def composed(stand_in: StandIn, person: Person) -> Message:
    channel = stand_in.state.guilds[0].channel
    interaction: Interaction = await stand_in.slash("compose", user=person, channel=channel, options={"length": 5})

    def sounding() -> list[Message]:
        return [interaction.message] if interaction.message.attachments else []

    return (await stand_in.until(sounding, "a piece"))[0]


async def failing_network(stand_in: StandIn, person: Person) -> None:
    upload = ("PATCH", "/webhooks/*/messages/*")
    for fault in (Lose(performed=False), Refuse(429), Refuse(404, 10008)):
        stand_in.faults.plan(*upload, fault, when=lambda request: request.has_file(".mp3"))
        await composed(stand_in, person)


@pytest.mark.parametrize("level", LEVELS)
def test_libraries_never_tell_more_than_they_do_at_info(level):
    stream = configured(level)

    logging.getLogger("discord.gateway").debug("For Shard ID None: WebSocket Event: {'content': '%s'}", MESSAGE)
    logging.getLogger("aiosqlite").debug("executing INSERT INTO generation VALUES ('%s')", REPLY_TOKEN)
    logging.getLogger("whatever.comes.next").debug(NAME)
    structlog.stdlib.get_logger("bot.pipeline.scheduler").debug("only for us")

    said = stream.getvalue()
    assert not any(secret in said for secret in (MESSAGE, REPLY_TOKEN, NAME))
    assert ("only for us" in said) == (level == "debug")


@pytest.mark.parametrize("level", LEVELS)
async def test_an_error_of_the_database_is_told_without_the_values_of_the_row(tmp_path, level):
    path, stream = tmp_path / "data" / "cadenza.sqlite3", configured(level)
    wanted = admission(reply_token=REPLY_TOKEN, user_id=77_001_002_003)
    async with open_store(path) as store:
        refuse_writing(path, "generation")
        with pytest.raises(DatabaseError) as raised:
            await store.generations.admit(wanted, LIMITS)
        report(raised.value)
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DROP TABLE rating")
        with pytest.raises(Exception, match="rating") as unread:
            export(database_at(path), tmp_path / "out", since=BEGINNING)
        report(unread.value)

    said = stream.getvalue()
    assert FULL in said
    assert REPLY_TOKEN not in said + repr(wanted)
    assert str(wanted.user_id) not in said


def test_an_unreachable_proxy_is_told_without_its_password():
    stream = configured("info")
    proxy = "http://me:hunter2@127.0.0.1:3128"
    key = ConnectionKey("discord.com", 443, *(True, True), proxy, None, None)  # type: ignore[arg-type]

    structlog.stdlib.get_logger("bot").info(
        "asking Discord again", error=repr(aiohttp.ClientProxyConnectionError(key, OSError()))
    )

    assert "hunter2" not in stream.getvalue()
    assert "127.0.0.1:3128" in stream.getvalue()


def configured(level: str) -> io.StringIO:
    stream = io.StringIO()
    configure(Settings.model_validate({"log_level": level}), stream)
    return stream
