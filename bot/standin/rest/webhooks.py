"""The REST interface by an interaction's token: the first answer, and what follows it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.standin.rest import posting
from bot.standin.rules.commands import check_choice
from bot.standin.rules.forms import check_modal
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import EPHEMERAL, LOADING, Message

if TYPE_CHECKING:
    from bot.standin.faults import Recorded
    from bot.standin.state import State
    from bot.standin.world import Interaction, Json

PATIENCE = 3.0
"""Seconds that a first answer may take."""

MESSAGE, THINKING, LATER, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_FITTING = {2: {MESSAGE, THINKING, MODAL}, 3: {MESSAGE, THINKING, LATER, UPDATE, MODAL}, 4: {CHOICES}}
_TO_A_MODAL = {MESSAGE, THINKING, LATER, UPDATE}


async def callback(state: State, request: Recorded, where: dict[str, str]) -> Any:
    """The first answer to an interaction."""
    interaction = state.interactions.get(where["token"])
    if interaction is None or interaction.id != int(where["interaction"]):
        raise RefusedError(10062)
    seconds = time.monotonic() - interaction.began
    if interaction.expired or seconds > PATIENCE:
        raise RefusedError(10062)
    if interaction.answer is not None:
        raise RefusedError(40060)
    await _answer(state, interaction, request)
    interaction.answer, interaction.answered_after = request.data["type"], seconds
    return _written(state, interaction) if request.query.get("with_response") in {"1", "true"} else None


async def _answer(state: State, interaction: Interaction, request: Recorded) -> None:
    kind, data = request.data["type"], request.data.get("data") or {}
    if kind not in _FITTING.get(interaction.type, _TO_A_MODAL):
        raise RefusedError(50035, [f"type {kind} does not answer an interaction of type {interaction.type}"])
    if kind in {LATER, UPDATE} and interaction.source is None:
        raise RefusedError(50035, [f"type {kind}: there is no message to change"])
    match kind:
        case 4:
            interaction.original = await posting.create(
                state, interaction.channel, request, data, interaction=interaction
            )
        case 5:
            interaction.original = await _think(state, interaction, data)
        case 7 if interaction.source is not None:
            await posting.edit(state, interaction.source, request, data)
        case 8:
            interaction.choices = _choices(data)
        case 9:
            check_modal(data)
            interaction.modal = data


async def _think(state: State, interaction: Interaction, data: Json) -> Message:
    message = Message(interaction.channel, state.bot, interaction=interaction)
    message.flags = LOADING | (EPHEMERAL if interaction.hidden else (data.get("flags") or 0) & EPHEMERAL)
    if message.flags & EPHEMERAL:
        message.seen_by = interaction.user
    await posting.publish(state, message)
    return message


def _choices(data: Json) -> list[Json]:
    choices: list[Json] = data["choices"]
    problems = [problem for choice in choices for problem in check_choice("autocomplete", choice)]
    if len(choices) > 25:
        problems.append(f"autocomplete: {len(choices)} choices, at most 25")
    if problems:
        raise RefusedError(50035, problems)
    return choices


def _written(state: State, interaction: Interaction) -> Json:
    about: Json = {"id": str(interaction.id), "type": interaction.type}
    message = interaction.original if interaction.answer in {MESSAGE, THINKING} else interaction.source
    answer: Json = {"interaction": about}
    if message is not None and interaction.answer in {MESSAGE, THINKING, LATER, UPDATE}:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = message.loading
        about["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
    if message is not None and interaction.answer in {MESSAGE, UPDATE}:
        answer["resource"] = {"type": interaction.answer, "message": state.written(message)}
    return answer


def _alive(state: State, where: dict[str, str]) -> Interaction:
    interaction = state.interactions.get(where["token"])
    if interaction is None or interaction.answer is None:
        raise RefusedError(10015)
    if interaction.late:
        raise RefusedError(50027)
    return interaction


def _message(state: State, where: dict[str, str]) -> Message:
    interaction = _alive(state, where)
    own = [each for each in (interaction.original or interaction.source, *interaction.followups) if each]
    if where["message"] != "@original":
        own = [each for each in own if each.id == int(where["message"])]
    if not own or own[0].deleted:
        raise RefusedError(10008)
    return own[0]


async def follow_up(state: State, request: Recorded, where: dict[str, str]) -> Any:
    """One more message; while the bot still thinks, it takes the place of the thinking."""
    interaction = _alive(state, where)
    if interaction.original is not None and interaction.original.loading:
        return state.written(await posting.edit(state, interaction.original, request, request.data))
    message = await posting.create(state, interaction.channel, request, request.data, interaction=interaction)
    interaction.followups.append(message)
    return state.written(message)


async def get(state: State, _request: Recorded, where: dict[str, str]) -> Any:
    """The first answer, or one that followed."""
    return state.written(_message(state, where))


async def edit(state: State, request: Recorded, where: dict[str, str]) -> Any:
    """Change the first answer, or one that followed."""
    return state.written(await posting.edit(state, _message(state, where), request, request.data))


async def delete(state: State, _request: Recorded, where: dict[str, str]) -> None:
    """Take the first answer away, or one that followed."""
    await posting.delete(state, _message(state, where))


_MESSAGE = "/webhooks/{application}/{token}/messages/{message}"
ROUTES: list[tuple[str, str, Any]] = [
    ("POST", "/interactions/{interaction}/{token}/callback", callback),
    ("POST", "/webhooks/{application}/{token}", follow_up),
    ("GET", _MESSAGE, get),
    ("PATCH", _MESSAGE, edit),
    ("DELETE", _MESSAGE, delete),
]
