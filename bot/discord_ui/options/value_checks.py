"""What Discord checks of a command's values, checked again: a client of somebody's own may send it anything.

discord.py checks next to nothing. So every value is held against what the command declares, in one place, and before
discord.py makes anything of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import AppCommandOptionType as Type
from discord import app_commands

from bot.discord_ui.refusal_texts import RefusalError, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import discord
    from discord.app_commands.commands import Parameter

    Json = Mapping[str, Any]

LONGEST_TYPED = 100
"""Characters of a value that somebody is still typing; Discord shows no suggestion that is longer."""

_OF_COMMANDS = {Type.subcommand.value, Type.subcommand_group.value}
_NUMBERS = {Type.integer, Type.number}
_RESOLVED = {Type.user: "users", Type.channel: "channels", Type.role: "roles", Type.attachment: "attachments"}
"""Where the thing stands whose id is a value."""


def check_values(interaction: discord.Interaction[Any]) -> None:
    """Refuse a command's values that its own registration does not allow.

    Raises:
        RefusalError: If a value is of another type, too long, out of its range, or none of those that are offered.
    """
    data: Any = interaction.data
    for parameter, given in _given(interaction):
        value: Any = given.get("value")
        name = Words(f"option.{parameter.name}.name")
        if given.get("type") != parameter.type.value or not _is_offered(parameter, value, data.get("resolved", {})):
            raise RefusalError("refusal.unoffered", option=name)
        low, high = parameter.min_value, parameter.max_value
        if isinstance(value, str) and high is not None and len(value) > high:
            raise RefusalError("refusal.long", option=name, most=high)
        # Written so that not-a-number fails as well.
        if parameter.type in _NUMBERS and not ((low is None or low <= value) and (high is None or value <= high)):
            raise RefusalError("refusal.range", option=name, low=f"{low:.0f}", high=f"{high:.0f}")


def may_be_typed(interaction: discord.Interaction[Any]) -> bool:
    """Whether what was typed so far is such as a person can type, and something can be suggested for it."""
    typed = list(_given(interaction))
    suggested = any(parameter.autocomplete and given.get("focused") for parameter, given in typed)
    return suggested and all(_may_be_typed(*each) for each in typed)


def _given(interaction: discord.Interaction[Any]) -> Iterator[tuple[Parameter, Json]]:
    """The parameters of a command to which something was given, each with what Discord says of it."""
    command = interaction.command
    if not isinstance(command, app_commands.Command):
        return
    known = {parameter.display_name: parameter for parameter in command.parameters}
    data: Any = interaction.data
    options: list[Json] = data.get("options", [])
    while options and options[0].get("type") in _OF_COMMANDS:
        options = options[0].get("options", [])
    for given in options:
        if given.get("name") in known:
            yield known[given["name"]], given


def _is_offered(parameter: Parameter, value: object, resolved: Json) -> bool:
    """Whether a value is of an option's type and, where there are choices, one of them."""
    if parameter.choices and value not in [choice.value for choice in parameter.choices]:
        return False
    match parameter.type:
        case Type.string:
            return isinstance(value, str) and len(value) >= (parameter.min_value or 0)
        case Type.integer:
            return type(value) is int
        case Type.number:
            return type(value) in {int, float}
        case Type.boolean:
            return isinstance(value, bool)
        case kind:
            thing = resolved.get(_RESOLVED.get(kind, ""), {}).get(value) if isinstance(value, str) else None
            allowed = [each.value for each in parameter.channel_types]
            return thing is not None and (not allowed or thing.get("type") in allowed)


def _may_be_typed(parameter: Parameter, given: Json) -> bool:
    value = given.get("value")
    most = (parameter.type is Type.string and parameter.max_value) or LONGEST_TYPED
    if given.get("type") != parameter.type.value or (isinstance(value, str) and len(value) > most):
        return False
    match parameter.type:
        case Type.string:
            return isinstance(value, str)
        case Type.integer | Type.number | Type.boolean:
            # What is being typed is sent as it is; discord.py makes a number of what was left.
            return isinstance(value, int | float) or (bool(given.get("focused")) and isinstance(value, str))
        case _:
            return isinstance(value, str) and value.isdecimal()
