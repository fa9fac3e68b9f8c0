"""A server may name the role that composing takes; it holds for commands, buttons and forms."""

from __future__ import annotations

from contextlib import asynccontextmanager

import discord

from bot.domain.order import ServerSettings
from tests.bot.discord_ui.discord_world import buttons, open_discord_world


@asynccontextmanager
async def with_a_role(tmp_path):
    """A piece of Bob's from before the role was asked for, which he does not have; and a member who has it."""
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed(person=here.bob)
        role = here.guild.create_role("Composers")
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(role_id=role.id), by=here.ann.id)
        yield here, piece, role


async def test_whoever_lacks_the_role_composes_by_no_way(tmp_path):
    async with with_a_role(tmp_path) as (here, piece, role):
        message = here.message(piece)
        refused = f"In this server you need <@&{role.id}> to ask me for pieces. Ask an administrator for it."

        answers = [await here.bob.slash(here.channel, "compose")]
        answers += [
            await here.bob.click(message, custom_id=each)
            for each in buttons(message)
            if each.split(":")[1] in {"another", "change"}
        ]

        assert [answer.response.content for answer in answers] == [refused] * 3
        assert all(answer.response.ephemeral for answer in answers)
        assert await here.newest() == piece.number


async def test_a_form_that_was_opened_before_is_refused_as_well(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed(person=here.bob)
        form = await here.bob.click(here.message(piece), custom_id=f"cadenza:change:{piece.number}")
        role = here.guild.create_role("Composers")
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(role_id=role.id), by=here.ann.id)

        answer = await here.bob.submit_modal(form, {"length": "5"})

        assert f"<@&{role.id}>" in answer.response.content
        assert await here.newest() == piece.number


async def test_a_piece_that_failed_is_not_tried_again_without_the_role(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.failing = True
        await here.bob.slash(here.channel, "compose")
        failed = await here.until(lambda generation: generation.error is not None, 1)
        role = here.guild.create_role("Composers")
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(role_id=role.id), by=here.ann.id)
        message = here.channel.history()[-1]

        answer = await here.bob.click(message, custom_id=f"cadenza:retry:{failed.number}")

        assert f"<@&{role.id}>" in answer.response.content


async def test_who_has_the_role_and_who_administers_may_compose(tmp_path):
    async with with_a_role(tmp_path) as (here, piece, role):
        cy = here.person("cy", roles=[role])
        chiefs = here.guild.create_role("Chiefs", permissions=discord.Permissions(administrator=True))
        dee = here.person("dee", roles=[chiefs])

        await here.composed(person=cy)
        await dee.click(here.message(piece), custom_id=f"cadenza:another:{piece.number}")

        assert await here.newest() == 3


async def test_the_managers_name_the_role_and_everybody_s_role_is_none(tmp_path):
    async with open_discord_world(tmp_path) as here:
        managers = here.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        manager = here.person("max", roles=[managers])
        role = here.guild.create_role("Composers")

        named = await manager.slash(here.channel, "server settings", role=role)
        settings = await here.app.store.preferences.server(here.guild.id)

        assert settings.role_id == role.id
        assert f"Who may compose: <@&{role.id}>" in named.response.embeds[0].description
