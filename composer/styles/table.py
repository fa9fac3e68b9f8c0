"""All styles: a style is added by its entry here.

Reach and fullest hold 99 in a hundred chords of the training split of the corpus, and the statistics were counted over
its bars, upbeats over its pieces, all by `python -m training style-statistics`; metres and upbeats below two in a
hundred are left out. Choirs' tempi are not counted: hardly any of their old scores names one, and a modern one's is no
help.

The order of the styles is part of what networks read: a new one goes to the end, and asks for new networks. Those of
`composer.styles.unlearned`, which come last, ask for none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.score import Part
from composer.styles.statistics import read_statistics
from composer.styles.style import Style
from composer.styles.unlearned import UNLEARNED

if TYPE_CHECKING:
    from collections.abc import Mapping

PIANO = "piano"
"""Any music for piano alone; some styles are kinds of it."""

_HAND = 17
"""Reach of a pianist's hand: an eleventh, as wide as 99 in a hundred chords of all piano music."""

_PITCHED = frozenset(set(Part) - {Part.DRUMS})

_TABLE = (
    Style(
        name=PIANO,
        reach=_HAND,
        statistics=read_statistics(
            0.30,
            """
            3/4 32 112 0 5 25 36 27 6 24:14
            2/4 20 95 0 0 4 15 61 19 12:5 24:7
            4/4 18 94 4 6 13 29 39 8 24:8 48:5
            3/8 11 136 1 7 33 52 6 1 12:33
            6/8 8 74 0 0 1 5 42 51 12:4
            2/2 8 77 2 3 4 10 37 45 24:8 48:6
            """,
        ),
    ),
    Style(
        name="baroque",
        kind_of=PIANO,
        reach=_HAND,
        statistics=read_statistics(
            0.53,
            """
            4/4 30 80 0 5 7 18 67 4 24:4 48:3
            3/4 28 92 0 10 24 24 41 1 12:2 24:7
            2/2 13 74 0 3 7 12 57 20 24:24 48:14
            3/8 12 119 0 11 67 6 14 3 12:26
            6/8 5 80 0 3 10 21 28 37
            2/4 4 85 0 4 24 28 39 5 12:11
            12/8 4 77 0 4 12 36 37 13 72:9
            """,
        ),
    ),
    Style(
        name="classical",
        kind_of=PIANO,
        reach=_HAND,
        statistics=read_statistics(
            0.34,
            """
            2/4 30 104 0 1 3 17 68 11 12:10 24:5
            3/4 23 118 0 14 26 23 34 3 24:18
            4/4 22 122 0 1 28 41 26 4 24:8 48:4
            6/8 10 84 0 2 7 10 43 37
            2/2 8 110 0 3 8 17 55 18 36:11
            3/8 5 125 0 16 32 16 28 7
            """,
        ),
    ),
    Style(
        name="romantic",
        kind_of=PIANO,
        reach=_HAND,
        sources=("chopin-first-editions", "mutopia-piano"),
        statistics=read_statistics(
            0.41,
            """
            3/4 45 118 0 5 31 45 14 6 24:31
            4/4 16 102 1 3 14 29 36 17 24:9
            2/4 11 87 0 0 6 13 45 35 12:3 24:3
            2/2 11 80 0 0 3 11 21 65 24:8 48:4
            6/8 10 82 0 0 3 6 45 46 12:3
            6/4 2 71 0 1 9 13 12 65 24:11 60:11 72:11
            """,
        ),
    ),
    Style(
        name="salon",
        kind_of=PIANO,
        reach=_HAND,
        sources=("polish-scores-piano",),
        statistics=read_statistics(
            0.24,
            """
            3/4 29 104 0 4 22 33 33 8 12:3 24:9
            2/4 24 98 0 0 4 15 63 18 12:4 24:7
            4/4 17 85 7 7 13 30 36 7 12:2 24:9 48:6
            3/8 14 137 1 6 25 60 7 1 12:34
            6/8 7 73 0 0 2 6 42 49 12:4 24:3
            2/2 6 74 3 6 6 10 38 36 24:4 48:5
            """,
        ),
    ),
    Style(
        name="song",
        clash_guard=0.8,
        reach=47,
        fullest=7,
        instrument="flute",
        title="Song without Words",
        sources=("openscore-lieder",),
        statistics=read_statistics(
            0.31,
            """
            4/4 29 98 0 1 13 36 44 5 12:2 24:11 48:4
            3/4 23 90 0 2 10 31 45 11 12:3 24:19 36:2
            2/4 19 90 0 1 3 12 51 33 12:12 24:11
            6/8 16 73 0 1 2 4 43 50 12:8 24:10
            3/8 4 130 0 8 35 40 15 3 12:21
            2/2 4 62 0 0 1 13 42 44 12:6 24:15 48:8
            """,
        ),
    ),
    Style(
        name="quartet",
        clash_guard=0.8,
        parts=_PITCHED,
        reach=24,
        fullest=4,
        instrument="quartet",
        title="Quartet movement",
        sources=("openscore-quartets",),
        statistics=read_statistics(
            0.34,
            """
            3/4 26 110 1 4 31 37 24 2 12:4 24:8
            2/4 22 118 0 0 4 27 49 19 12:6 24:6
            4/4 19 108 0 4 13 35 42 6 12:10 24:8 36:4
            6/8 13 96 0 1 1 10 53 35 12:6
            2/2 11 79 0 0 1 13 57 29 12:4 24:13
            3/8 6 137 2 17 40 31 9 2 12:11
            """,
        ),
    ),
    Style(
        name="orchestra",
        clash_guard=0.8,
        parts=_PITCHED,
        reach=52,
        fullest=10,
        instrument="orchestra",
        title="Symphonic movement",
        sources=("openscore-orchestra",),
        statistics=read_statistics(
            0.29,
            """
            3/4 24 124 0 1 0 14 45 40 24:26 36:3
            4/4 20 103 0 0 0 5 38 57 12:3 24:5 36:3 48:13
            2/2 19 91 0 0 0 1 23 75 12:4 24:4 48:12
            2/4 14 107 0 0 0 6 12 82 12:5 24:10
            6/8 10 92 0 0 0 4 15 82 12:6
            3/8 7 126 0 0 4 6 59 31 12:25
            6/4 4 86 0 0 0 3 16 80
            """,
        ),
    ),
    Style(
        name="band",
        parts=frozenset(Part),
        reach=51,
        fullest=7,
        instrument="band",
        title="Band piece",
        sources=("freedoom", "freedoom-history", "helland-free-music"),
        statistics=read_statistics(
            0.75,
            """
            4/4 85 126 2 6 13 18 33 28 24:3 48:2
            3/4 7 128 3 11 14 24 19 29
            5/4 2 128 8 2 36 8 25 20
            """,
            breath=0,
        ),
    ),
    Style(
        name="choir",
        clash_guard=0.8,
        parts=_PITCHED,
        reach=28,
        fullest=5,
        instrument="choir",
        title="Motet",
        statistics=read_statistics(
            0.39,
            """
            2/2 62 80 15 26 28 19 10 1 48:5
            3/2 15 80 32 33 18 14 3 0 48:6
            4/4 13 80 16 22 29 23 10 1 24:15 48:4
            3/4 6 80 5 11 24 42 17 0 24:18
            """,
        ),
    ),
    *UNLEARNED,
)

STYLES: Mapping[str, Style] = {style.name: style for style in _TABLE}
"""Every style by its name."""

STYLE_NAMES = tuple(STYLES)

LEARNED_STYLES = tuple(style.name for style in _TABLE if not style.engines and not style.learned_as)
"""Styles that networks read, in their order."""

KINDS_OF_PIANO = tuple(style.name for style in _TABLE if style.kind_of == PIANO)
"""Styles of music for piano alone that have a name of their own."""
