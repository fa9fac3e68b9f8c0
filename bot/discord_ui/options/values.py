"""Options as people write and read them on Discord, in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_ui.refusal_texts import RefusalError, Words, request_refusal
from bot.domain.order import ORDER_OPTIONS
from composer.errors import RequestError, shortened
from composer.models.model_names import name_in_full
from composer.options import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.discord_ui.texts.sentences import Sentences
    from composer.options import Option, Plain

SHOWN_OPTIONS = tuple(sorted(ORDER_OPTIONS, key=lambda option: not option.lasting))
"""Options in the order in which Discord shows them: those of one piece alone come last."""

_MOST_PRECISE = 2**53 - 1
"""Largest whole number that Discord hands over as it was typed."""


def range_of(option: Option) -> tuple[float, float]:
    """Least and greatest value of a number that can be said on Discord."""
    low = -_MOST_PRECISE if option.low is None else option.low
    high = _MOST_PRECISE if option.high is None else option.high
    return low, min(high, _MOST_PRECISE)


def is_spelled(option: Option) -> bool:
    """Whether people spell its values, which are suggested meanwhile, instead of choosing among words."""
    return bool(option.values) and not option.worded


def read_wishes(given: Mapping[str, str | float | None], say: Sentences) -> dict[str, Plain]:
    """What was said, by field.

    Args:
        given: Values by the options' names, as Discord hands them over; None is left open.
        say: The person's language.

    Raises:
        RefusalError: If something cannot be understood.
    """
    said = [(option, given.get(option.name)) for option in SHOWN_OPTIONS]
    return name_in_full({option.field: _read(option, value, say) for option, value in said if value is not None})


def _read(option: Option, value: str | float, say: Sentences) -> Plain:
    if isinstance(value, str):
        return read_text(option, value, say)
    if not option.is_number or not _is_in_range(option, value):
        raise _impossible(option)
    return value


def read_text(option: Option, text: str, say: Sentences) -> Plain:
    """The plain value that a text says, None for `any`.

    Raises:
        RefusalError: If it says none that the option can have.
    """
    if option.may_be_any and text.strip().casefold() in {ANY, say("option.any").casefold()}:
        return None
    if len(text) > option.longest:
        raise RefusalError("refusal.long", option=Words(f"option.{option.name}.name"), most=option.longest)
    try:
        value = option.value_of(text, say.language)
        if not option.is_number:
            option.check(value)
    except RequestError as error:
        if is_spelled(option):
            raise RefusalError(f"refusal.{option.name}", value=shortened(text)) from None
        raise request_refusal(str(error), error.reason, error.values) from None
    except ValueError:
        raise _impossible(option) from None
    if option.is_number and not _is_in_range(option, value):
        raise _impossible(option)
    return option.show(value)


def _is_in_range(option: Option, value: float) -> bool:
    low, high = range_of(option)
    # Written so that not-a-number is outside as well.
    return low <= value <= high


def _impossible(option: Option) -> RefusalError:
    low, high = range_of(option)
    name = Words(f"option.{option.name}.name")
    if not option.is_number:
        return RefusalError("refusal.unoffered", option=name)
    return RefusalError("refusal.range", option=name, low=low, high=high)


def as_typed(option: Option, plain: Plain, say: Sentences) -> str:
    """A value as people type it."""
    if plain is None:
        return say("option.any")
    if not option.is_number:
        return option.spelled(str(plain), say.language)
    # All of its digits: one that is off by the seventh makes another piece.
    return str(int(plain)) if isinstance(plain, float) and plain.is_integer() else str(plain)


def as_spoken(option: Option, plain: Plain, say: Sentences) -> str:
    """A value as people read it."""
    if plain is None:
        return say("option.any")
    if option.worded:
        return say(f"{option.name}.{plain}")
    return say.number(plain) if isinstance(plain, int | float) else option.spelled(plain, say.language)
