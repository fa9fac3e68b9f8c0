"""Those who run the bot see what failed."""

from __future__ import annotations

from tests.bot.discord_ui.discord_world import open_discord_world


async def fail(here, code, reference):
    """Let a piece that was asked for fail."""
    here.composer.open.clear()
    await here.bob.slash(here.channel, "compose")
    number = await here.newest()
    await here.app.scheduler.cancel(number)
    failed = {"number": number, "state": "failed", "error": code, "reference": reference}

    def unit(connection):
        connection.exec_driver_sql(
            "update generation set state = :state, error = :error, reference = :reference where number = :number",
            failed,
        )

    await here.app.store.database.write(unit)
    return await here.app.store.generations.get(number)


async def test_failures_are_listed_by_kind_with_their_references_and_times(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.env.bot.owner_id = here.ann.id
        for gated in here.env.backend.commands[None].values():
            gated["default_member_permissions"] = None
        none = await here.ann.slash(here.channel, "admin failures")
        for code, reference in (("render", "7F3A"), ("deadline", "11AA"), ("render", "8B21")):
            last = await fail(here, code, reference)

        shown = await here.ann.slash(here.channel, "admin failures")

        assert none.response.embeds[0].description == "Nothing has failed."
        lines = shown.response.embeds[0].description.splitlines()
        when = int((last.started_at or last.created_at).timestamp())
        assert shown.ephemeral
        assert lines[:3] == ["**render**: 2", lines[1], "**deadline**: 1"]
        assert lines[1].startswith(f"`8B21` #3 <t:{when}:R> · `7F3A` #1 <t:")
        assert lines[3].startswith("`11AA` #2 <t:")


async def test_nobody_else_sees_them(tmp_path):
    async with open_discord_world(tmp_path) as here:
        for gated in here.env.backend.commands[None].values():
            gated["default_member_permissions"] = None

        refused = await here.bob.slash(here.channel, "admin failures")

        assert refused.response.content == "Only the people who run this bot can do that."
