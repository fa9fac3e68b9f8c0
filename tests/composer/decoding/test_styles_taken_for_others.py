"""Networks compose in styles that they take for one they have learned."""

from __future__ import annotations

import pytest

from composer.compose import compose
from composer.engines import find
from composer.performance import midi
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request


def test_chiptune_is_game_music_on_another_instrument() -> None:
    lstm = find("lstm").load()
    game, chiptune = (
        compose(Request(style=style, seconds=12, seed=3, candidates=1), lstm) for style in ("game", "chiptune")
    )

    score, settings = midi.read(chiptune.midi)
    assert chiptune.tokens == game.tokens
    assert (game.settings["instrument"], settings["instrument"]) == ("band", "chiptune")
    assert score.seconds == pytest.approx(12 - RELEASE_SECONDS, abs=1e-3)
    assert chiptune.title.startswith("Chiptune in ")
