"""What a person reads where something cannot be done: one sentence, in her language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot import errors
from bot.discord_ui.texts.sentences import load
from composer.errors import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.discord_ui.texts.sentences import Sentences

UNKNOWN_MESSAGE = 10008
ANSWERED = 40060
UNKNOWN_INTERACTION = 10062
TOO_LARGE = 40005
NO_ACCESS = 50001
NO_PERMISSION = 50013
TOKEN_EXPIRED = 50027

_PLAIN = {
    UNKNOWN_INTERACTION: "trouble.late",
    TOKEN_EXPIRED: "trouble.expired",
    TOO_LARGE: "trouble.too_large",
    NO_ACCESS: "trouble.access",
    NO_PERMISSION: "trouble.forbidden",
    UNKNOWN_MESSAGE: "refusal.message_gone",
    ANSWERED: "trouble.discord",
}
"""Discord's JSON error codes that have an answer of their own, without a value in it."""

_FORBIDDEN = 403
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Words:
    """A part of a sentence that is itself to be said in the reader's language."""

    key: str


class RefusalError(Exception):
    """What was asked for cannot be done, and the person is told why.

    Attributes:
        key: Key of the sentence.
        values: Values for its placeholders; `Words` among them are translated, and floats written as numbers are.
        cancel: Numbers of pieces to offer to cancel.
    """

    def __init__(self, key: str, *, cancel: tuple[int, ...] = (), **values: object) -> None:
        """Nothing is said yet: the reader's language is known where it is said."""
        super().__init__(key)
        self.key = key
        self.values = values
        self.cancel = cancel

    def sentence(self, say: Sentences) -> str:
        """The sentence in one language."""
        return say(self.key, **{name: _spoken(value, say) for name, value in self.values.items()})


def _spoken(value: object, say: Sentences) -> object:
    if isinstance(value, Words):
        # What has no words here, such as a style of another release, goes by its own name.
        return say(value.key) if value.key in say else value.key.rpartition(".")[-1]
    return say.number(value) if isinstance(value, float) else value


def lacking(permission: str) -> RefusalError:
    """The refusal for want of a permission of the bot's, called as in discord.py."""
    return RefusalError(
        "refusal.permission", action=Words(f"action.{permission}"), permission=Words(f"permission.{permission}")
    )


def relative(moment: datetime) -> str:
    """A moment as Discord shows it to everybody in their own words: in 5 minutes."""
    return discord.utils.format_dt(moment, "R")


def plain(error: discord.HTTPException) -> RefusalError | None:
    """The answer to an error of Discord's that can be told; None if it is not known."""
    if error.code in _PLAIN:
        return RefusalError(_PLAIN[error.code])
    if error.status == _FORBIDDEN:
        return RefusalError("trouble.forbidden")
    if error.status >= _SERVER_ERROR:
        return RefusalError("trouble.discord")
    return None


def refusal_error(refusal: errors.Refusal) -> RefusalError:
    """What a person reads where the order service refuses."""
    if isinstance(refusal, errors.UnknownModel):
        return _unknown_model(refusal)
    if isinstance(refusal, _OF_TRAINING):
        return _of_training(refusal)
    if isinstance(refusal, errors.TooManyOnTheWay):
        return RefusalError("refusal.on_the_way", count=refusal.most, cancel=refusal.numbers)
    return _simply(refusal)


def _simply(refusal: errors.Refusal) -> RefusalError:
    match refusal:
        case errors.QuotaUsed():
            found = RefusalError("refusal.quota", count=refusal.quota, when=relative(refusal.next_at))
        case errors.QueueFull():
            found = RefusalError("refusal.queue_full", count=refusal.size, when=relative(refusal.next_at))
        case errors.Busy():
            found = RefusalError("refusal.cooldown", when=relative(refusal.next_at))
        case errors.TooLong():
            found = RefusalError("refusal.cap", seconds=refusal.longest)
        case errors.UnlearnedStyle():
            found = _unlearned(refusal)
        case errors.UnheardOption():
            option = Words(f"option.{refusal.option}.name")
            found = _unheard(refusal, option)
        case errors.BadOption():
            found = request_refusal(refusal.sentence, refusal.reason, refusal.values)
        case errors.NoRival():
            found = _without_rival(refusal)
        case errors.NoSuchPiece():
            found = RefusalError("refusal.number", number=refusal.number)
        case _:
            found = RefusalError("refusal.stopping")
    return found


def _without_rival(refusal: errors.NoRival) -> RefusalError:
    if refusal.named_twice:
        return RefusalError("refusal.meets_itself")
    if refusal.option:
        return RefusalError("refusal.unlike_rivals", option=Words(f"option.{refusal.option}.name"))
    return RefusalError("refusal.no_rival")


def _unlearned(refusal: errors.UnlearnedStyle) -> RefusalError:
    style = Words(f"style.{refusal.style}")
    if not refusal.engines:
        return RefusalError("refusal.style", model=refusal.model, style=style)
    return RefusalError("refusal.style_others", model=refusal.model, style=style, others=_listed(refusal.engines))


def _listed(engines: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in engines)


def request_refusal(sentence: str, reason: str, values: Mapping[str, object]) -> RefusalError:
    """What a person reads where the composer refuses a request.

    Args:
        sentence: Sentence of the composer, in English; it is told where no language has words for the reason.
        reason: Name of what is wrong.
        values: Values that the sentence tells, by name: names of instruments and the like are worded by each language.
    """
    if f"request.{reason}" not in load("en"):
        return RefusalError("refusal.composer", sentence=sentence)
    refusal = RefusalError(f"request.{reason}")
    refusal.values = {name: _worded(name, value) for name, value in values.items()}
    return refusal


def _worded(name: str, value: object) -> object:
    """The words for one of the names that have a table of their own, such as an instrument; else the value itself."""
    return Words(f"{name}.{value}") if f"{name}.{value}" in load("en") else value


def _unheard(refusal: errors.UnheardOption, option: Words) -> RefusalError:
    if not refusal.engines:
        return RefusalError("refusal.unheard", model=refusal.model, option=option)
    return RefusalError("refusal.unheard_others", model=refusal.model, option=option, others=_listed(refusal.engines))


_OF_TRAINING = (errors.TrainingRuns, errors.TooFewRatings, errors.NoTrainer, errors.Untrainable, errors.NothingBefore)


def _of_training(refusal: errors.Refusal) -> RefusalError:
    match refusal:
        case errors.TooFewRatings():
            return RefusalError("refusal.few_ratings", pieces=refusal.pieces, people=refusal.people)
        case errors.NoTrainer():
            return RefusalError("refusal.no_trainer", package=refusal.package)
        case errors.Untrainable():
            return RefusalError("refusal.untrainable", model=refusal.name)
        case errors.NothingBefore():
            return RefusalError("refusal.nothing_before", model=refusal.name, version=refusal.version)
        case _:
            return RefusalError("refusal.training_runs")


def _unknown_model(refusal: errors.UnknownModel) -> RefusalError:
    name = shortened(refusal.name)
    if refusal.nearest is not None:
        return RefusalError("refusal.model_near", name=name, near=refusal.nearest)
    return RefusalError("refusal.model", name=name, known=", ".join(f"`{known}`" for known in refusal.known))
