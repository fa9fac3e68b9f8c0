"""The ratings file -> rated pieces; whatever stands in it, nothing but rated pieces of ours comes out."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from composer.errors import ComposerError, RequestError, spell_command
from composer.key_names import parse_key
from composer.music.score import Key, Tempo
from composer.parsing import parse_metre
from composer.planning.constraints import TONICS
from composer.styles.table import STYLE_NAMES
from composer.tokens import tokenizer, vocabulary
from composer.training_contract import (
    BATTLE_CHOICES,
    FIRST_WINS,
    MOST_PIECES,
    RATINGS_FORMAT,
    RATINGS_VERSION,
    SECOND_WINS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from composer.music.score import Metre, Score
    from composer.training_contract import BattleRow, RatedPieceRow, RatingsHeader

_LONGEST_LINE = 2_000_000
"""Bytes: a piece of 300 s has some 60,000."""

_MOST_TOKENS = 100_000
_ROUNDED = 0.01
"""How far the sum of many rounded weights may be from the rounded sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedPiece:
    """One rated piece: the fields of `training_contract.RatedPieceRow`, which says what they are, read and checked."""

    number: int
    model: str
    version: int
    tokens: tuple[int, ...]
    metre: Metre
    bars: int
    style: str
    key: Key
    tempo: float
    seconds: float
    creativity: float
    seed: int
    measures: Mapping[str, float]
    another_of: int | None
    liked: float
    disliked: float
    people: int
    votes: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        """Refuse numbers that no piece has."""
        numbers = (self.tempo, self.seconds, self.creativity, self.liked, self.disliked, *self.measures.values())
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError("a number is not finite")
        if min(self.liked, self.disliked) < 0 or (self.liked + self.disliked <= 0) != (self.people == 0):
            raise ValueError("the votes are not those of so many people")
        if self.tempo <= 0 or min(self.number, self.version, self.bars) < 1:
            raise ValueError("a count or the tempo is not above 0")

    @property
    def score(self) -> Score:
        """As the tokens spell it, in C major or A minor."""
        return _decode_tokens(self.tokens, self.metre, self.key)


@dataclass(frozen=True, slots=True)
class HeardBattle:
    """Two pieces for one request that were heard blind.

    Attributes:
        pieces: Piece A and piece B.
        ahead: Weight of the votes for A, less that of the votes for B; ties and "both bad" count for neither.
    """

    pieces: tuple[RatedPiece, RatedPiece]
    ahead: float

    @property
    def ordered(self) -> tuple[RatedPiece, RatedPiece] | None:
        """The piece that was liked better, then the other; None if neither was."""
        if self.ahead == 0:
            return None
        return self.pieces if self.ahead > 0 else (self.pieces[1], self.pieces[0])


@dataclass(frozen=True, slots=True)
class RatingsFile:
    """All of a file.

    Attributes:
        pieces: Pieces in the order of the file.
        people: Number of people whose votes they are.
        battles: Battles in the order of the file.
    """

    pieces: tuple[RatedPiece, ...]
    people: int
    battles: tuple[HeardBattle, ...] = ()


def read_ratings(path: Path) -> RatingsFile:
    """Read a ratings file, line by line.

    Raises:
        RequestError: If it cannot be read, is no ratings file, was cut short, or holds what is no piece of ours; it
            names the line.
    """
    try:
        with path.open("rb") as file:
            lines = enumerate(_read_lines(file), 1)
            header = _read_header(path, next(lines, (1, b""))[1])
            pieces = tuple(_read_pieces(path, lines, header["pieces"]))
            return RatingsFile(pieces, header["people"], tuple(_read_battles(path, lines, header["battles"])))
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}; name a file that the bot exported") from error


def _read_lines(file: Any) -> Iterator[bytes]:  # noqa: ANN401 - a binary file
    while line := file.readline(_LONGEST_LINE):
        yield line


def _read_header(path: Path, line: bytes) -> dict[str, int]:
    try:
        header: RatingsHeader = json.loads(line)
        kind = header["format"], header["version"]
        counts = {"pieces": header["pieces"], "people": header["people"], "battles": header["battles"]}
        vocabulary_of_file = header["vocabulary"]
    except (ValueError, KeyError, TypeError, RecursionError):
        kind, counts, vocabulary_of_file = ("", 0), {}, ""
    if kind != (RATINGS_FORMAT, RATINGS_VERSION) or not all(
        type(count) is int and count >= 0 for count in counts.values()
    ):
        raise RequestError(f"{path} is no file of ratings; make one: {spell_command('bot export --ratings')}")
    if vocabulary_of_file != vocabulary.fingerprint():
        raise RequestError(f"{path} holds another vocabulary's pieces; export it again with this version")
    if counts["pieces"] > MOST_PIECES:
        raise RequestError(f"{path} holds {counts['pieces']} pieces; export at most {MOST_PIECES}, with --since")
    return counts


