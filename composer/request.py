"""The table of options that a piece has, and the request that is checked against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from composer.dice.games import GAMES, find_game
from composer.dice.rolls import Rolls, parse_rolls
from composer.errors import RequestError
from composer.key_names import parse_key, spell_key
from composer.music.chord_sequence import ChordSequence
from composer.music.score import PITCH_CLASSES, Key, Metre, Mode
from composer.options import Option, Plain, options_of
from composer.parsing import parse_chords, parse_metre, parse_number, parse_seconds
from composer.performance import instruments
from composer.styles.table import PIANO, STYLE_NAMES
from composer.tokens import vocabulary

SHORTEST, LONGEST = 5.0, 300.0
"""Seconds."""

SLOWEST, FASTEST = 40.0, 200.0
"""Felt beats a minute."""

MOST_CANDIDATES = 64

DEFAULT_MODEL = "lstm"
"""Model that composes where nobody names one."""

SOUNDFONT, NETWORK = INSTRUMENT_SOUNDS = ("soundfont", "network")
"""What instruments sound by: recorded notes, or networks that play sample by sample."""

_SEED_DECIDES = "the seed decides"
_KEYS = tuple(str(Key(tonic, mode)) for mode in (Mode.MAJOR, Mode.MINOR) for tonic in range(PITCH_CLASSES))


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceOptions:
    """All options of a piece, each declared once, in the order in which people are shown them.

    Attributes:
        seconds: Length of the audio, 5 to 300.
        model: Name of an installed model, or name@version.
        seed: Start of the random generator, 0 to 2**63 - 1.
        style: One of `composer.styles.table.STYLE_NAMES`.
        instrument: Name of a preset of `composer.performance.instruments`.
        instrument_sound: One of `INSTRUMENT_SOUNDS`: what the instruments sound by.
        key: Key of the piece.
        metre: One of `vocabulary.METRES`.
        tempo: Felt beats a minute, 40 to 200.
        chords: Chords that the piece is written over, again and again.
        creativity: 0 stays with the likely, 1 takes risks.
        game: One of `composer.dice.games.GAMES`.
        rolls: What the dice of the game show.
        density: How many times more sounds a second than usual stochastic music has, 0.25 to 4.
        glissandi: How many times more glissandi, 0 to 2.
        candidates: How many pieces to draw, of which one is kept; None is as many as the model's card says.
    """

    seconds: Annotated[
        float,
        Option(
            name="length",
            parse=parse_seconds,
            low=SHORTEST,
            high=LONGEST,
            unit=" seconds",
            whole=True,
            written="minutes and seconds such as 1:30",
            about="5 to 300, or minutes and seconds such as 1:30",
            placeholder="SECONDS",
            own_field=True,
        ),
    ] = 60.0
    model: Annotated[
        str,
        Option(name="model", parse=str, longest=64, about="name or name@version"),
    ] = DEFAULT_MODEL
    seed: Annotated[
        int,
        Option(
            name="seed",
            parse=int,
            low=0,
            high=2**63 - 1,
            whole=True,
            about="the same seed and options give the same piece, on one kind of processor",
            otherwise="a new one",
            lasting=False,
        ),
    ] = 0
    style: Annotated[
        str,
        Option(
            name="style",
            parse=lambda text: text.strip().lower(),
            article="a style",
            values=STYLE_NAMES,
            worded=True,
            about="kind of music",
            own_field=True,
        ),
    ] = PIANO
    instrument: Annotated[
        str | None,
        Option(
            name="instrument",
            parse=lambda text: instruments.find(text).name,
            article="an instrument",
            values=tuple(instrument.name for instrument in instruments.INSTRUMENTS),
            listed=instruments.OFFERED,
            worded=True,
            about="what plays it",
            otherwise="what suits the style",
            every_engine=False,
            own_field=True,
        ),
    ] = None
    instrument_sound: Annotated[
        str,
        Option(
            name="instrument_sound",
            parse=lambda text: text.strip().lower(),
            article="a sound of instruments",
            values=INSTRUMENT_SOUNDS,
            worded=True,
            about="what its instruments sound by: recorded notes, or networks sample by sample",
            placeholder="SOUND",
            every_engine=False,
        ),
    ] = SOUNDFONT
    key: Annotated[
        Key | None,
        Option(
            name="key",
            parse=parse_key,
            article="a key",
            values=_KEYS,
            spell=spell_key,
            about='such as C, "E flat major", Am, "F# minor"',
            otherwise=_SEED_DECIDES,
            every_engine=False,
            own_field=True,
        ),
    ] = None
    metre: Annotated[
        Metre | None,
        Option(
            name="metre",
            parse=parse_metre,
            article="a metre",
            values=tuple(str(metre) for metre in vocabulary.METRES),
            about="such as 3/4",
            otherwise=_SEED_DECIDES,
            every_engine=False,
        ),
    ] = None
    tempo: Annotated[
        float | None,
        Option(
            name="tempo",
            parse=parse_number,
            low=SLOWEST,
            high=FASTEST,
            unit=" beats a minute",
            whole=True,
            about="about how many beats a minute, 40 to 200; exact is the length",
            otherwise=_SEED_DECIDES,
            placeholder="BPM",
            every_engine=False,
        ),
    ] = None
    chords: Annotated[
        ChordSequence | None,
        Option(
            name="chords", parse=parse_chords, longest=200, otherwise=_SEED_DECIDES, every_engine=False,
            about='chords that it is written over, such as "Am F C G", one a bar, or "Am F | C G"', lasting=False,
        ),
    ] = None  # fmt: skip
    creativity: Annotated[
        float,
        Option(
            name="creativity",
            parse=parse_number,
            low=0,
            high=1,
            about="0 stays with the likely, 1 takes risks",
            placeholder="X",
            every_engine=False,
        ),
    ] = 0.5
    game: Annotated[
        str | None,
        Option(
            name="game",
            parse=lambda text: find_game(text).name,
            article="a game",
            values=tuple(GAMES),
            worded=True,
            about="dice alone: which one it plays",
            otherwise=_SEED_DECIDES,
            every_engine=False,
            engines=("dice",),
        ),
    ] = None
    rolls: Annotated[
        Rolls | None,
        Option(
            name="rolls",
            parse=parse_rolls,
            longest=1024,
            about='dice alone: what they show, such as "7 3 11", one number for each bar of the dance, in quotes',
            otherwise="the seed throws them",
            placeholder="NUMBERS",
            every_engine=False,
            engines=("dice",),
            lasting=False,
        ),
    ] = None
    density: Annotated[
        float | None,
        Option(
            name="density", parse=parse_number, low=0.25, high=4, placeholder="X", every_engine=False,
            about="stochastic alone: how many times denser than usual, 0.25 to 4",
            otherwise="1", engines=("stochastic",),
        ),
    ] = None  # fmt: skip
    glissandi: Annotated[
        float | None,
        Option(
            name="glissandi", parse=parse_number, low=0, high=2, placeholder="X", every_engine=False,
            about="stochastic alone: how many times more glissandi than usual, 0 to 2",
            otherwise="1 where strings play, 0 on a piano", engines=("stochastic",),
        ),
    ] = None  # fmt: skip
    candidates: Annotated[
        int | None,
        Option(
            name="candidates",
            parse=int,
            low=1,
            high=MOST_CANDIDATES,
            whole=True,
            about="pieces to draw; one is kept",
            otherwise="as the model says",
            placeholder="N",
            every_engine=False,
            in_chat=False,
        ),
    ] = None


OPTIONS = options_of(PieceOptions)

ENGINE_OPTIONS = frozenset(option.field for option in OPTIONS if not option.every_engine)
"""Fields of the options that an engine may be unable to honour."""

NETWORK_OPTIONS = frozenset(option.field for option in OPTIONS if option.field in ENGINE_OPTIONS and not option.engines)
"""Fields of those that a network honours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(PieceOptions):
    """One piece asked for, with options that can be composed; what is None is found out anew, mostly by the seed."""

    def __post_init__(self) -> None:
        """Refuse what cannot be composed.

        Raises:
            RequestError: Naming the option, its range and what was given.
        """
        for option in OPTIONS:
            option.check(getattr(self, option.field))


def settings_of(options: PieceOptions) -> dict[str, Plain]:
    """Options as they stand in a MIDI file or record, by name: None says that the value was found out anew."""
    return {option.name: option.show(getattr(options, option.field)) for option in OPTIONS}


def read_settings(settings: Mapping[str, object]) -> dict[str, Any]:
    """Fields of a request for the settings in a MIDI file or record; what they do not name is left open.

    Raises:
        RequestError: If an option does not exist, or its value is of the wrong kind.
    """
    known = {option.name: option for option in OPTIONS}
    try:
        given = {known[name]: plain for name, plain in settings.items()}
        return {
            option.field: option.read(plain)
            for option, plain in given.items()
            if plain is not None or option.may_be_any
        }
    except (KeyError, TypeError):
        raise RequestError("the settings are not those of a piece; name a MIDI file that Cadenza wrote") from None
