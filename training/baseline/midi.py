"""The tutorial's reading and writing of MIDI through music21: a piece as words, one for each note or chord.

As published, losses and all: a word has no duration, loudness or place in time, and a chord no octave.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from music21 import chord, converter, instrument, note, stream
from music21.exceptions21 import Music21Exception
from tqdm import tqdm

from composer.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


PIANO = "Piano"
_FIRST_PROGRAM = 0


def read_words(paths: Sequence[Path], *, workers: int) -> list[list[str]]:
    """The words of each file, none where nothing of it is played by a piano or music21 cannot read it."""
    if workers <= 1:
        return list(_with_progress(map(words_of, paths), len(paths)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(_with_progress(pool.map(words_of, paths), len(paths)))


def _with_progress(pieces: Iterator[list[str]], total: int) -> Iterator[list[str]]:
    yield from tqdm(pieces, total=total, unit="file", disable=None)


def words_of(path: Path) -> list[str]:
    """A note becomes its name with octave, a chord its normal order: pitch classes with dots between them."""
    try:
        parted = instrument.partitionByInstrument(converter.parseData(path.read_bytes(), format="midi"))
    except (Music21Exception, ValueError, IndexError, EOFError):
        return []
    words = []
    for part in parted.getElementsByClass(stream.Part) if parted else ():
        if _is_piano(part):
            words += [_word_of(sound) for sound in part.recurse().getElementsByClass((note.Note, chord.Chord))]
    return words


def _is_piano(part: stream.Part) -> bool:
    """Whether the part's name says so, or it names no program: MIDI's default is the piano.

    The music21 of the tutorial's time called those parts by their program, today's by the name of their track.
    """
    players = list(part.recurse().getElementsByClass(instrument.Instrument))
    return PIANO in str(part) or any(player.midiProgram in {None, _FIRST_PROGRAM} for player in players)


def _word_of(element: note.Note | chord.Chord) -> str:
    if isinstance(element, note.Note):
        return str(element.pitch)
    return ".".join(str(pitch_class) for pitch_class in element.normalOrder)


def write_words(words: Sequence[str], path: Path) -> None:
    """Write words as MIDI: each on the piano, a quarter long and a quarter after the one before.

    Raises:
        OutputError: If the file cannot be written.
    """
    played: stream.Stream[note.Note | chord.Chord] = stream.Stream()
    for quarter, word in enumerate(words):
        sound = _sound_of(word)
        sound.storedInstrument = instrument.Piano()  # type: ignore[no-untyped-call]  # music21's own
        played.insert(float(quarter), sound)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        played.write("midi", fp=path)  # type: ignore[no-untyped-call]  # music21's own
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def _sound_of(word: str) -> note.Note | chord.Chord:
    if not (word.replace(".", "").isdigit()):
        return note.Note(word)
    # A pitch class without an octave: music21 puts it into that above middle C.
    return chord.Chord([note.Note(int(pitch_class)) for pitch_class in word.split(".")])
