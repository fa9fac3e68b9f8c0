"""A piece that people like is shown in its server's gallery, once, for as long as it is there."""

from __future__ import annotations

import discord

from bot.discord_ui.gallery import gallery_keeper
from bot.domain.order import ServerSettings
from tests.bot.discord_ui.discord_world import buttons, hurried, open_discord_world


async def gallery_of(here, votes=2, **overwrites):
    """A channel of the server, with what the bot may not do there, which is its gallery from now on."""
    denied = {here.guild.me: discord.PermissionOverwrite(**dict.fromkeys(overwrites, False))} if overwrites else None
    channel = here.guild.create_text_channel("gallery", overwrites=denied)
    await here.app.store.preferences.set_server(
        here.guild.id, ServerSettings(gallery=channel.id, gallery_votes=votes), by=here.ann.id
    )
    return channel


async def look(here):
    """The keeper's next look."""
    await here.env.settle()
    await here.env.bot.get_cog("GalleryCog").gallery.work_off()
    await here.env.settle()


async def test_votes_of_others_bring_a_piece_in_and_their_number_follows_them(tmp_path):
    async with open_discord_world(tmp_path) as here:
        gallery, cy = await gallery_of(here), here.person("cy")
        message = here.message(await here.composed())
        await here.ann.react(message, "👍")
        await here.bob.react(message, "👍")
        await look(here)
        await cy.react(message, "👍")
        await cy.react(message, "👎")
        await look(here)
        assert gallery.history() == []

        await cy.unreact(message, "👎")
        await cy.unreact(message, "👍")
        await cy.react(message, "❤️")
        await look(here)
        await look(here)

        (shown,) = gallery.history()
        assert shown.content == f"Composed in <#{here.channel.id}>"
        assert {file.filename.rpartition(".")[2] for file in shown.attachments} == {"png", "mp3", "mid"}
        first, *others = buttons(shown).values()
        assert (first["label"], first["custom_id"]) == ("👍 2", "cadenza:rate:1:1:gallery")
        assert [button["label"] for button in others][:4] == ["Another", "Change", "Sheet music", "Delete"]

        await cy.unreact(message, "❤️")
        await look(here)
        assert next(iter(buttons(gallery.last_message).values()))["label"] == "👍 1"
        voted = await cy.click(gallery.last_message, label="👍 1")
        await look(here)
        assert voted.response.content == "Your vote for #1: 👍"
        assert next(iter(buttons(gallery.last_message).values()))["label"] == "👍 2"

        await here.ann.slash(here.channel, "delete", number=1)
        assert gallery.history() == []


async def test_a_bot_that_ended_between_message_and_note_does_not_post_again(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:
        gallery = await gallery_of(here, votes=1)
        message = here.message(await here.composed())

        async def killed(*_):
            raise ConnectionError

        with monkeypatch.context() as patched:
            patched.setattr(gallery_keeper.GalleryKeeper, "_note", killed)
            await here.bob.react(message, "👍")
            await look(here)
        await here.person("cy").react(message, "👍")
        await here.env.restart_bot(hurried(here.app))
        await look(here)
        await look(here)

        (shown,) = gallery.history()
        assert next(iter(buttons(shown).values()))["label"] == "👍 2"
        await here.ann.slash(here.channel, "delete", number=1)
        assert gallery.history() == []


async def test_what_a_killed_bot_posted_is_found_where_it_stands(tmp_path, monkeypatch):
    """It is found in its channel though the gallery has moved, and taken away though its piece was erased."""
    async with open_discord_world(tmp_path) as here:
        gallery = await gallery_of(here, votes=1)
        messages = [here.message(await here.composed()) for _ in range(2)]

        async def killed(*_):
            raise ConnectionError

        with monkeypatch.context() as patched:
            patched.setattr(gallery_keeper.GalleryKeeper, "_note", killed)
            for message in messages:
                await here.bob.react(message, "👍")
            await look(here)
        assert len(gallery.history()) == 2
        moved = await gallery_of(here, votes=1)
        await here.ann.slash(here.channel, "delete", number=1)
        await here.env.restart_bot(hurried(here.app))
        await look(here)

        (shown,) = gallery.history()
        assert next(iter(buttons(shown))) == "cadenza:rate:2:1:gallery"
        assert moved.history() == []
        await here.ann.slash(here.channel, "delete", number=2)
        assert gallery.history() == []


async def test_a_piece_that_cannot_be_rendered_hinders_no_other(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:
        gallery = await gallery_of(here, votes=1)
        for _ in range(2):
            await here.bob.react(here.message(await here.composed()), "👍")
        piece = here.app.orders.piece

        async def broken(number, place):
            if number == 1:
                raise KeyError(number)
            return await piece(number, place)

        monkeypatch.setattr(here.app.orders, "piece", broken)
        await look(here)
        await look(here)

        (shown,) = gallery.history()
        assert next(iter(buttons(shown))) == "cadenza:rate:2:1:gallery"


async def test_a_moderator_who_deletes_it_there_keeps_it_out(tmp_path):
    async with open_discord_world(tmp_path) as here:
        gallery = await gallery_of(here, votes=1)
        message = here.message(await here.composed())
        await here.bob.react(message, "👍")
        await look(here)

        here.env.backend.delete_message(gallery.id, gallery.last_message.id)
        await here.person("cy").react(message, "👍")
        await look(here)

        assert gallery.history() == []


async def test_those_who_can_mend_it_are_told_once_what_the_bot_may_not_do(tmp_path):
    async with open_discord_world(tmp_path) as here:
        gallery = await gallery_of(here, votes=1, attach_files=True)
        owner = here.guild.owner
        message = here.message(await here.composed())
        await here.bob.react(message, "👍")
        for _ in range(3):
            await look(here)

        fault = f"Give me **Attach Files** in <#{gallery.id}>."
        assert [each.content for each in owner.dm_channel.history()] == [
            f"I can't show pieces in the gallery of **{here.guild.name}**. {fault}"
        ]
        assert here.ann.user.dm_channel.history() == []
        assert gallery.history() == []

        manager = here.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        dora = here.person("dora", roles=[manager])
        elsewhere = here.guild.create_text_channel("other")
        shown = await dora.slash(here.channel, "server settings", gallery=elsewhere)
        await look(here)

        assert f"Gallery: <#{elsewhere.id}>, from 1 👍 on" in shown.response.embeds[0].description
        assert len(elsewhere.history()) == 1
        unset = await dora.slash(here.channel, "server settings", reset="gallery")
        assert "Gallery: none" in unset.response.embeds[0].description
