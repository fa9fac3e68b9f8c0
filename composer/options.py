"""An option of a piece: all that there is to say about it, beside the field that holds it.

The fields of `composer.request.PieceOptions` declare the options. Whoever lets people say something about a piece
(the command line, a chat, a form, a file to repeat) reads the declarations and has no list of its own.

What a person says is a mapping of fields to values. A field that is missing was left open: somebody else's settings
may fill it in. A field that is None was decided: its value is to be found anew, whatever the settings say.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias, get_args, get_type_hints

from composer.errors import RequestError, quoted, shortened, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

ENGLISH = "en"
"""The language of files, rows and the command line."""

ANY = "any"
"""The word for None, wherever options are written."""

Plain: TypeAlias = "str | float | None"
"""A value as it stands in a file, a row or a form."""

Wishes: TypeAlias = "Mapping[str, Plain]"
"""What somebody said about options, by field; what is missing was left open, and None says `any`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option.

    Attributes:
        name: Name that people use: its flag, its key in a piece's settings, its texts. Words are joined by `_`.
        parse: Function from text to a value, in time linear in its length. It raises RequestError, or ValueError for
            what is no number. Where there is `spell`, it takes the reader's language as well. Others call `value_of`,
            which looks at the length first.
        article: Name with its article, for "I don't know ...".
        low: Least value of a number.
        high: Greatest value of a number.
        unit: Unit of the range, as it follows a number.
        written: How else than as a number one may write it.
        whole: Whether people say it in whole numbers.
        values: All that it can be, as text; empty where that cannot be listed.
        listed: Those of the values that a chat lists; empty where it lists all.
        longest: Most characters that one may write for it, and that its value has as text.
        worded: Whether each language has words of its own for the values.
        spell: Function from a value and a language to text; None where all languages write it alike.
        about: Help for the command line.
        otherwise: What happens where nobody says anything, in the words of the help; empty where the default is used.
        placeholder: Stands for the value in the help; None takes the name.
        every_engine: Whether every engine honours it.
        engines: Names of the engines that alone honour it; empty where every engine or every network does.
        in_chat: Whether it can be said in a chat, where rows keep it, or only on the command line.
        lasting: Whether a person may have a usual value of it.
        own_field: Whether a form has a field for it alone; all others share one line.
        field: Name of the field that holds it, in every record and row. `options_of` fills in this and what follows.
        default: Value where nobody says anything; None is found out for each piece anew.
        kind: Type of the value, None left out: float, int, str, or one that is written as text, such as `Key`.
    """

    name: str
    parse: Callable[..., Any]
    article: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    written: str = ""
    whole: bool = False
    values: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    longest: int = 32
    worded: bool = False
    spell: Callable[[Any, str], str] | None = None
    about: str
    otherwise: str = ""
    placeholder: str | None = None
    every_engine: bool = True
    engines: tuple[str, ...] = ()
    in_chat: bool = True
    lasting: bool = True
    own_field: bool = False
    field: str = ""
    default: Any = None
    kind: type = str

    @property
    def flag(self) -> str:
        """What it is called on a command line: --instrument-sound."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def may_be_any(self) -> bool:
        """Whether one may say `any`: None is a value of it."""
        return self.default is None

    @property
    def range(self) -> str:
        """From where to where a number goes, as people write it."""
        return "" if self.low is None else f"{_plain_number(self.low)} to {_plain_number(self.high)}{self.unit}"

    @property
    def offered(self) -> tuple[str, ...]:
        """The values that a chat lists."""
        return self.listed or self.values

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers; all others are written as text."""
        return self.kind in {float, int}

    def value_of(self, text: str, language: str = ENGLISH) -> Any:  # noqa: ANN401 - each option has its own type
        """The value that a text says in a language.

        Raises:
            RequestError: If there is no such value, or the text is too long for any.
            ValueError: If a number was expected.
        """
        if len(text) > self.longest:
            raise RequestError(f"{self.name} takes at most {self.longest} characters, not {len(text)}")
        return self.parse(text) if self.spell is None else self.parse(text, language)

    def spelled(self, plain: str, language: str) -> str:
        """A value that is written as text, as it stands in a file or row, for the readers of a language."""
        return plain if self.spell is None else self.spell(self.value_of(plain), language)

    def values_in(self, language: str) -> tuple[str, ...]:
        """All that it can be, as the readers of a language write it."""
        return tuple(self.spelled(value, language) for value in self.values)

    def parse_or_any(self, text: str) -> Any:  # noqa: ANN401 - each option has its own type
        """The value that a text says, None for `any`.

        Raises:
            RequestError: If there is no such value.
            ValueError: If a number was expected.
        """
        return None if self.may_be_any and text.strip().lower() == ANY else self.value_of(text)

    def read(self, plain: object) -> Any:  # noqa: ANN401 - each option has its own type
        """The value that a plain one stands for.

        Raises:
            RequestError: If there is no such value.
            TypeError: If it is of the wrong kind.
        """
        if plain is None and self.may_be_any:
            return None
        fits = isinstance(plain, int | float) and not isinstance(plain, bool) if self.is_number else type(plain) is str
        if not fits:
            raise TypeError(f"{self.name} cannot be {quoted(repr(plain))}")
        return plain if self.is_number or self.kind is str else self.value_of(str(plain))

    def can_be(self, plain: object) -> bool:
        """Whether a plain value is one that can be composed."""
        try:
            self.check(self.read(plain))
        except (RequestError, TypeError):
            return False
        return True

    def show(self, value: Any) -> Plain:  # noqa: ANN401 - each option has its own type
        """The plain value for one of this option."""
        return value if self.is_number or value is None else str(value)

    def check(self, value: Any) -> None:  # noqa: ANN401 - each option has its own type
        """Refuse what cannot be composed.

        Raises:
            RequestError: Naming the option, its range and what was given.
        """
        if value is None and self.may_be_any:
            return
        # Written so that not-a-number fails as well.
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            raise RequestError(f"{self.name} must be {self.range}, not {_plain_number(value)}")
        if self.values and str(value) not in self.values:
            raise unknown_name(self.article, str(value), self.values)


def _plain_number(value: Any) -> str:  # noqa: ANN401 - whatever was given for a number
    """A number as people write it: no 9.22e+18, which is not the bound, and no 5.0."""
    return f"{value:g}" if isinstance(value, float) else shortened(str(value))


def options_of(record: type[DataclassInstance]) -> tuple[Option, ...]:
    """The options that a dataclass declares, in the order of its fields: each is annotated with an `Option`."""
    hints = get_type_hints(record, include_extras=True)
    return tuple(
        replace(note, field=held.name, default=held.default, kind=_kind(hints[held.name].__origin__))
        for held in fields(record)
        for note in getattr(hints[held.name], "__metadata__", ())
        if isinstance(note, Option)
    )


def _kind(declared: Any) -> Any:  # noqa: ANN401 - a type, or a union with None, becomes a type
    return next(kind for kind in get_args(declared) or (declared,) if kind is not NoneType)
