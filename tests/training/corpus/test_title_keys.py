from __future__ import annotations

import pytest

from composer.music.score import Key, Mode
from training.corpus.title_keys import key_named


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Prelude in C minor", Key(0, Mode.MINOR)),
        ("Sonata in E-flat Major, Op. 7", Key(3, Mode.MAJOR)),
        ("Fugue in F♯ minor", Key(6, Mode.MINOR)),
        ("Nocturne in B flat minor", Key(10, Mode.MINOR)),
        ("Rondo A-Dur", Key(9, Mode.MAJOR)),
        ("Polonez Es-dur", Key(3, Mode.MAJOR)),
        ("Walzer As-Dur", Key(8, Mode.MAJOR)),
        ("Mazurek fis-moll", Key(6, Mode.MINOR)),
        ("Präludium a-moll", Key(9, Mode.MINOR)),
        ("Menuett B-Dur", Key(10, Mode.MAJOR)),
        ("Messe h-Moll", Key(11, Mode.MINOR)),
        ("Étude en ut mineur", Key(0, Mode.MINOR)),
        ("Valse en mi bémol majeur", Key(3, Mode.MAJOR)),
        ("Prélude en fa dièse mineur", Key(6, Mode.MINOR)),
    ],
)
def test_key_is_read_from_a_title(title: str, key: Key) -> None:
    assert key_named(title) == key


@pytest.mark.parametrize("title", ["", "Mazurka", "Major Tom", "A minority", "Sonatas in C major and G minor", "Durch"])
def test_title_without_one_key_names_none(title: str) -> None:
    assert key_named(title) is None
