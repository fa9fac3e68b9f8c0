"""What is wrong with workers, for the people who run the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from bot.app import App
    from bot.discord_ui.texts.sentences import Sentences

_MOST = 5
"""Sentences that are shown."""


def faults_of_workers(app: App, say: Sentences) -> list[str]:
    """A sentence for each worker that lacks something, which says what to do; no more than anybody reads."""
    if app.fleet is None:
        return []
    composing = [app.catalogue.engine(name).identity for name in app.catalogue.names()]
    models = [(each.name, each.version) for each in composing]
    told: list[str] = []
    for line in app.fleet.lines:
        host = discord.utils.escape_markdown(line.host)
        if lacking := app.fleet.lacks(line, models):
            told.append(say("admin.worker_lacks", host=host, models=", ".join(lacking)))
        if line.renders is False:
            told.append(say("admin.worker_is_silent", host=host))
    return list(dict.fromkeys(told))[:_MOST]
