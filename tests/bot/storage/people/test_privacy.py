from __future__ import annotations

import pytest

from bot.domain.generation import GenerationState
from bot.domain.order import Defaults, ServerSettings
from bot.domain.summaries import Holdings
from bot.storage.people.privacy import NOBODY
from composer.taste.signals import TRACK
from tests.bot.builders import ANN, BOB, LATER, LIMITS, NOON, SERVER, SetClock, admission, delivered
from tests.bot.databases import change, mentions, open_store

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cadenza.sqlite3"


async def life_of(store, user_id):
    """A piece of one's own, one of another's that one rated, and settings."""
    own = await delivered(store, user_id=user_id, locale="de")
    others = await delivered(store, user_id=BOB)
    await store.ratings.vote(own.number, BOB, 1, source="button")
    await store.ratings.vote(others.number, user_id, 2, source="reaction", message_id=9000 + others.number)
    await store.favourites.add(user_id, others.number)
    for _ in range(2):
        await store.deeds.note(user_id, others.number, TRACK, guild_id=SERVER)
    await store.preferences.set_defaults(user_id, Defaults(wishes={"seconds": 30}))
    await store.audit.add(user_id, "cancel", generation=others.number)
    return own, others


async def test_a_person_is_shown_what_is_kept(path):
    async with open_store(path, SetClock()) as store:
        await life_of(store, ANN)

        shown = await store.privacy.show(ANN)

        assert shown == Holdings(
            pieces=1, ratings=1, favourites=1, deeds=1, posts=1, actions=1, has_defaults=True, since=NOON
        )


async def test_deleting_leaves_nothing_of_the_person(path):
    async with open_store(path, SetClock()) as store:
        own, others = await life_of(store, ANN)

        erasure = await store.privacy.erase(ANN, delete_pieces=True, before_id=LATER)

        assert (erasure.pieces, erasure.ratings) == (1, 1)
        assert [where.message_id for where in await store.removals.due()] == [9000 + own.number]
        assert await store.generations.get(own.number) is None
        assert await store.ratings.of(others.number, ANN) is None
        nothing = Holdings(pieces=0, ratings=0, favourites=0, posts=0, actions=0, has_defaults=False, since=None)
        assert await store.privacy.show(ANN) == nothing
        assert [entry.actor_id for entry in await store.audit.latest()] == [NOBODY, NOBODY]
    assert not mentions(path, ANN)


async def test_pieces_may_stay_as_nobodys(path):
    async with open_store(path, SetClock()) as store:
        own, _ = await life_of(store, ANN)
        private = await delivered(store, user_id=ANN, private=True)
        failed = await store.generations.admit(admission(), LIMITS)
        await store.generations.failed(failed.number, error="render", reference="7F3A")

        erasure = await store.privacy.erase(ANN, delete_pieces=False, before_id=LATER)

        left = await store.generations.get(own.number)
        assert left is not None
        assert (left.user_id, left.locale, left.title, left.state) == (None, "", own.title, GenerationState.DELIVERED)
        assert left.request_id == -own.number
        assert await store.ratings.of(own.number, BOB) == 1
        assert await store.generations.get(private.number) is None
        assert await store.generations.get(failed.number) is None
        assert erasure.pieces == 3
        assert [where.message_id for where in await store.removals.due()] == [9000 + private.number]


async def test_settings_are_kept_by_person_and_server(path):
    async with open_store(path) as store:
        preferences = store.preferences
        await preferences.set_defaults(ANN, Defaults(wishes={"model": "lstm", "creativity": 0.0}, private=False))
        await preferences.set_server(SERVER, ServerSettings(longest=120, training=False), by=BOB)
        await preferences.set("commands", "hash")
        await preferences.set("commands", "newer hash")

        assert await preferences.defaults(ANN) == Defaults(wishes={"model": "lstm", "creativity": 0.0}, private=False)
        assert await preferences.defaults(BOB) == Defaults()
        assert await preferences.server(SERVER) == ServerSettings(longest=120, training=False)
        assert await preferences.server(None) == ServerSettings()
        assert await preferences.get("commands") == "newer hash"
        assert await preferences.get("nothing") is None
        (entry,) = await store.audit.latest()
        assert (entry.actor_id, entry.guild_id, entry.action) == (BOB, SERVER, "server settings")
        assert entry.detail["longest"] == 120


async def test_settings_of_another_release_are_read_as_far_as_they_are_known(path):
    async with open_store(path) as store:
        await store.preferences.set_defaults(ANN, Defaults(wishes={"seconds": 30}))
    await change(path, """UPDATE setting SET value = '{"seconds"\\: 40, "colour"\\: "blue"}'""")

    async with open_store(path) as store:
        assert await store.preferences.defaults(ANN) == Defaults(wishes={"seconds": 40})
