"""All that is remembered, in one hand."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot import clock as clocks
from bot.domain.locks import Locks, OwnLocks
from bot.domain.shards import EVERYTHING, ShardShare
from bot.storage.database import Database, open_database
from bot.storage.failures import Failures
from bot.storage.gallery.gallery_posts import GalleryPosts
from bot.storage.gallery.server_notices import ServerNotices
from bot.storage.gallery.weekly import WeeklyMessages
from bot.storage.generations import Generations
from bot.storage.learning.battles import Battles
from bot.storage.learning.deeds import Deeds
from bot.storage.learning.registry import Registry
from bot.storage.learning.runs import Runs
from bot.storage.learning.tastes import Tastes
from bot.storage.migration import migrate
from bot.storage.people.auditing import Audit
from bot.storage.people.blocklist import Blocklist
from bot.storage.people.erasures import Removals
from bot.storage.people.favourites import Favourites
from bot.storage.people.preferences import Preferences
from bot.storage.people.privacy import Privacy
from bot.storage.people.retention import Retention
from bot.storage.piece_search import PieceSearch
from bot.storage.posts import Posts
from bot.storage.ratings import Ratings
from bot.storage.ready_notices import ReadyNotices
from bot.storage.relatives import Relatives
from bot.storage.workers.leases import Leases
from bot.storage.workers.model_files import ModelFiles
from bot.storage.workers.register import WorkerRegister
from bot.storage.workers.renditions import HandedRenditions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.clock import Clock
    from bot.storage.dialects.dialect import Dialect


class Store:
    """The storage by subject; what is awaited here has been committed.

    Attributes:
        database: Database, for units of work of one's own.
        locks: What one process at a time may do, of all that share the database.
        generations: The pieces asked for.
        posts: Messages with the results of pieces.
        failures: Pieces that failed.
        server_notices: Notes of what managers of servers were told.
        weekly: The best pieces of the weeks of servers.
        gallery: Pieces in the galleries of servers.
        relatives: Families of pieces.
        search: Pieces as people find them while they type.
        ratings: Ratings of the pieces.
        battles: Battles of two pieces, and what people said of them.
        notices: Messages that call people to their pieces.
        favourites: Pieces that people marked.
        preferences: Settings of people and servers.
        privacy: Answers to a person's rights.
        removals: Messages of erased pieces that still stand.
        blocklist: People and servers that are refused.
        retention: What is thrown away when its time has come.
        audit: Record of who did what.
        models: Versions that were ever seen.
        tastes: What servers like.
        deeds: What people did with others' pieces besides voting.
        runs: Trainings.
        leases: Leases of workers on pieces.
        workers: The workers that there are.
        renditions: Sound and picture that workers made.
        model_files: Files of models, for workers.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = clocks.now,
        share: ShardShare = EVERYTHING,
        locks: Locks | None = None,
    ) -> None:
        self.database = database
        self.locks = locks or OwnLocks()
        self.generations = Generations(database, clock, share)
        self.posts = Posts(database, share)
        self.notices = ReadyNotices(database)
        self.failures = Failures(database)
        self.server_notices = ServerNotices(database)
        self.weekly = WeeklyMessages(database, clock)
        self.gallery = GalleryPosts(database, clock)
        self.relatives = Relatives(database)
        self.search = PieceSearch(database)
        self.ratings = Ratings(database, clock)
        self.battles = Battles(database, clock, share)
        self.favourites = Favourites(database, clock)
        self.preferences = Preferences(database, clock)
        self.privacy = Privacy(database, clock)
        self.removals = Removals(database, share)
        self.blocklist = Blocklist(database, clock)
        self.retention = Retention(database, clock, share)
        self.audit = Audit(database, clock)
        self.models = Registry(database, clock)
        self.tastes = Tastes(database, clock)
        self.deeds = Deeds(database, clock)
        self.runs = Runs(database, clock)
        self.leases = Leases(database)
        self.workers = WorkerRegister(database)
        self.renditions = HandedRenditions(database)
        self.model_files = ModelFiles(database)


@asynccontextmanager
async def open_store(
    dialect: Dialect, clock: Clock = clocks.now, share: ShardShare = EVERYTHING, locks: Locks | None = None
) -> AsyncIterator[Store]:
    """Bring a database to the newest form, made if there is none, and open it for a process with that share.

    Raises:
        SettingsError: If it cannot be used.
        TemporaryTrouble: If it cannot be used now.
    """
    await asyncio.to_thread(migrate, dialect)
    async with open_database(dialect) as database:
        store = Store(database, clock, share, locks)
        await store.blocklist.load()
        yield store
