"""What Discord checks of a command's values, checked again: a client of somebody's own may send it anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import AppCommandOptionType, app_commands

from bot.discord_ui.refusal_texts import RefusalError, Words

if TYPE_CHECKING:
    import discord
    from discord.app_commands.commands import Parameter

LONGEST_TYPED = 100
"""Characters of a value that somebody is still typing; Discord shows no suggestion that is longer."""

_NUMBERS = (AppCommandOptionType.integer, AppCommandOptionType.number)


def check_values(interaction: discord.Interaction[Any]) -> None:
    """Refuse a command's values that its own registration does not allow.

    Raises:
        RefusalError: If a text is too long, a number out of its range, or a choice none of those that are offered.
    """
    command = interaction.command
    if not isinstance(command, app_commands.Command):
        return
    given = {name: value for name, value in interaction.namespace}  # noqa: C416 - dict() takes it for a mapping
    for parameter in command.parameters:
        value = given.get(parameter.display_name)
        if value is not None:
            _check(parameter, value)


def is_too_long(interaction: discord.Interaction[Any]) -> bool:
    """Whether something in a command that is being typed is so long that there is nothing to suggest."""
    return any(isinstance(value, str) and len(value) > LONGEST_TYPED for _, value in interaction.namespace)


def _check(parameter: Parameter, value: Any) -> None:  # noqa: ANN401 - Discord's JSON
    name, low, high = Words(f"option.{parameter.name}.name"), parameter.min_value, parameter.max_value
    is_number = parameter.type in _NUMBERS
    unoffered = parameter.choices and value not in [choice.value for choice in parameter.choices]
    if unoffered or (is_number and not isinstance(value, int | float)):
        raise RefusalError("refusal.unoffered", option=name)
    if parameter.type is AppCommandOptionType.string and high is not None and len(str(value)) > high:
        raise RefusalError("refusal.long", option=name, most=high)
    # Written so that not-a-number fails as well.
    if is_number and not ((low is None or low <= value) and (high is None or value <= high)):
        raise RefusalError("refusal.range", option=name, low=f"{low:.0f}", high=f"{high:.0f}")
