"""Sections that come back, varied: which bar recalls which."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """In which order sections come, and how much of one that returns is to be heard again.

    Attributes:
        letters: Letters of the sections; an equal letter returns. After the last they begin anew.
        sentences: New sections say their first two bars twice (Schoenberg 1967, "Fundamentals of Musical Composition").
        heads: Whether only the beginning of a section returns, and it goes on in another way.
    """

    letters: str
    sentences: bool = False
    heads: bool = False


FORMS = (
    Form("AABACABA"),
    Form("ABACABAC"),
    Form("AABACABA", sentences=True),
    Form("ABACADAB", heads=True),
    Form("ABCADBCA", heads=True),
    Form("AABCADAB", heads=True),
)
"""Song form and then a rondo; a rondo from the start; sentences in song form; and three that develop what returns.

In half of the pieces whole phrases return: in 37 % of the last minutes of 76 held-out piano pieces none does.
"""

_IDEA = 2
"""Bars that a sentence says twice."""

_SHORT, _LONG = 4, 8
"""Bars of a section, in pieces of up to `_LONG_FROM` bars and in longer ones; sentences are long."""

_LONG_FROM, _SENTENCES_FROM = 32, 16
_FEWEST_BARS = 12
_FREE_ENDS = {_SHORT: 1, _LONG: 2}
"""Bars at the end of a section that recall nothing, so that phrases may close in another way."""

_HEADS = {_SHORT: 1, _LONG: 2}
"""Bars of a section's beginning that return where only that does."""

_CADENCE_BARS = 2


def recalled_bars(bars: int, form: int = 0, *, upbeat_bars: int = 0) -> tuple[int | None, ...]:
    """For each bar of a piece the earlier bar that it recalls, or None.

    Sections of four or eight bars return as one of `FORMS` has it; the last two bars are the cadence's.

    Args:
        bars: Number of all bars.
        form: Index of one of `FORMS`.
        upbeat_bars: Bars before the first section, which recall nothing and are recalled by none.
    """
    whole = _recalled(bars - upbeat_bars, form)
    return (None,) * upbeat_bars + tuple(None if bar is None else bar + upbeat_bars for bar in whole)


def _recalled(bars: int, form: int) -> tuple[int | None, ...]:
    if bars < _FEWEST_BARS:
        return (None,) * bars
    kind = FORMS[form]
    section = _section_bars(bars, kind)
    sentences = kind.sentences and bars >= _SENTENCES_FROM
    again = _HEADS[section] if kind.heads else section - _FREE_ENDS[section]
    firsts: dict[str, int] = {}
    recalled: list[int | None] = []
    for bar in range(bars):
        number, inside = divmod(bar, section)
        letter = kind.letters[number % len(kind.letters)]
        first = firsts.setdefault(letter, number)
        if inside >= again or bar >= bars - _CADENCE_BARS:
            recalled.append(None)
        elif first != number:
            recalled.append(first * section + inside)
        else:
            recalled.append(bar - _IDEA if sentences and _IDEA <= inside < 2 * _IDEA else None)
    return tuple(recalled)


def sections_of(bars: int, form: int = 0, *, upbeat_bars: int = 0) -> tuple[tuple[int, str], ...]:
    """First bar and letter of each section of a piece; one section where it is too short for a form.

    The arguments are those of `recalled_bars`.
    """
    whole = bars - upbeat_bars
    if whole < _FEWEST_BARS:
        return ((upbeat_bars, FORMS[form].letters[0]),)
    section = _section_bars(whole, FORMS[form])
    letters = FORMS[form].letters
    return tuple((upbeat_bars + bar, letters[bar // section % len(letters)]) for bar in range(0, whole, section))


def _section_bars(bars: int, kind: Form) -> int:
    sentences = kind.sentences and bars >= _SENTENCES_FROM
    return _LONG if sentences or bars >= _LONG_FROM else _SHORT
