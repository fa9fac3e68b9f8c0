"""The files for who runs the bot speak of what there is."""

from __future__ import annotations

import json
import re
from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.errors import SettingsError, TemporaryTrouble
from bot.monitoring.health import Health

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
