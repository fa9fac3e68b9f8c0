"""A key is written and read alike wherever one may say it, in the language of whoever reads it."""

from __future__ import annotations

import random

import pytest

from composer.errors import RequestError
from composer.key_names import FRENCH, GERMAN, SPANISH, parse_key, spell_key
from composer.music.score import Key, Mode
from composer.options import ENGLISH
from composer.request import OPTIONS, Request, settings_of
from tests.composer.test_parsing_cost import MOST_CHARACTERS, MOST_SECONDS, parsed

LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH)
KEYS = [Key(tonic, mode) for tonic in range(12) for mode in Mode]
MAJOR, MINOR = Mode.MAJOR, Mode.MINOR


@pytest.mark.parametrize("language", [*LANGUAGES, "ja"])
def test_every_key_can_be_read_back_from_its_name(language):
    assert [parse_key(spell_key(key, language), language) for key in KEYS] == KEYS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_name_in_another_language_is_never_taken_for_another_key(language, reader):
    for key in KEYS:
        try:
            assert parse_key(spell_key(key, language), reader) == key
        except RequestError:
            assert (key.tonic, language) == (10, GERMAN)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (ENGLISH, ["E flat major", "F sharp minor", "B flat minor", "B major", "G flat major"]),
        (GERMAN, ["Es-Dur", "fis-Moll", "b-Moll", "H-Dur", "Ges-Dur"]),
        (FRENCH, ["mi bémol majeur", "fa dièse mineur", "si bémol mineur", "si majeur", "sol bémol majeur"]),
        (SPANISH, ["mi bemol mayor", "fa sostenido menor", "si bemol menor", "si mayor", "sol bemol mayor"]),
    ],
)
def test_keys_are_spelled_as_musicians_write_them(language, names):
    keys = [Key(3, MAJOR), Key(6, MINOR), Key(10, MINOR), Key(11, MAJOR), Key(6, MAJOR)]

    assert [spell_key(key, language) for key in keys] == names


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C", Key(0, MAJOR)), ("Am", Key(9, MINOR)), ("AM", Key(9, MAJOR)), ("a minor", Key(9, MINOR)),
        ("E-flat major", Key(3, MAJOR)), ("Eb", Key(3, MAJOR)), ("Eb-major", Key(3, MAJOR)),
        ("F# minor", Key(6, MINOR)), ("F#-minor", Key(6, MINOR)), ("f#m", Key(6, MINOR)), ("Bbm", Key(10, MINOR)),
        ("Cb", Key(11, MAJOR)),
        ("C sharp minor", Key(1, MINOR)), ("G♯ min", Key(8, MINOR)), ("B♭ major", Key(10, MAJOR)),
        ("Es dur", Key(3, MAJOR)), ("as-moll", Key(8, MINOR)), ("CIS-MOLL", Key(1, MINOR)), ("h moll", Key(11, MINOR)),
        ("do mineur", Key(0, MINOR)), ("Mi bémol majeur", Key(3, MAJOR)), ("re\u0301 majeur", Key(2, MAJOR)),
        ("fa dièse mineur", Key(6, MINOR)), ("sib majeur", Key(10, MAJOR)), ("do# mineur", Key(1, MINOR)),
        ("do menor", Key(0, MINOR)), ("ut majeur", Key(0, MAJOR)), ("Solm", Key(7, MINOR)),
        ("SI BEMOL MAYOR", Key(10, MAJOR)),
        ("  la \n menor ", Key(9, MINOR)), ("B major", Key(11, MAJOR)), ("B minor", Key(11, MINOR)),
    ],
)  # fmt: skip
def test_keys_are_read_as_people_write_them(language, text, key):
    assert parse_key(text, language) == key


@pytest.mark.parametrize("text", ["B", "Bm", "b-Moll", "B-Dur", "B dur"])
def test_b_is_b_flat_for_germans_alone(text):
    assert parse_key(text, GERMAN).tonic == 10
    for language in (ENGLISH, FRENCH, SPANISH):
        try:
            assert parse_key(text, language).tonic == 11
        except RequestError:
            assert "dur" in text.lower() or "moll" in text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "C majorish", "12", "Am7", "X", "do re", "-", "m"])
def test_what_is_no_key_is_refused(text, language):
    with pytest.raises(RequestError, match="I don't know the key"):
        parse_key(text, language)


def test_a_key_stands_in_files_as_it_is_spelled_in_titles():
    (option,) = (option for option in OPTIONS if option.name == "key")

    assert settings_of(Request(key=Key(6, MINOR)))["key"] == "F sharp minor"
    assert option.values == tuple(spell_key(key) for mode in Mode for key in KEYS if key.mode is mode)


@pytest.mark.parametrize("text", ["C" + " " * 6000 + "x", "b" * 6000, "-" * 6000 + "Cx", "\ufdfa" * 6000])
def test_the_longest_text_that_discord_hands_over_is_read_at_once(text):
    spent, refusal = parsed(lambda said: parse_key(said, GERMAN), text)

    assert spent < MOST_SECONDS
    assert len(refusal) < MOST_CHARACTERS


def test_no_text_is_anything_but_a_key_or_refused():
    dice = random.Random(17)
    for _ in range(300):
        text = "".join(dice.choices("abcdefgh m-#♭é\u0301durMolsmajei\n", k=dice.randrange(12)))
        try:
            assert parse_key(text, dice.choice(LANGUAGES)) in KEYS
        except RequestError:
            continue
