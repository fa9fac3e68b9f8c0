"""One entry in the table, its words and its column: then a new option can be said everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

from bot.discord_ui.texts.sentences import LANGUAGES
from bot.storage import migration

ROOT = Path(__file__).parents[2]

ENTRY = """
    made_up: Annotated[
        float | None,
        Option(
            name="made_up",
            parse=parse_number,
            low=0,
            high=1,
            about="how much of what nobody would add",
            otherwise=_SEED_DECIDES,
        ),
    ] = None
"""
WORDS = """
[option.made_up]
name = "made_up"
about = "How much of what nobody would add"
"""
STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "made_up", "{before}", None, None


def upgrade():
    op.add_column("generation", sa.Column("made_up", sa.Float()))
"""

VISIT = """
import asyncio, json, sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from bot.domain.composer_port import to_request
from bot.storage.export import extracts
from bot.storage.export.personal_export import export_person
from composer.request import Request, read_settings, settings_of
from tests.bot.discord_ui.discord_world import open_discord_world

async def visit(folder):
    async with open_discord_world(folder) as here:
        commands = here.env.backend.commands[None]
        offered = [option for name in ("compose", "settings") for option in commands[name, 1]["options"]]
        piece = await here.composed(made_up=0.25)
        form = await here.ann.click(here.message(piece), custom_id="cadenza:change:1")
        line = form.modal["components"][-1]["component"]["value"]
        await here.ann.submit_modal(form, {"length": "60", "more": "made_up:0.75"})
        changed = await here.delivered(2)
        await here.ann.slash(here.channel, "settings", made_up=1.0)
        usual = await here.composed()
        database = here.app.store.database
        rows = await database.read(lambda connection: extracts.everything(connection, extracts.BEGINNING))
        (own,) = export_person(here.app.database, here.ann.id, 10**7)
    repeated = Request(**read_settings(settings_of(to_request(usual.options))))
    return {
        "offered": [(option["min_value"], option["max_value"]) for option in offered if option["name"] == "made_up"],
        "line": [word for word in line.split() if word.startswith("made_up")],
        "requests": [to_request(each.options).made_up for each in (piece, changed, usual)] + [repeated.made_up],
        "exported": [row["made_up"] for row in rows["generations"]],
        "own": [row["made_up"] for row in json.loads(ZipFile(BytesIO(own)).read("pieces-1.json"))],
    }

found = asyncio.run(visit(Path(sys.argv[1])))
print(json.dumps(found))
"""


def test_a_new_entry_can_be_said_everywhere(tmp_path):
    copy = with_made_up_option(tmp_path / "copy")

    shown = subprocess.run(
        [sys.executable, "-m", "composer", "compose", "--help"], cwd=copy, capture_output=True, text=True, check=True
    )
    visited = subprocess.run(
        [sys.executable, "-c", VISIT, tmp_path / "data"], cwd=copy, capture_output=True, text=True, check=False
    )

    assert "--made-up MADE_UP" in shown.stdout
    assert visited.returncode == 0, visited.stderr
    assert json.loads(visited.stdout.splitlines()[-1]) == {
        "offered": [[0.0, 1.0], [0.0, 1.0]],
        "line": ["made_up:0.25"],
        "requests": [0.25, 0.75, 1.0, 1.0],
        "exported": [0.25, 0.75, 1.0],
        "own": [0.25, 0.75, 1.0],
    }


def with_made_up_option(copy: Path) -> Path:
    """A copy of the code with the entry, its words in every language and its column."""
    for package in ("bot", "composer", "tests/bot"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("weights", "__pycache__"))
    shutil.copy(ROOT / "tests" / "__init__.py", copy / "tests")
    (copy / "composer" / "weights").symlink_to(ROOT / "composer" / "weights")
    table = copy / "composer" / "request.py"
    head, entry, rest = table.read_text("utf-8").partition("\n    tempo: Annotated[\n")
    table.write_text(head + ENTRY + entry.lstrip("\n") + rest, "utf-8")
    for language in LANGUAGES:
        with (copy / "bot" / "discord_ui" / "texts" / f"{language}.toml").open("a", encoding="utf-8") as words:
            words.write(WORDS)
    before = ScriptDirectory(str(migration.FOLDER)).get_current_head()
    step = copy / "bot" / "storage" / "migrations" / "versions" / "made_up.py"
    step.write_text(STEP.format(before=before), "utf-8")
    return copy
