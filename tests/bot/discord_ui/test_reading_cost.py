"""Whatever people hand over on Discord is read or refused at once: in forms, in custom ids, and while they type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from bot.discord_ui import autocomplete
from bot.discord_ui.buttons import number_in, number_of
from bot.discord_ui.options.change_form import submitted
from bot.discord_ui.options.values import SHOWN_OPTIONS, is_spelled, read_text
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.worker.loaded_engines import LoadedEngines
from composer import engines
from composer.errors import RequestError
from tests.bot.discord_ui.options.test_change_form import form_data
from tests.composer.test_parsing_cost import MOST_CHARACTERS, MOST_SECONDS, long_texts, parsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.options import Option

SAY = sentences.load("de")


def told(read: Callable[[str], object]) -> Callable[[str], object]:
    """The same, with the sentence that a person would be told."""

    def reading(text: str) -> object:
        try:
            return read(text)
        except RefusalError as refusal:
            raise RequestError(refusal.sentence(SAY)) from refusal

    return reading


def reader(option: Option) -> Callable[[str], object]:
    return lambda text: read_text(option, text, SAY)


def suggester(option: Option) -> Callable[[str], object]:
    return lambda text: autocomplete.values(option, text, SAY)


READERS: dict[str, Callable[[str], object]] = {
    **{f"option {option.name}": told(reader(option)) for option in SHOWN_OPTIONS},
    **{f"typing {option.name}": suggester(option) for option in SHOWN_OPTIONS if is_spelled(option)},
    "form": told(lambda text: submitted(form_data(key=text), SAY, {})),
    "line of a form": told(lambda text: submitted(form_data(more=text), SAY, {})),
    "rolls in a form": told(lambda text: submitted(form_data(more=f"rolls:{text}"), SAY, {})),
    "custom id": lambda text: number_in(f"cadenza:rate:{text}"),
    "number in a custom id": told(number_of),
    "nearest model": LoadedEngines(engines.built_in()).unknown,
}


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, max_examples=30)
@given(text=long_texts())
def test_the_longest_text_is_read_or_refused_at_once_and_not_repeated_whole(name, text):
    spent, refusal = parsed(READERS[name], text)

    assert spent < MOST_SECONDS
    assert len(refusal) < MOST_CHARACTERS