def _read_pieces(path: Path, lines: Iterator[tuple[int, bytes]], expected: int) -> Iterator[RatedPiece]:
    known: set[int] = set()
    for number, line in islice(lines, expected):
        with _telling(path, number, "rated piece"):
            piece = _read_piece(json.loads(line), rated=True)
        if piece.number in known:
            raise RequestError(f"{path} holds piece {piece.number} twice; export it again")
        known.add(piece.number)
        yield piece
    if len(known) < expected:
        raise RequestError(f"{path} was cut short: it holds {len(known)} of {expected} pieces; export it again")


def _read_battles(path: Path, lines: Iterator[tuple[int, bytes]], expected: int) -> Iterator[HeardBattle]:
    found = 0
    for number, line in lines:
        if found == expected:
            raise RequestError(f"{path} holds more than its header says; export it again")
        with _telling(path, number, "battle"):
            battle = _read_battle(json.loads(line))
        found += 1
        yield battle
    if found < expected:
        raise RequestError(f"{path} was cut short: it holds {found} of {expected} battles; export it again")


@contextmanager
def _telling(path: Path, number: int, kind: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ComposerError) as error:
        # A cut line is the usual damage, and says nothing else about itself.
        raise RequestError(f"{path}, line {number}, is no {kind} ({error}); export it again") from error


def _read_battle(values: BattleRow) -> HeardBattle:
    ahead = 0.0
    for person, choice, weight in values["votes"]:
        _read_whole(person)
        if choice not in BATTLE_CHOICES or _read_number(weight) < 0:
            raise ValueError(f"no vote: {choice!r} of weight {weight!r}")
        ahead += {FIRST_WINS: 1, SECOND_WINS: -1}.get(choice, 0) * weight
    pair = _read_piece(values["first"], rated=False), _read_piece(values["second"], rated=False)
    return HeardBattle(pair, ahead)


def _read_piece(values: RatedPieceRow, *, rated: bool) -> RatedPiece:
    if rated != (_read_whole(values["people"]) > 0):
        raise ValueError("nobody voted" if rated else "it has votes of its own")
    metre, key = parse_metre(_read_text(values["metre"])), parse_key(_read_text(values["key"]))
    tokens = _read_tokens(values["tokens"])
    score = _decode_tokens(tokens, metre, key)
    style = _read_text(values["style"])
    if style not in STYLE_NAMES:
        raise ValueError(f"no style {style!r}")
    if score.bars != _read_whole(values["bars"]):
        raise ValueError(f"{score.bars} bars instead of {values['bars']}")
    return RatedPiece(
        number=_read_whole(values["number"]),
        model=_read_text(values["model"]),
        version=_read_whole(values["version"]),
        tokens=tokens,
        metre=metre,
        bars=score.bars,
        style=style,
        key=key,
        tempo=_read_number(values["tempo"]),
        seconds=_read_number(values["seconds"]),
        creativity=_read_number(values["creativity"]),
        seed=_read_whole(values["seed"]),
        measures={_read_text(name): _read_number(value) for name, value in values["measures"].items()},
        another_of=None if values["another_of"] is None else _read_whole(values["another_of"]),
        liked=_read_number(values["liked"]),
        disliked=_read_number(values["disliked"]),
        people=_read_whole(values["people"]),
        votes=_read_votes(values),
    )


def _read_votes(values: RatedPieceRow) -> tuple[tuple[int, float], ...]:
    votes = tuple((_read_whole(person), _read_number(weight)) for person, weight in values["votes"])
    liked = sum(weight for _, weight in votes if weight > 0)
    disliked = -sum(weight for _, weight in votes if weight < 0)
    if max(abs(liked - values["liked"]), abs(disliked - values["disliked"])) > _ROUNDED:
        raise ValueError("the votes do not come to what is liked and disliked")
    return votes


def _read_tokens(values: object) -> tuple[int, ...]:
    if not isinstance(values, list) or len(values) > _MOST_TOKENS:
        raise ValueError("tokens are missing, or too many")
    if not all(type(token) is int and 0 <= token < vocabulary.VOCABULARY_SIZE for token in values):
        raise ValueError("a token is foreign")
    return tuple(values)


def _decode_tokens(tokens: tuple[int, ...], metre: Metre, key: Key) -> Score:
    if tokens[:1] != (vocabulary.START,) or tokens[-1:] != (vocabulary.END,):
        raise ValueError("tokens do not go from START to END")
    written = Key(TONICS[key.mode], key.mode)
    return tokenizer.decode(tokens, metre=metre, key=written, tempos=(Tempo(0, 100.0),))


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _read_whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"{value!r} is no whole number")
    return value


def _read_number(value: object) -> float:
    if type(value) not in {int, float}:
        raise TypeError(f"{value!r} is no number")
    return float(value)  # type: ignore[arg-type]  # it is one
