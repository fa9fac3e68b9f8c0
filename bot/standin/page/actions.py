"""What a person does on the page, by the verbs that it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.standin.invocations import options_of
from bot.standin.rest import posting
from bot.standin.rules.forms import FILES, fields
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import Attachment, Message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.standin.page.bot_life import BotLife
    from bot.standin.server import StandIn
    from bot.standin.world import Channel, Interaction, Json, Person

LONGEST_TEXT = 2000
"""Letters that Discord takes from a person in one message."""

UNANSWERED = "The application did not respond"
"""What Discord says where a bot was silent for three seconds."""


class Actions:
    """Turns ids into people, channels and messages, and does what is asked."""

    def __init__(self, stand_in: StandIn, life: BotLife) -> None:
        self._stand_in, self._state, self._life = stand_in, stand_in.state, life
        self._opened: dict[str, Interaction] = {}
        self._verbs: dict[str, Callable[[Person, Json], Awaitable[Any]]] = {
            "command": self._command,
            "autocomplete": self._autocomplete,
            "menu": self._menu,
            "press": self._press,
            "select": self._select,
            "submit": self._submit,
            "react": self._react,
            "say": self._say,
            "delete": self._delete,
            "start-bot": self._start_bot,
        }

    async def do(self, verb: str, asked: Json) -> Json:
        """Do it for the person whose id is `me`.

        Returns:
            What came of it; `error` says what did not.

        Raises:
            LookupError: If there is no such verb, person, channel or message.
        """
        try:
            me = self._state.person(int(asked["me"]))
            return await self._verbs[verb](me, asked) or {}
        except RefusedError as refused:
            return {"error": "; ".join(refused.problems) or refused.message}
        except TimeoutError:
            return {"error": UNANSWERED}

    def upload(self, name: str, content: bytes) -> Json:
        """Keep a file until a command or a message takes it."""
        file = Attachment(name, content)
        self._state.uploads[file.id] = file
        return {"id": str(file.id)}

    def _channel(self, asked: Json) -> Channel:
        return self._state.channel(int(asked["channel"]))

    def _message(self, asked: Json) -> Message:
        return self._state.message(self._channel(asked), int(asked["message"]))

    def _answered(self, event: Interaction) -> Json:
        """The form that the answer opens, if it does."""
        if event.modal is None:
            return {}
        self._opened[str(event.id)] = event
        return {"modal": event.modal, "interaction": str(event.id)}

    async def _command(self, me: Person, asked: Json) -> Json:
        channel = self._channel(asked)
        values = self._values(asked["name"], channel, asked["options"])
        return self._answered(await self._stand_in.slash(asked["name"], user=me, channel=channel, options=values))

    async def _autocomplete(self, me: Person, asked: Json) -> Json:
        channel, others = self._channel(asked), dict(asked["options"])
        others.pop(asked["option"], None)
        values = self._values(asked["name"], channel, others)
        choices = await self._stand_in.autocomplete(
            asked["name"], asked["option"], asked["typed"], user=me, channel=channel, options=values
        )
        names = [
            {**each, "name": (each.get("name_localizations") or {}).get(me.locale, each["name"])} for each in choices
        ]
        return {"choices": names}

    def _values(self, name: str, channel: Channel, given: Json) -> Json:
        """Options with people, channels and files in the place of their ids."""
        values = dict(given)
        for option in options_of(self._state, name, channel):
            key = option["name"]
            if key in given:
                match option["type"]:
                    case 6 | 9:
                        values[key] = self._state.person(int(given[key]))
                    case 7:
                        values[key] = self._state.channel(int(given[key]))
                    case 11:
                        values[key] = self._state.uploads[int(given[key])]
        return values

    async def _menu(self, me: Person, asked: Json) -> Json:
        return self._answered(await self._stand_in.menu(asked["name"], self._message(asked), user=me))

    async def _press(self, me: Person, asked: Json) -> Json:
        return self._answered(await self._stand_in.press(self._message(asked), asked["id"], user=me))

    async def _select(self, me: Person, asked: Json) -> Json:
        message = self._message(asked)
        return self._answered(await self._stand_in.select(message, asked["id"], asked["values"], user=me))

    async def _submit(self, _me: Person, asked: Json) -> Json:
        opened, values = self._opened[asked["interaction"]], dict(asked["values"])
        for field in fields(opened.modal or {"components": []}):
            if field["type"] == FILES:
                values[field["custom_id"]] = [self._state.uploads[int(each)] for each in values[field["custom_id"]]]
        answer = await self._stand_in.submit(opened, values)
        # A form whose values were refused stays open; one that was taken is gone.
        self._opened.pop(asked["interaction"], None)
        return self._answered(answer)

    async def _react(self, me: Person, asked: Json) -> None:
        message, emoji = self._message(asked), asked["emoji"]
        if me in message.reactions.get(emoji, []):
            await self._stand_in.unreact(message, emoji, user=me)
        else:
            await self._stand_in.react(message, emoji, user=me)

    async def _say(self, me: Person, asked: Json) -> None:
        if len(asked["text"]) > LONGEST_TEXT:
            raise RefusedError(
                50035, [f"At most {LONGEST_TEXT} letters fit in a message; these are {len(asked['text'])}"]
            )
        message = Message(self._channel(asked), me, asked["text"])
        message.attachments = [self._state.uploads.pop(int(each)) for each in asked["files"]]
        message.reference = int(asked["reply"]) if asked.get("reply") else None
        await posting.publish(self._state, message)

    async def _delete(self, me: Person, asked: Json) -> None:
        message = self._message(asked)
        if message.author is not me and not self._stand_in.may_moderate(me, message.channel):
            raise RefusedError(50013)
        await self._stand_in.delete_message(message)

    async def _start_bot(self, _me: Person, _asked: Json) -> None:
        await self._life.start()
