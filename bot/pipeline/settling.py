"""What was said about a piece -> all of its options, as the model that composes it can honour them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.domain.composer_port import to_request
from bot.domain.order import ORDER_OPTIONS, Options
from bot.errors import BadOption, UnheardOption, UnlearnedStyle
from composer.engine import dishonoured_option, engines_of_style, model_for
from composer.errors import RequestError
from composer.music.given import THEME_OPTIONS
from composer.planning.theme_plan import usual_options
from composer.request import DEFAULT_MODEL, ENGINE_OPTIONS

if TYPE_CHECKING:
    from bot.pipeline.model_catalogue import ModelCatalogue
    from composer.music.given import Theme
    from composer.options import Wishes

_SEEDS = 2**31


def settle_theme(said: Wishes, usual: Wishes, theme: Theme, catalogue: ModelCatalogue, *, longest: int) -> Options:
    """Decide every option of a piece that goes on from a theme, as that has it where nobody said otherwise.

    Args:
        said: As `settle` takes them.
        usual: The same; a model that cannot go on from music gives way to one that can.
        theme: The music, in whose metre, key and tempo the piece stands.
        catalogue: As `settle` takes it.
        longest: Seconds of the longest piece, where nobody says how long it is to be.

    Raises:
        As `settle` does. BadOption: Also where the model cannot go on from music, or the length leaves no room.
    """
    usual = {name: plain for name, plain in usual.items() if name in THEME_OPTIONS}
    if not catalogue.engine(str(usual["model"])).takes_themes:
        usual["model"] = DEFAULT_MODEL
    style = said.get("style")
    music = usual_options(theme, style=style if isinstance(style, str) else None)
    music["seconds"] = min(music["seconds"], longest)
    options = settle(said, {**usual, **music}, catalogue)
    try:
        catalogue.engine(options.model).check_theme(theme, to_request(options))
    except RequestError as error:
        raise BadOption(str(error), error.reason, error.values) from error
    return options


def settle(said: Wishes, usual: Wishes, catalogue: ModelCatalogue) -> Options:
    """Decide every option of a piece, with a new seed unless one was said.

    Args:
        said: Wishes of the order, which hold or are refused.
        usual: Wishes that hold where the order says nothing and the model can honour them; the model in any case but
            that of a style which other engines alone compose in.
        catalogue: Catalogue of the models that compose.

    Raises:
        UnknownModel: No model of that name is installed.
        UnlearnedStyle: The model has not learned the style.
        UnheardOption: The model cannot honour an option of the order.
        BadOption: The composer cannot do as was said.
    """
    engine = catalogue.engine(_model_of(said, usual))
    model = engine.identity
    beyond_it = ENGINE_OPTIONS - model.honours
    decided = {**{name: plain for name, plain in usual.items() if name not in beyond_it}, **said}
    values = {option.field: option.default for option in ORDER_OPTIONS} | {"seed": secrets.randbelow(_SEEDS), **decided}
    if "seconds" not in said:
        values["seconds"] = model.usual_seconds(float(str(values["seconds"])))
    if values["style"] not in model.all_styles:
        style = str(values["style"])
        raise UnlearnedStyle(model.name, style, engines_of_style(style))
    try:
        options = Options(
            **{option.field: option.read(values[option.field]) for option in ORDER_OPTIONS} | {"model": model.name},
            version=model.version,
            said_any=frozenset(name for name, plain in decided.items() if plain is None),
        )
        request = to_request(options)
        unheard = dishonoured_option(model, request)
        if unheard is not None:
            raise UnheardOption(model.name, unheard.name, unheard.engines)
        engine.check(request)
    except RequestError as error:
        raise BadOption(str(error), error.reason, error.values) from error
    return options


def _model_of(said: Wishes, usual: Wishes) -> str:
    """The model that was said, or else the one that composes in the style that was."""
    style, model = said.get("style"), str({**usual, **said}["model"])
    return model_for(style, model) if isinstance(style, str) and "model" not in said else model
