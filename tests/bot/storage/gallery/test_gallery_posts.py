"""A piece comes into the gallery of its server once, by the votes of others there."""

from __future__ import annotations

import pytest

from bot.domain.order import ServerSettings
from bot.domain.showing import LeftBehind, ShowingState
from tests.bot.builders import ANN, BOB, EVE, LATER, OTHER_SERVER, SERVER, SetClock, delivered, post
from tests.bot.databases import open_store

pytestmark = pytest.mark.usefixtures("each_database")

CY, DEE = 1004, 1005
GALLERY = 88


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


async def chosen(store, **settings):
    await store.preferences.set_server(SERVER, ServerSettings(gallery=GALLERY, gallery_votes=2, **settings), by=1)


async def liked(store, piece, *people, value=1, message_id=0):
    source = "reaction" if message_id else "button"
    for person in people:
        await store.ratings.vote(piece.number, person, value, source=source, message_id=message_id)


async def waiting(store):
    return [(each.generation.number, each.state, each.votes) for each in await store.gallery.pending()]


async def shown(store, piece, votes=2):
    """The piece, posted in the gallery; whether it may stay there."""
    await store.gallery.claim(piece.number, GALLERY)
    return await store.gallery.posted(post(piece.number, 9500 + piece.number, channel_id=GALLERY), votes)


async def test_votes_of_others_on_the_server_bring_a_piece_in(path):
    async with open_store(path, SetClock()) as store:
        early, piece, private = [await delivered(store, private=number == 2) for number in range(3)]
        await liked(store, early, BOB, EVE)
        await chosen(store)
        elsewhere = post(piece.number, 9700, guild_id=OTHER_SERVER)
        await store.posts.note(elsewhere)

        await liked(store, private, ANN, BOB, EVE)
        await liked(store, piece, ANN, BOB)
        await liked(store, piece, CY, message_id=9700)
        await liked(store, piece, DEE, value=-1)
        assert await waiting(store) == []
        await liked(store, piece, EVE, value=2)

        assert await waiting(store) == [(piece.number, ShowingState.DUE, 2)]


async def test_a_piece_is_claimed_and_told_again_where_its_votes_change(path):
    async with open_store(path, SetClock()) as store:
        await chosen(store)
        await liked(store, piece := await delivered(store), BOB, EVE)

        await store.gallery.claim(piece.number, GALLERY)
        assert await waiting(store) == [(piece.number, ShowingState.POSTING, 2)]
        await store.gallery.posted(post(piece.number, 9500, channel_id=GALLERY), 2)
        assert await waiting(store) == []

        await liked(store, piece, CY)
        assert await waiting(store) == [(piece.number, ShowingState.STALE, 3)]
        await liked(store, piece, DEE)
        await store.gallery.told(piece.number, 3)
        assert await waiting(store) == [(piece.number, ShowingState.STALE, 4)]
        await store.gallery.told(piece.number, 4)
        await store.privacy.erase(DEE, delete_pieces=True, before_id=LATER)
        assert await waiting(store) == [(piece.number, ShowingState.STALE, 3)]


@pytest.mark.parametrize("ending", ["deleted", "erased"])
async def test_an_erased_piece_leaves_the_gallery_and_takes_its_message_with_it(path, ending):
    async with open_store(path, SetClock()) as store:
        await chosen(store)
        early, late = await delivered(store), await delivered(store)
        for piece in (early, late):
            await liked(store, piece, BOB, EVE)
        assert await shown(store, early)
        await store.gallery.claim(late.number, GALLERY)

        if ending == "deleted":
            for piece in (early, late):
                await store.generations.taken_back(piece.number)
        else:
            await store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)
        # It was on its way to Discord.
        kept = await store.gallery.posted(post(late.number, 9600, channel_id=GALLERY), 2)

        assert not kept
        (left,) = await store.gallery.left_behind()
        assert left == LeftBehind(SERVER, GALLERY, late.number)
        await store.gallery.cleared(left)
        assert await store.gallery.left_behind() == []
        assert {9500 + early.number, 9600} <= {where.message_id for where in await store.removals.due()}
        assert await waiting(store) == []


async def test_what_a_moderator_took_away_and_what_no_channel_takes_stays_away(path):
    async with open_store(path, clock := SetClock()) as store:
        await chosen(store)
        first, second, third = [await delivered(store) for _ in range(3)]
        await liked(store, first, BOB, EVE)
        assert await shown(store, first)
        await store.posts.gone(9500 + first.number)
        await liked(store, second, BOB, EVE)
        clock.pass_by(8 * 86_400)
        await liked(store, third, BOB, EVE)
        await store.gallery.drop(third.number)

        await liked(store, first, CY)

        assert await waiting(store) == []
        await liked(store, third, CY)
        assert await waiting(store) == [(third.number, ShowingState.DUE, 3)]


async def test_a_server_that_was_left_has_no_gallery(path):
    async with open_store(path, SetClock()) as store:
        await chosen(store)
        await liked(store, await delivered(store), BOB, EVE)

        await store.retention.server_left(SERVER)

        assert await waiting(store) == []
