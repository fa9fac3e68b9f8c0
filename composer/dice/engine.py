"""The engine that throws dice for ready-made bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.dice.assembly import assemble
from composer.dice.captions import make_remark, make_title
from composer.dice.games import GAMES
from composer.dice.length import choose_row
from composer.dice.rolls import check_rolls, throw
from composer.engine import Candidate, check_request
from composer.errors import RequestError
from composer.models.choosing import UNFITTED
from composer.models.identity import Identity
from composer.planning.plan import RELEASE_SECONDS, Plan
from composer.tokens.conditions import Conditions

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from composer.dice.form import Row
    from composer.dice.games import Game
    from composer.music.score import Key
    from composer.request import Request


class DiceEngine:
    """Throws the dice of a printed game; one throw is one piece, so there is nothing to choose from."""

    identity = Identity(
        name="dice",
        version=1,
        architecture="dice games of 1757 to 1793",
        licence="CC0-1.0",
        styles=("piano", "classical"),
        honours=frozenset({"instrument", "instrument_sound", "key", "tempo", "game", "rolls"}),
    )
    choosing = UNFITTED

    def check(self, request: Request) -> None:
        """Refuse what no throw of the dice can give; see `Engine`."""
        check_request(self.identity, request)
        if request.rolls is not None and request.game is None:
            raise RequestError(f"rolls need a game; name one of {', '.join(GAMES)}", reason="rolls_need_game")
        game, row = _game_of(request), _row_of(request)
        _check_key(game, request.key)
        if request.rolls is not None:
            check_rolls(request.rolls, game, row)

    def plan(self, request: Request, _rng: np.random.Generator) -> Plan:
        """Settle which dances are heard and how fast; see `Engine`."""
        game, row = _game_of(request), _row_of(request)
        metre = game.tables[0].metre
        tempo = row.beats_per_minute(metre, request.seconds - RELEASE_SECONDS)
        return Plan(
            metre=metre,
            bars=row.bars,
            key=request.key or game.tables[0].key,
            beats_per_minute=tempo,
            tempos=row.tempos(metre, tempo),
            conditions=Conditions(),
        )

    def candidates(
        self, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> list[Candidate]:
        """Throw the dice, or take the rolls that were named; see `Engine`."""
        game, row = _game_of(request), _row_of(request)
        rolls = request.rolls or throw(game, row, rng)
        printed = assemble(game, row, rolls, tempos=plan.tempos)
        progress(plan.bars)
        piece = Candidate(
            printed.transposed(printed.key.semitones_to(plan.key)),
            title=make_title(game, row, plan.key),
            remark=make_remark(game, row, rolls),
            settled={"game": game.name, "rolls": rolls},
        )
        return [piece]


def _game_of(request: Request) -> Game:
    """The game that was named; otherwise the seed says which."""
    names = list(GAMES)
    return GAMES[request.game or names[request.seed % len(names)]]


def _row_of(request: Request) -> Row:
    return choose_row(
        _game_of(request),
        seconds=request.seconds,
        beats_per_minute=request.tempo,
        rolls=None if request.rolls is None else len(request.rolls.numbers),
    )


def _check_key(game: Game, wanted: Key | None) -> None:
    """Refuse the other mode: the bars can only be moved."""
    printed = game.tables[0].key
    if wanted is not None and wanted.mode is not printed.mode:
        mode = printed.mode.name.lower()
        raise RequestError(
            f"a {game.dance} stands in {mode}, not in {wanted}; ask for a {mode} key, or leave it out",
            reason=f"only_{mode}",
            values={"game": game.name},
        )
