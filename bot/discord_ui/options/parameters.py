"""Parameters of a command for the options of a piece, made from their table."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeVar

from discord import app_commands

from bot.discord_ui.autocomplete import suggestions_for
from bot.discord_ui.options.values import SHOWN_OPTIONS, range_of
from bot.discord_ui.texts.translator import choices, options

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from composer.options import Option

FunctionT = TypeVar("FunctionT", bound="Callable[..., object]")


def piece_options(
    *, lasting_only: bool = False, fields: Container[str] | None = None
) -> Callable[[FunctionT], FunctionT]:
    """Give a command a parameter for each option of a piece, before its own.

    The command takes them as keywords by the options' names, None where nothing was said.

    Args:
        lasting_only: Leave out the options that belong to one piece alone.
        fields: Fields of the options that are offered; None is all.
    """
    offered = [
        option
        for option in SHOWN_OPTIONS
        if (option.lasting or not lasting_only) and (fields is None or option.field in fields)
    ]

    def decorated(function: FunctionT) -> FunctionT:
        _add_parameters(function, offered)
        named = options(*(option.name for option in offered))(function)
        listed = {option.name: choices(option.name, option.offered) for option in offered if option.worded}
        suggested: Any = {option.name: suggest for option in offered if (suggest := suggestions_for(option))}
        return app_commands.autocomplete(**suggested)(app_commands.choices(**listed)(named))

    return decorated


def _add_parameters(function: Callable[..., object], offered: Sequence[Option]) -> None:
    """Replace the keywords that a function takes by parameters that discord.py can read."""
    signature = inspect.signature(function)
    bound, own = [], []
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            own.append(parameter)
        elif parameter.kind is not inspect.Parameter.VAR_KEYWORD:
            bound.append(parameter)
    added = [
        inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_annotation(option))
        for option in offered
    ]
    function.__signature__ = signature.replace(parameters=[*bound, *added, *own])  # type: ignore[attr-defined]


def _annotation(option: Option) -> Any:  # noqa: ANN401 - whatever discord.py takes for a type
    if option.worded:
        return str | None
    if not option.is_number:
        return app_commands.Range[str, 1, option.longest] | None
    kind = int if option.whole else float
    low, high = range_of(option)
    return app_commands.Range[kind, kind(low), kind(high)] | None
