"""⭐ marks a piece for its presser alone, `/favourites` finds it, and ✉️ brings its files."""

from __future__ import annotations

from bot.domain.order import ServerSettings
from tests.bot.discord_ui.discord_world import DEFAULT, buttons, listed, open_discord_world
from tests.bot.discord_ui.test_refusals import told


async def offering(here, guild=None):
    """The server offers favourites, files by direct message and family trees."""
    await here.app.store.preferences.set_server((guild or here.guild).id, ServerSettings(favourites=True), by=1)


async def test_nothing_is_offered_until_a_server_says_so(tmp_path):
    async with open_discord_world(tmp_path) as here:
        before = here.message(await here.composed())
        await offering(here)
        after = here.message(await here.composed())
        menu = await here.ann.click(after, label="More…")
        alone = await here.ann.click(menu.response.message, label="Family tree")

        offered = {"cadenza:star:1", "cadenza:more:1"}
        assert not offered & set(buttons(before))
        assert offered <= {custom_id.replace("2", "1") for custom_id in buttons(after)}
        assert listed(alone.response.message)[-1] == "There is no other piece of its family that you can see here."


async def test_a_marked_piece_is_listed_for_whoever_marked_it_until_the_mark_is_taken_away(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await offering(here)
        message = here.message(await here.composed())

        marked = await here.bob.click(message, label="Favourite")
        again = await here.bob.click(message, label="Favourite")
        of_bob = await here.bob.slash(here.channel, "favourites")
        of_ann = await here.ann.slash(here.channel, "favourites")
        played = await here.bob.click(of_bob.response.message, custom_id="cadenza:play:1")
        await here.bob.click(again.response.message, label="Remove from favourites")
        after = await here.bob.slash(here.channel, "favourites")

        assert marked.ephemeral
        assert of_bob.ephemeral
        list_of_all = here.mention("favourites")
        assert marked.response.content == f"#1 is one of your favourites. {list_of_all} lists them, for you alone."
        facts = f"Nocturne in E flat major · 1:00 · {DEFAULT.name} v{DEFAULT.version} · no votes yet"
        assert listed(of_bob.response.message) == ["### Your favourites", f"`#1` {facts}"]
        assert listed(of_ann.response.message)[1] == "You don't have any favourites yet. Press ⭐ below a piece."
        assert played.response.attachments
        assert again.response.content == "#1 is no longer one of your favourites."
        assert len(listed(after.response.message)) == 2
        assert not await here.app.store.favourites.count(here.bob.id)


async def test_files_come_as_a_direct_message_that_goes_with_the_mark_when_the_piece_does(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await offering(here)
        message = here.message(await here.composed())
        await here.bob.click(message, label="Favourite")
        menu = await here.bob.click(message, label="More…")

        sent = await here.bob.click(menu.response.message, label="Send me the files")
        twice = await here.bob.click(menu.response.message, label="Send me the files")

        (direct,) = here.bob.user.dm_channel.history()
        await here.bob.slash(here.channel, "track", number=1)
        await here.ann.slash(here.channel, "track", number=1)
        done = [(await here.app.store.privacy.show(one.user.id)).deeds for one in (here.ann, here.bob)]
        assert done == [0, 2], "what a person does with her own piece says nothing"
        assert sent.response.content == twice.response.content == "I've sent you #1 in a direct message."
        assert {file.filename.rpartition(".")[2] for file in direct.attachments} == {"mp3", "mid", "png"}
        await here.ann.slash(here.channel, "delete", number=1)
        assert here.bob.user.dm_channel.history() == []
        assert (await here.app.store.privacy.show(here.bob.id)).favourites == 0


async def test_who_takes_no_direct_messages_is_told_so(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await offering(here)
        menu = await here.bob.click(here.message(await here.composed()), label="More…")
        here.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)

        refused = await here.bob.click(menu.response.message, label="Send me the files")

        assert told(refused) == (
            "I can't write to you. Allow direct messages from this server in its privacy settings, then try again."
        )


async def test_a_favourite_of_another_server_comes_by_direct_message_alone(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await offering(here)
        await here.bob.click(here.message(await here.composed()), label="Favourite")
        direct = here.bob.user.dm_channel

        shown = await here.bob.user.slash("favourites")
        played = await here.bob.user.click(shown.response.message, custom_id="cadenza:mail:1")

        assert list(buttons(shown.response.message)) == ["cadenza:mail:1"]
        assert played.response.content == "I've sent you #1 in a direct message."
        assert any(message.attachments for message in direct.history())
