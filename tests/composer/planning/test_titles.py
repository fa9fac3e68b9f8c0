from __future__ import annotations

import numpy as np

from composer.key_names import parse_key
from composer.music.score import Metre
from composer.planning.plan import plan_piece
from composer.planning.titles import make_title
from composer.request import Request


def titled(*, style: str = "piano", density: int = 3, key: str = "C", metre: Metre = Metre(4, 4), tempo: float) -> str:  # noqa: B008
    request = Request(key=parse_key(key), metre=metre, tempo=tempo)
    return make_title(plan_piece(request, np.random.default_rng(0)), style=style, density=density)


def test_form_follows_tempo_metre_and_mode():
    assert titled(tempo=60, key="Eb") == "Nocturne in E flat major"
    assert titled(tempo=60, key="C#m") == "Elegy in C sharp minor"
    assert titled(tempo=160, metre=Metre(3, 4)) == "Waltz in C major"
    assert titled(tempo=60, metre=Metre(6, 8)) == "Barcarolle in C major"
    assert titled(tempo=90, density=6) == "Étude in C major"
    assert titled(tempo=120, metre=Metre(2, 4)) == "March in C major"


def test_ensembles_are_called_by_name():
    assert titled(tempo=90, style="quartet", key="Am") == "Quartet movement in A minor"


def test_nobody_marches_in_three_or_five():
    assert titled(tempo=120, metre=Metre(3, 2)) == "Capriccio in C major"
    assert titled(tempo=120, metre=Metre(5, 8)) == "Capriccio in C major"
    assert titled(tempo=120, metre=Metre(9, 16)) == "Gigue in C major"
