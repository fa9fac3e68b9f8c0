"""The family tree of a piece shows what its reader may see."""

from __future__ import annotations

from tests.bot.discord_ui.cogs.more.test_favourites import offering
from tests.bot.discord_ui.discord_world import buttons, listed, open_discord_world


async def another(here, number, person, **options):
    """Another of a piece, composed for a person."""
    await person.slash(here.channel, "track", number=number)
    await person.click(here.channel.last_message, custom_id=f"cadenza:another:{number}", **options)
    return await here.delivered(await here.newest())


async def test_a_family_is_shown_as_a_tree_without_what_was_deleted_or_is_private(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await offering(here)
        await here.composed()
        await another(here, 1, here.bob)
        await another(here, 2, here.ann)
        await here.app.store.preferences.change_defaults(here.bob.id, lambda old: type(old)(private=True))
        await another(here, 2, here.bob)
        await here.ann.slash(here.channel, "delete", number=1)
        menu = await here.ann.click(here.message(await here.app.store.generations.get(3)), label="More…")

        for_ann = await here.ann.click(menu.response.message, label="Family tree")
        for_bob = await here.bob.click(here.message(await here.app.store.generations.get(2)), label="More…")
        for_bob = await here.bob.click(for_bob.response.message, label="Family tree")

        title = "Nocturne in E flat major"
        assert for_ann.ephemeral
        assert listed(for_ann.response.message) == [
            "### Family tree of #3",
            "`#1` was deleted",
            f"\u2003`#2` {title} · another one · {here.bob.mention}",
            f"\u2003\u2003**`#3` {title}** · another one · {here.ann.mention}",
        ]
        assert list(buttons(for_ann.response.message)) == ["cadenza:play:2"]
        assert [row.strip()[:7] for row in listed(for_bob.response.message)[1:]] == [
            "`#1` wa",
            "**`#2` ",
            "`#3` No",
            "`#4` No",
        ]
