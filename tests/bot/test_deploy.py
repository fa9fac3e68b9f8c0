"""The files for who runs the bot speak of what there is."""

from __future__ import annotations

import json
import re
from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.errors import SettingsError, TemporaryTrouble
from bot.monitoring.health import Health
from bot.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.mark.parametrize("name", ["alerts.yaml", "dashboard.json"])
def test_every_figure_that_is_watched_is_told(name):
    told = set(re.findall(r"^# TYPE (\S+)", Health().metrics.text().decode(), re.MULTILINE))
    histograms = {f"{each}_bucket" for each in told}

    watched = set(re.findall(r"cadenza_\w+", (DEPLOY / name).read_text("utf-8")))

    assert watched
    assert watched <= told | histograms


def test_the_dashboard_asks_for_something_in_each_panel():
    dashboard = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))

    assert all(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])


def test_images_of_the_bot_do_without_the_stand_in():
    rules = (DEPLOY.parent / ".dockerignore").read_text("utf-8").splitlines()

    assert rules.index("bot/standin/") > rules.index("!bot/")


def test_the_unit_gives_up_on_mistakes_alone():
    unit = RawConfigParser(strict=False)
    unit.read(DEPLOY / "cadenza.service", encoding="utf-8")

    given_up = unit["Service"]["RestartPreventExitStatus"].split()

    assert given_up == [str(SettingsError.exit_status)]
    assert str(TemporaryTrouble.exit_status) not in given_up


@pytest.mark.parametrize("name", ["compose.yaml", "compose.scale.yaml"])
def test_what_containers_are_given_is_there(name):
    """Settings that there are, files that there are, volumes that are declared, and stages of the image."""
    text = (DEPLOY.parent / name).read_text("utf-8")
    settings = {f"CADENZA_{field.upper()}" for field in Settings.model_fields}
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", (DEPLOY.parent / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    files = re.findall(r"- \./(\S+?):", text)
    named = set(re.findall(r"^      - ([a-z]+):/", text, re.MULTILINE))
    declared = set(re.findall(r"^  ([a-z]+):$", text.rpartition("\nvolumes:\n")[2], re.MULTILINE))

    assert set(re.findall(r"^      (CADENZA_\w+):", text, re.MULTILINE)) <= settings
    assert set(re.findall(r"target: (?:\$\{CADENZA_TARGET:-)?([a-z-]+)\}?$", text, re.MULTILINE)) <= stages
    assert all((DEPLOY.parent / file).is_file() for file in files)
    assert named == declared
    assert named


def test_workers_in_containers_know_no_token_and_ask_for_a_command_that_there_is(capsys):
    text = (DEPLOY.parent / "compose.scale.yaml").read_text("utf-8")
    worker = text.partition("\n  worker:\n")[2].partition("\n\n")[0]

    with pytest.raises(SystemExit, match="0"):
        main([*re.findall(r"command: \[(\w+)\]", worker), "--help"])

    assert "env_file" not in worker
    assert "DISCORD" not in worker
    assert "worker" in capsys.readouterr().out
