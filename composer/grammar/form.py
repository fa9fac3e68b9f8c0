"""Number of bars -> sections and phrases: the topmost rules of the grammar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.grammar.phrases import CadenceKind, FormSection, Phrase, PieceForm
from composer.music.score import Key, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.grammar.lots import Lots

_PHRASE = 4
"""Bars of a usual phrase."""

_ORDERS = {
    0: {"A": 1.0},
    1: {"A": 1.0},
    2: {"AB": 1.0},
    3: {"ABA": 1.0},
    4: {"AABA": 2.0, "ABCA": 1.0},
    5: {"ABACA": 2.0, "AABBA": 1.0},
}
"""Orders of sections by their number, with weights; more are a rondo."""

_EPISODES = "BCDEFGH"

_EPISODE_KEYS = {
    Mode.MAJOR: {(7, Mode.MAJOR): 3.0, (9, Mode.MINOR): 2.0, (5, Mode.MAJOR): 1.5, (0, Mode.MINOR): 0.5},
    Mode.MINOR: {(3, Mode.MAJOR): 3.0, (8, Mode.MAJOR): 1.0, (5, Mode.MINOR): 1.0, (0, Mode.MAJOR): 0.7},
}
"""Where episodes go, semitones above the tonic: dominant, relative, subdominant, and the other mode."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A kind of phrase before its place is known."""

    theme: str
    key: Key
    goal: Key
    cadence: CadenceKind
    bars: int = _PHRASE


def make_form(bars: int, key: Key, lots: Lots) -> PieceForm:
    """Divide a piece into sections and phrases.

    Args:
        bars: Number of bars, at least 1.
        key: Key of the piece.
        lots: Draws.
    """
    whole, over = divmod(bars, _PHRASE)
    if whole == 0:
        return _placed("piece → phrase", [("A", "A → phrase", [_Piece("a", key, key, CadenceKind.AUTHENTIC, bars)])])
    pairs, odd = divmod(whole, 2)
    order = lots.pick(_ORDERS[pairs]) if pairs in _ORDERS else _rondo(pairs)
    keys = _episode_keys(sorted(set(order) - {"A"}), key, lots)
    sections = []
    for number, letter in enumerate(order):
        last = number == len(order) - 1
        sections.append(_section(letter, key, keys.get(letter, key), last=last, following=order[number + 1 :]))
    if pairs == 0:
        sections = [("A", "A → phrase", [_Piece("a", key, key, CadenceKind.AUTHENTIC)])]
    elif pairs == 2:  # noqa: PLR2004 - sixteen bars: the song form in small
        sections = _small_song(key, keys["B"])
    if odd and pairs:
        sections.append(("coda", "coda → phrase", [_Piece(_CODA, key, key, lots.one_of(_CODA_ENDS))]))
    *others, last_piece = sections[-1][2]
    sections[-1] = (*sections[-1][:2], [*others, replace(last_piece, bars=last_piece.bars + over)])
    letters = " ".join(letter for letter, _, _ in sections)
    return _placed(f"piece → {letters}", sections)


_CODA = "z"
_CODA_ENDS = (CadenceKind.AUTHENTIC, CadenceKind.PLAGAL)


def _rondo(pairs: int) -> str:
    """A with episodes between; where the number is even, A is heard twice at first."""
    episodes = (pairs - 1) // 2
    order = "A" + "".join(f"{_EPISODES[number % len(_EPISODES)]}A" for number in range(episodes))
    return order if len(order) == pairs else f"A{order}"


def _episode_keys(letters: Sequence[str], home: Key, lots: Lots) -> dict[str, Key]:
    """A key for each episode; no two have the same as long as there are others."""
    left = dict(_EPISODE_KEYS[home.mode])
    keys = {}
    for letter in letters:
        above, mode = lots.pick(left or _EPISODE_KEYS[home.mode])
        left.pop((above, mode), None)
        keys[letter] = Key((home.tonic + above) % 12, mode)
    return keys


def _section(letter: str, home: Key, key: Key, *, last: bool, following: str) -> tuple[str, str, list[_Piece]]:
    """Two phrases: a period at home; an episode elsewhere, which leads back where A comes next."""
    theme = letter.lower()
    if letter == "A":
        ends = [_Piece(theme, home, home, CadenceKind.HALF), _Piece(theme, home, home, CadenceKind.AUTHENTIC)]
        return letter, f"{letter} → antecedent consequent", ends
    if last or not following:
        ends = [_Piece(theme, key, key, CadenceKind.HALF), _Piece(f"{theme}2", home, home, CadenceKind.AUTHENTIC)]
        return letter, f"{letter} → phrase return", ends
    ends = [_Piece(theme, key, key, CadenceKind.IMPERFECT), _Piece(theme, key, home, CadenceKind.HALF)]
    return letter, f"{letter} → phrase retransition", ends


def _small_song(home: Key, key: Key) -> list[tuple[str, str, list[_Piece]]]:
    """Four phrases: a a b a."""
    period = [_Piece("a", home, home, CadenceKind.HALF), _Piece("a", home, home, CadenceKind.AUTHENTIC)]
    return [
        ("A", "A → antecedent consequent", period),
        ("B", "B → retransition", [_Piece("b", key, home, CadenceKind.HALF)]),
        ("A", "A → consequent", [_Piece("a", home, home, CadenceKind.AUTHENTIC)]),
    ]


_CLIMAX = 0.68
"""Share of a piece after which its highest phrase stands."""

_KNOWN = 0.25
"""By how much of the piece a phrase with a new theme may lie farther off than one whose theme was heard."""


def _highest(pieces: Sequence[_Piece]) -> int:
    """Number of the phrase that is the climax: late, and rather one with a theme that was not heard before."""
    bars = sum(piece.bars for piece in pieces)
    away = []
    for place, piece in enumerate(pieces):
        middle = (sum(before.bars for before in pieces[:place]) + piece.bars / 2) / bars
        heard = any(before.theme == piece.theme for before in pieces[:place])
        away.append(abs(middle - _CLIMAX) + _KNOWN * (heard or piece.theme == _CODA))
    return away.index(min(away))


def _placed(rule: str, sections: list[tuple[str, str, list[_Piece]]]) -> PieceForm:
    """Give every phrase its bars; a phrase that ends the piece closes it for good."""
    bars = sum(piece.bars for _, _, pieces in sections for piece in pieces)
    heard: dict[str, int] = {}
    highest = _highest([piece for _, _, pieces in sections for piece in pieces])
    number = 0
    found, bar = [], 0
    for letter, made_by, pieces in sections:
        phrases = []
        for piece in pieces:
            phrases.append(
                Phrase(
                    section=letter,
                    theme=piece.theme,
                    first_bar=bar,
                    bars=piece.bars,
                    key=piece.key,
                    goal=piece.goal,
                    cadence=piece.cadence,
                    returning=heard.get(letter, 0),
                    climax=number == highest,
                    last=bar + piece.bars == bars,
                )
            )
            bar += piece.bars
            number += 1
        heard[letter] = heard.get(letter, 0) + 1
        found.append(FormSection(letter, made_by, tuple(phrases)))
    return PieceForm(rule, tuple(found))
