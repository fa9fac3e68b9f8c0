"""What the bot and the trainer exchange: a file of ratings, lines of progress, and a report.

The bot starts the trainer as a process of its own and neither imports the other. Both take the words from here, so
that a word which one of them says is known to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

RATINGS_FORMAT, RATINGS_VERSION = "cadenza-ratings", 3
"""What the first line of a ratings file says of it."""

MOST_PIECES = 20_000
"""More than a machine learns from in a night; a file with more is refused instead of filling the memory."""

FEWEST_PIECES, FEWEST_PEOPLE = 50, 5
"""Rated pieces, and people who rated, from which on something can be learned, unless others are asked for."""

VOTE_WEIGHTS: Mapping[int, float] = {-1: 1.0, 1: 1.0, 2: 1.5}
"""Weight of each vote before the caps: of a thumb down, a thumb up, and a heart."""

PERSON_CAP = 30.0
"""What the votes of one person weigh at most, all pieces together."""

SERVER_CAP = 3.0
"""What the votes from one server weigh at most for one piece."""


class RatingsHeader(TypedDict):
    """The first line of a ratings file.

    Attributes:
        format: `RATINGS_FORMAT`.
        version: `RATINGS_VERSION`.
        vocabulary: Fingerprint of the vocabulary that all tokens are of.
        pieces: Number of the lines with rated pieces, which follow.
        people: How many people's votes are in them.
        battles: Number of the lines with battles, which come last.
    """

    format: str
    version: int
    vocabulary: str
    pieces: int
    people: int
    battles: int


class RatedPieceRow(TypedDict):
    """A line of a ratings file: a piece that our own model composed, and the votes for it.

    Attributes:
        number: Number of the generation, from 1.
        model: Name of the model that composed it.
        version: Version of that model.
        tokens: Tokens from START to END, in C major or A minor.
        metre: Metre of all bars, such as 3/4.
        bars: Number of bars.
        style: One of `composer.styles.table.STYLE_NAMES`.
        key: Key that it stands in, such as E flat major.
        tempo: Felt beats a minute.
        seconds: Length that was asked for.
        creativity: Creativity that was asked for, 0 to 1.
        seed: Seed of its draw.
        measures: Figures by name, see `composer.music.measures`.
        another_of: Number of the piece whose settings it was asked for with; None if there is none.
        liked: Weight of the votes for it, 0 or more.
        disliked: Weight of the votes against it, 0 or more.
        people: Number of people who voted.
        votes: For each of them a number that is that person's throughout this file, and the weight of the vote: above 0
            for, below 0 against.
    """

    number: int
    model: str
    version: int
    tokens: list[int]
    metre: str
    bars: int
    style: str
    key: str
    tempo: float
    seconds: float
    creativity: float
    seed: int
    measures: dict[str, float]
    another_of: int | None
    liked: float
    disliked: float
    people: int
    votes: list[tuple[int, float]]


class BattleRow(TypedDict):
    """A line of a ratings file: two pieces for one request, and what people said who heard both blind.

    Attributes:
        first: Piece A, with no votes of its own.
        second: Piece B, the same.
        votes: For each person a number, as in `RatedPieceRow`, one of `BATTLE_CHOICES`, and the weight of the vote.
    """

    first: RatedPieceRow
    second: RatedPieceRow
    votes: list[tuple[int, str, float]]


FIRST_WINS, SECOND_WINS, TIE, BOTH_BAD = BATTLE_CHOICES = ("a", "b", "tie", "bad")
"""What one says of a battle."""

RANKING, FINETUNE = WAYS = ("ranking", "finetune")
"""Ways to learn: from ratings, and from one's own music. `training.ratings` has a module `way_...` for each."""

GATE = "gate"
"""The stage that compares parent and candidate."""

STAGES = (*WAYS, GATE)
"""What a training goes through."""

PROGRESS, REPORT = "progress", "report"
"""Events that a line of the trainer tells of."""


class ProgressLine(TypedDict):
    """A line that the trainer prints as it goes on.

    Attributes:
        event: `PROGRESS`.
        stage: One of `STAGES`.
        step: Number of the step, from 0 to `steps`.
        steps: Number of steps of the stage.
        loss: Mean loss of late; None where the stage has none.
        seconds_left: Seconds left of the whole training.
    """

    event: str
    stage: str
    step: int
    steps: int
    loss: float | None
    seconds_left: float


REPORT_FILE = "report.json"
"""Name of the report in the folder of a training; it is written last."""

FIGURES = (
    "bits_per_note", "expected_rating", "confidence", "diversity", "grammar", "length", "cadence", "copies",
)  # fmt: skip
"""What a model is measured by before and after."""

BETTER = "better"
"""Why a candidate is accepted."""

NOT_BETTER, FORGOT, GRAMMAR, LENGTH, CADENCE, COPIES, UNIFORM, NO_TIME, NO_CHANGE = REFUSALS = (
    "not-better", "forgot", "grammar", "length", "cadence", "copies", "uniform", "no-time", "no-change",
)  # fmt: skip
"""Why a candidate is refused."""

REASONS = (BETTER, *REFUSALS)
"""Why a candidate is accepted or refused."""


class ReportRecord(TypedDict):
    """What the trainer leaves in `REPORT_FILE`.

    Attributes:
        model: Name of the model.
        parent: Version that it began with.
        version: Version of the candidate; None where there is none, as are the next two.
        file: Name of the candidate's file.
        sha256: Checksum of that file, in hex.
        accepted: Whether the candidate is better than its parent.
        reason: One of `REASONS`.
        before: Figures of the parent, some of `FIGURES`.
        after: Figures of the candidate, some of `FIGURES`.
        detail: What else was measured or counted, by name.
        ways: Some of `WAYS`.
        pieces: Number of pieces that were learned from.
        people: Number of people who rated them; 0 where nobody did.
        seconds: Seconds that it took.
        seed: Seed of all draws.
    """

    model: str
    parent: int
    version: int | None
    file: str | None
    sha256: str | None
    accepted: bool
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    detail: dict[str, Any]
    ways: list[str]
    pieces: int
    people: int
    seconds: float
    seed: int
