"""Styles that have no place of their own in networks' features, which leave the model files as they are.

Some are played by engines alone, which `engines` names. Others networks take for one that they have learned, which
`learned_as` names. Where a style is a kind of music in the corpus, its statistics were counted as those of
`composer.styles.table`, over the sets that are named beside them; all others were set by hand.
"""

from __future__ import annotations

from composer.music.score import Part
from composer.styles.statistics import read_statistics
from composer.styles.style import Style

_GAMES = read_statistics(
    0.73,
    """
    4/4 86 127 3 7 14 18 30 27 48:4
    3/4 7 133 3 11 12 19 24 30
    """,
    breath=0,
)
"""Of the sets freedoom, freedoom-history and blasphemer."""

UNLEARNED = (
    Style(
        name="blues",
        parts=frozenset(Part),
        reach=24,
        fullest=4,
        instrument="band",
        title="Blues",
        statistics=read_statistics(
            0.2,
            """
            4/4 100 108 0 5 20 40 30 5
            """,
            breath=0,
        ),
        engines=("grammar",),
        carried_on_as="band",
    ),
    Style(
        name="game",
        parts=frozenset(Part),
        reach=51,
        fullest=6,
        instrument="band",
        title="Game music",
        statistics=_GAMES,
        learned_as="band",
    ),
    Style(
        name="chiptune",
        parts=frozenset(Part),
        reach=51,
        fullest=6,
        instrument="chiptune",
        title="Chiptune",
        statistics=_GAMES,
        learned_as="band",
    ),
    Style(
        name="lofi",
        parts=frozenset(Part),
        reach=24,
        fullest=5,
        instrument="lofi",
        title="Lo-fi",
        statistics=read_statistics(
            0.45,
            """
            4/4 100 78 0 10 35 40 15 0
            """,
            breath=0,
        ),
        engines=("grammar",),
        carried_on_as="band",
    ),
    Style(
        name="folk",
        parts=frozenset({Part.MELODY, Part.ACCOMPANIMENT, Part.BASS}),
        reach=16,
        fullest=4,
        instrument="fiddle",
        title="Reel",
        statistics=read_statistics(
            0.21,
            """
            2/2 60 104 0 0 5 20 45 30
            6/8 40 112 0 0 0 10 60 30
            """,
            breath=0,
        ),
        engines=("grammar",),
        carried_on_as="song",
    ),
    Style(
        name="ragtime",
        reach=19,
        fullest=5,
        title="Rag",
        statistics=read_statistics(
            0.1,
            """
            2/4 100 80 0 0 0 5 35 60
            """,
            breath=0,
        ),
        engines=("grammar",),
        carried_on_as="piano",
    ),
    Style(
        name="hymn",
        clash_guard=0.8,
        parts=frozenset(set(Part) - {Part.DRUMS}),
        reach=22,
        fullest=3,
        instrument="choir",
        title="Hymn",
        statistics=read_statistics(
            0.19,
            """
            4/4 68 127 0 10 56 31 2 0 24:29 48:7
            3/4 21 123 0 6 59 33 2 1 12:3 24:49 36:3
            6/4 4 100 0 5 35 20 29 11 24:14 48:29
            6/8 2 109 0 6 41 24 23 6 12:22
            3/2 2 113 0 6 50 33 9 1 48:30 72:10
            """,
        ),
        learned_as="choir",
        engines=("grammar",),
        carried_on_as="choir",
    ),
)
"""In the order in which they came."""
