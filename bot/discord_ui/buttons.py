"""Buttons that know what they are for, after any restart: all of it stands in their custom ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import discord

from bot.discord_ui.reactions import REACTIONS
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord_ui.texts.sentences import Sentences

    Handler = Callable[[discord.Interaction[Any], str], Awaitable[None]]

_TEMPLATE = re.compile(r"cadenza:(?P<action>[a-z]+):(?P<argument>[^\n]*)")

_LOOKS = {
    "another": ("🎲", discord.ButtonStyle.secondary),
    "score": ("🎼", discord.ButtonStyle.secondary),
    "change": ("🎛️", discord.ButtonStyle.secondary),
    "star": ("⭐", discord.ButtonStyle.secondary),
    "mail": ("✉️", discord.ButtonStyle.secondary),
    "family": ("🌳", discord.ButtonStyle.secondary),
    "delete": ("🗑️", discord.ButtonStyle.secondary),
    "play": ("▶️", discord.ButtonStyle.secondary),
    "battle": ("⚔️", discord.ButtonStyle.secondary),
    "verdict": ("🏁", discord.ButtonStyle.secondary),
    "retry": ("🔁", discord.ButtonStyle.secondary),
    "listen": ("▶️", discord.ButtonStyle.secondary),
    "skip": ("⏭️", discord.ButtonStyle.secondary),
    "silence": ("⏹️", discord.ButtonStyle.secondary),
    "forget": (None, discord.ButtonStyle.danger),
    "tasteforget": (None, discord.ButtonStyle.danger),
}
_PLAIN = (None, discord.ButtonStyle.secondary)
_HIGHEST = 2**63 - 1
"""The highest number that a row can have."""

_OF_A_PIECE = frozenset({"another", "cancel", "change", "delete", "more", "rate", "retry", "score", "star"})


class ButtonClient(Protocol):
    """The client, as far as a button knows it: where each action is answered, and what goes wrong."""

    presses: dict[str, Handler]

    async def let_in(self, interaction: discord.Interaction) -> None:
        """Refuse whoever is blocked."""

    async def answer_error(self, interaction: discord.Interaction, error: Exception) -> None:
        """Tell the person of an error and log what was not foreseen."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A button to be made.

    Attributes:
        action: Name of the action whose handler answers it.
        argument: Text that the handler is given, such as the number of a piece.
        label: Text on it without an emoji, where that is not the sentence `button` of its action.
        enabled: Whether it can be pressed.
        line: Line of the message's buttons, from 0; None is the first that has room.
    """

    action: str
    argument: str
    label: str | None = None
    enabled: bool = True
    line: int | None = None


class Press(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_TEMPLATE):
    """Any of our buttons."""

    def __init__(self, spec: Spec, say: Sentences) -> None:
        """Make it as it is shown."""
        emoji, style = _LOOKS.get(spec.action, _PLAIN)
        label = spec.label if spec.label is not None else say(f"button.{spec.action}")
        emoji = emoji if spec.label is None else None
        custom_id = f"cadenza:{spec.action}:{spec.argument}"
        button: discord.ui.Button[Any] = discord.ui.Button(
            label=label, emoji=emoji, style=style, custom_id=custom_id, disabled=not spec.enabled, row=spec.line
        )
        super().__init__(button)
        self._spec = spec

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: discord.ui.Item[Any],  # noqa: ARG003 - all that matters stands in the custom id
        match: re.Match[str],
        /,
    ) -> Press:
        """The button that was pressed."""
        return cls(Spec(match["action"], match["argument"], label="·"), sentences.sentences(interaction.locale))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Hand it to whoever answers that action."""
        client: ButtonClient = interaction.client  # type: ignore[assignment]  # ours, or it would not know this class
        try:
            await client.let_in(interaction)
            await client.presses.get(self._spec.action, _unanswered)(interaction, self._spec.argument)
        except Exception as error:  # noqa: BLE001 - told and logged, as for commands
            await client.answer_error(interaction, error)


async def _unanswered(_interaction: discord.Interaction, _argument: str) -> None:
    raise RefusalError("trouble.expired")


def row(say: Sentences, specs: Sequence[Spec]) -> discord.ui.View:
    """A view of these buttons, which never ends."""
    view = discord.ui.View(timeout=None)
    for spec in specs:
        view.add_item(Press(spec, say))
    return view


def piece_buttons(number: int, *, votes: bool) -> list[Spec]:
    """What stands under a piece; `votes`, in a line of their own, where reactions cannot reach."""
    voting = [Spec("rate", f"{number}:{value}", label=emoji, line=0) for emoji, value in REACTIONS.items() if votes]
    return [
        *voting,
        *(Spec(action, str(number), line=int(votes)) for action in ("another", "change", "score", "delete")),
    ]


def pages(action: str, argument: str, *, page: int, more: bool) -> list[Spec]:
    """Back and forth through a list; nothing if it has one page. `page` counts from 0."""
    if page == 0 and not more:
        return []
    return [
        Spec(action, f"{argument}:{page - 1}", label="◀", enabled=page > 0),
        Spec(action, f"{argument}:{page + 1}", label="▶", enabled=more),
    ]


def number_in(custom_id: str) -> int | None:
    """The number of the piece that a button of ours belongs to."""
    match = _TEMPLATE.fullmatch(custom_id)
    first = match["argument"].partition(":")[0] if match and match["action"] in _OF_A_PIECE else ""
    return _number(first)


def number_of(text: str) -> int:
    """A number in the argument of a button or form.

    Raises:
        RefusalError: If it is none: an older release made the button, or somebody's own client did.
    """
    number = _number(text)
    if number is None:
        raise RefusalError("trouble.expired")
    return number


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(_HIGHEST)) else None
    return number if number is not None and number <= _HIGHEST else None
