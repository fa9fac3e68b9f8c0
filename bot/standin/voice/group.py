"""The group of a voice channel: who can decrypt what is said there, and how members come and go.

Discord's DAVE protocol 1.1. The server proposes, a member commits. Here people in the channel commit for the bot, and
the bot commits for people who come later.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import davey

from bot.standin.voice.listener import VoiceListener
from bot.standin.voice.mls import ExternalSender, proposals, split_commit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.standin.world import Person

EXECUTE_TRANSITION, TRANSITION_READY = 22, 23
EXTERNAL_SENDER, KEY_PACKAGE, PROPOSALS, COMMIT_WELCOME, ANNOUNCE_COMMIT, WELCOME = 25, 26, 27, 28, 29, 30

_APPEND = davey.ProposalsOperationType.append


class VoiceGroup:
    """The people in a voice channel, and the bot among them.

    Attributes:
        listeners: Everybody but the bot, by person.
        epoch: Times that members came or went.
    """

    def __init__(self, channel_id: int) -> None:
        self.channel_id = channel_id
        self.listeners: dict[Person, VoiceListener] = {}
        self.epoch = 0
        self._sender = ExternalSender()
        self._tell: Callable[[int, bytes], Awaitable[None]] | None = None
        self._bot_in = False
        self._members: list[VoiceListener] = []
        self._proposed: VoiceListener | None = None
        self._waiting: list[tuple[VoiceListener, bool]] = []

    async def bot_comes(self, tell: Callable[[int, bytes], Awaitable[None]]) -> None:
        """Begin a new group with whoever is there; `tell` sends a binary message to the bot."""
        self._tell, self._bot_in, self.epoch = tell, False, 0
        self._members, self._proposed, self._waiting = [], None, []
        for listener in self.listeners.values():
            listener.begin_anew(self.channel_id, self._sender.package)
        await tell(EXTERNAL_SENDER, self._sender.package)

    def bot_goes(self) -> None:
        """Nobody is there to hear any more; the group ends."""
        self._tell, self._bot_in = None, False

    async def receive(self, opcode: int, data: bytes) -> None:
        """Work in a binary message of the bot's."""
        match opcode:
            case code if code == KEY_PACKAGE:
                await self._let_bot_in(data)
            case code if code == COMMIT_WELCOME:
                await self._commit_of_bot(data)

    async def enter(self, person: Person) -> VoiceListener:
        """Let somebody in; they hear the bot once it has committed to that."""
        listener = self.listeners[person] = VoiceListener(person, self.channel_id)
        listener.session.set_external_sender(self._sender.package)
        await self._change(listener, entering=True)
        return listener

    async def leave(self, person: Person) -> VoiceListener | None:
        """Let somebody out."""
        listener = self.listeners.pop(person, None)
        if listener is not None:
            await self._change(listener, entering=False)
        return listener

    def hear(self, speaker_id: int, sequence: int, timestamp: int, packet: bytes, at: float) -> None:
        """Let everybody hear a packet of the bot's."""
        for listener in self.listeners.values():
            listener.hear(speaker_id, sequence, timestamp, packet, at)

    async def _let_bot_in(self, key_package: bytes) -> None:
        assert self._tell is not None
        if self._bot_in:
            # Its session begins anew, so the group does.
            await self.bot_comes(self._tell)
        self._bot_in = True
        # Those who are there make a group of their own first, one after the other.
        for listener in self.listeners.values():
            if self._members:
                self._commit(listener.session.get_serialized_key_package(), newcomer=listener)
            self._members.append(listener)
        if self._members:
            await self._tell(WELCOME, _transition(0) + self._commit(key_package))

    def _commit(self, key_package: bytes, newcomer: VoiceListener | None = None) -> bytes:
        """Let the first of the members add somebody; gives the welcome."""
        add = self._sender.add(key_package, group_id=self.channel_id, epoch=self.epoch)
        listed = proposals([add])[1:]
        answers = [member.session.process_proposals(_APPEND, listed) for member in self._members]
        chosen = answers[0]
        assert chosen is not None
        assert chosen.welcome is not None
        for member in self._members:
            member.session.process_commit(chosen.commit)
        if newcomer is not None:
            newcomer.session.process_welcome(chosen.welcome)
        self.epoch += 1
        return chosen.welcome

    async def _change(self, listener: VoiceListener, *, entering: bool) -> None:
        """Propose to the bot that somebody comes or goes; one change at a time."""
        if not self._bot_in:
            return
        if self._proposed is not None:
            self._waiting.append((listener, entering))
            return
        await self._propose(listener, entering=entering)

    async def _propose(self, listener: VoiceListener, *, entering: bool) -> None:
        assert self._tell is not None
        if entering:
            package = listener.session.get_serialized_key_package()
            proposal = self._sender.add(package, group_id=self.channel_id, epoch=self.epoch)
        else:
            leaf = listener.session.own_leaf_index or 0
            proposal = self._sender.remove(leaf, group_id=self.channel_id, epoch=self.epoch)
            self._members.remove(listener)
        self._proposed = listener
        listed = proposals([proposal])
        for member in self._members:
            member.session.process_proposals(_APPEND, listed[1:])
        await self._tell(PROPOSALS, listed)

    async def _commit_of_bot(self, data: bytes) -> None:
        assert self._tell is not None
        commit, welcome = split_commit(data)
        newcomer, self._proposed = self._proposed, None
        self.epoch += 1
        for member in self._members:
            member.session.process_commit(commit)
        if newcomer is not None and welcome:
            newcomer.session.process_welcome(welcome)
            self._members.append(newcomer)
        await self._tell(ANNOUNCE_COMMIT, _transition(self.epoch) + commit)
        if self._waiting:
            listener, entering = self._waiting.pop(0)
            await self._propose(listener, entering=entering)


def _transition(number: int) -> bytes:
    return struct.pack(">H", number)
