"""The engines that are installed: the model files of a folder, and those that need no file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.decoding.network_engine import NetworkEngine
from composer.dice.engine import DiceEngine
from composer.engine import FileEngine, ThemeEngine, check_request, no_themes
from composer.grammar.engine import GrammarEngine
from composer.models import loading
from composer.models.identity import choose_version
from composer.planning.theme_plan import plan_theme
from composer.raw_audio.engine import RAW_AUDIO_ENGINES, engines_in
from composer.stochastic.engine import StochasticEngine
from composer.tutorial.engine import TUTORIAL_ENGINES

if TYPE_CHECKING:
    from pathlib import Path

    from composer.engine import Engine
    from composer.models.card import ModelCard
    from composer.models.choosing import Choosing
    from composer.models.identity import Identity
    from composer.models.network_spec import NetworkSpec
    from composer.music.given import Theme
    from composer.request import Request

_COME_WITH_CADENZA: tuple[Engine, ...] = (
    DiceEngine(),
    GrammarEngine(),
    StochasticEngine(),
    *TUTORIAL_ENGINES,
    *RAW_AUDIO_ENGINES,
)

BUILT_IN: dict[str, Engine] = {engine.identity.name: engine for engine in _COME_WITH_CADENZA}
"""Engines without a model file of their own, by name."""

EXACT = frozenset({"dice", "stochastic"})
"""Names of the engines that compose the same piece from the same seed on every processor: no network has a word."""


@dataclass(frozen=True, slots=True)
class InstalledEngine:
    """An engine as it is listed, before it is loaded.

    Attributes:
        identity: Name, version, licence and styles of the engine.
        card: Card of its model file; None for an engine without one.
        engine: The engine itself, where it has no model file.
    """

    identity: Identity
    card: ModelCard | None = None
    engine: Engine | None = None

    @property
    def path(self) -> Path | None:
        """Path of its model file, from which it can be trained on; None for an engine without one."""
        return None if self.card is None else self.card.path

    @property
    def choosing(self) -> Choosing:
        """What is known of its pieces, and by what one of them is chosen."""
        if self.card is not None:
            return self.card.choosing
        assert self.engine is not None
        return self.engine.choosing

    @property
    def parameters(self) -> int | None:
        """Number of its weights; None for an engine without any."""
        return None if self.card is None else self.card.network.parameters

    @property
    def bits_per_note(self) -> float | None:
        """How well it predicts; None where that was not or cannot be measured."""
        return None if self.card is None else self.card.network.bits_per_note

    @property
    def proper_file_name(self) -> str | None:
        """What its file is to be called; None for an engine without one."""
        return None if self.card is None else self.card.file_name

    def digest(self) -> str:
        """SHA-256 in hexadecimal of its file, or of its name and version where it has none."""
        marks = self.identity.label.encode() if self.path is None else self.path.read_bytes()
        return hashlib.sha256(marks).hexdigest()

    def check(self, request: Request) -> None:
        """Refuse what the engine cannot compose, without loading it.

        Raises:
            RequestError: The message says what to do.
        """
        if self.engine is not None:
            self.engine.check(request)
        else:
            check_request(self.identity, request)

    @property
    def takes_themes(self) -> bool:
        """Whether it can go on from given music, as all networks over notes can."""
        return self.card is not None or isinstance(self.engine, ThemeEngine)

    def check_theme(self, theme: Theme, request: Request) -> None:
        """Refuse given music that the engine cannot go on from as asked, without loading it.

        Raises:
            RequestError: The message says what to do.
        """
        if not self.takes_themes:
            raise no_themes(self.identity)
        # The length of a piece that goes on from music depends on nothing that is drawn.
        plan_theme(theme, request, np.random.default_rng(request.seed))

    def load(self, *, sha256: str | None = None) -> Engine:
        """Load the engine; takes a moment if it has a file.

        Args:
            sha256: What `digest` said of its file; whatever the file is now, where this is None.

        Raises:
            ModelError: If its file is gone, damaged or swapped for another.
        """
        if self.card is None:
            assert self.engine is not None
            if isinstance(self.engine, FileEngine):
                self.engine.load_file()
            return self.engine
        return NetworkEngine(loading.load(self.card.path, sha256=sha256))


def built_in() -> list[InstalledEngine]:
    """The engines without a file, by name."""
    return [InstalledEngine(BUILT_IN[name].identity, engine=BUILT_IN[name]) for name in sorted(BUILT_IN)]


def in_folder(folder: Path | None = None) -> list[InstalledEngine]:
    """The engines of the files in a folder (the one that comes with Cadenza): models by name, newest first, then sound.

    A file that cannot be used is left out, and the log says why.
    """
    models = [InstalledEngine(card.identity, card) for card in loading.installed(folder)]
    return models + _raw_in_folder(folder)


def _raw_in_folder(folder: Path | None) -> list[InstalledEngine]:
    """The engines over samples of a folder, but those whose name is taken."""
    found = engines_in(folder or loading.FOLDER)
    return [InstalledEngine(one.identity, engine=one) for one in found if one.identity.name not in BUILT_IN]


def installed(folder: Path | None = None) -> list[InstalledEngine]:
    """All engines: those of a folder's model files and those without a file, by name, newest first."""
    found = [*built_in(), *in_folder(folder)]
    return sorted(found, key=lambda engine: (engine.identity.name, -engine.identity.version))


def find(wanted: str, folder: Path | None = None) -> InstalledEngine:
    """The newest engine of a name, or one version of it where `wanted` reads NAME@VERSION.

    Raises:
        RequestError: If there is no such engine or version.
        ModelError: If none is installed, or its file is unreadable or damaged.
    """
    others = [*built_in(), *_raw_in_folder(folder)]
    without_file = {(engine.identity.name, engine.identity.version): engine for engine in others}
    files = loading.files(folder)
    if not files and not without_file:
        raise loading.none_installed(folder)
    chosen = choose_version(wanted, [*without_file, *files])
    if chosen in without_file:
        return without_file[chosen]
    return of_file(files[chosen])


def of_file(path: Path) -> InstalledEngine:
    """The engine of a model file, wherever it lies.

    Raises:
        ModelError: If the file is missing, unreadable or damaged.
    """
    card = loading.read_card(path)
    return InstalledEngine(card.identity, card)


def describe(engine: InstalledEngine) -> str:
    """An engine in a few lines for a terminal."""
    identity = engine.identity
    size = [] if engine.card is None else _size(engine.card)
    facts = [identity.architecture, *size, *([identity.date] if identity.date else [])]
    sources = ", ".join(f"{source.name} ({source.licence})" for source in identity.trained_on)
    if not sources:
        sources = "nothing" if engine.card is None else "nothing: its weights are random"
    return "\n".join(
        (
            f"{identity.label}: {', '.join(facts)}",
            *([] if engine.card is None else [f"  bits per note  {_quality(engine.card.network)}"]),
            f"  licence        {identity.licence or 'none given'}",
            f"  styles         {', '.join(identity.all_styles) or 'none'}",
            f"  trained on     {sources}",
        )
    )


def _size(card: ModelCard) -> list[str]:
    parameters = f"{card.network.parameters / 1e6:.1f} M parameters"
    return [parameters, f"{card.path.stat().st_size / 1e6:.1f} MB"] if card.path.is_file() else [parameters]


def _quality(network: NetworkSpec) -> str:
    measured = "not measured" if network.bits_per_note is None else f"{network.bits_per_note:.2f} held out"
    return f"{measured}, after {network.tokens_seen / 1e6:.0f} M tokens"
