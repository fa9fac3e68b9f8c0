from __future__ import annotations

import json
import logging
from io import StringIO
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.errors import report
from bot.logs import configure
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "MTIz.secret.token"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def configured(form: str) -> StringIO:
    stream = StringIO()
    configure(Settings.model_validate({"discord_token": TOKEN, "log_format": form}), stream)
    return stream


def test_a_line_for_people_names_the_generation():
    stream = configured("human")

    structlog.stdlib.get_logger("bot.pipeline.scheduler").info("composed", generation=142)

    assert "composed" in stream.getvalue()
    assert "generation=142" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


def test_a_line_for_machines_is_json():
    stream = configured("json")

    structlog.stdlib.get_logger("bot.pipeline.scheduler").info("composed", generation=142)

    line = json.loads(stream.getvalue())
    assert (line["event"], line["generation"], line["level"]) == ("composed", 142, "info")


def test_the_library_of_discord_speaks_in_the_same_form():
    stream = configured("json")

    logging.getLogger("discord.gateway").warning("shard %d reconnects", 3)

    assert json.loads(stream.getvalue())["event"] == "shard 3 reconnects"


@pytest.mark.parametrize("form", ["human", "json"])
def test_the_token_is_taken_out_wherever_it_stands(form):
    stream = configured(form)
    log = structlog.stdlib.get_logger("bot")

    line = f"in the event {TOKEN}"
    log.info(line, value=TOKEN, nested={"headers": [f"Bot {TOKEN}"]})
    logging.getLogger("discord.http").error("PATCH %s", f"webhooks/123/{'x' * 60}/messages/@original")
    report(RuntimeError(f"in a traceback {TOKEN}"))

    assert "secret" not in stream.getvalue()
    assert "[token]" in stream.getvalue()
    assert "xxxx" not in stream.getvalue()


def test_an_unexpected_error_is_found_by_its_reference():
    stream = configured("json")

    reference = report(ValueError("odd"), "composing failed", generation=142)

    line = json.loads(stream.getvalue())
    assert line["reference"] == reference
    assert len(reference) == 4
    assert "ValueError: odd" in line["exception"]
