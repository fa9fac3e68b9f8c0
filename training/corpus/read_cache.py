"""A file of a corpus -> its reading, whatever its format, from the cache where it was read before."""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.errors import OutputError
from composer.files import write_atomically
from composer.formats import humdrum, midi
from composer.formats.abc_notation import reader as abc_reader
from composer.formats.abc_notation.tunes import tunes_of
from composer.formats.musicxml import reader as musicxml_reader
from composer.formats.sections import Refused, Transcript, read_each, sections_of
from composer.formats.text_encoding import NOTATION, bytes_in, kind_of
from composer.tokens import features, vocabulary
from training.corpus import duplicates, encoding
from training.corpus.encoding import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.sources import SourcePiece

VERSION = 12
"""Version of all that a reading depends on; counted up with every change to it, so that older readings are not used."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pieces, and remembers readings in a folder if there is one."""

    cache: Path | None = None

    def __call__(self, piece: SourcePiece) -> Reading:
        """What a piece's file holds, or why it is refused."""
        try:
            data = bytes_of(piece)
        except OSError as error:
            return Reading(refused=f"unreadable: {error.strerror}")
        except Refused as reason:
            return Reading(refused=str(reason))
        place = self.place(piece, data)
        if place is None:
            return _read_piece(piece, data)
        with suppress(OSError):
            if (known := encoding.unpack_reading(place.read_bytes())) is not None:
                return known
        found = _read_piece(piece, data)
        with suppress(OutputError):  # the run goes on without it
            write_atomically(place, encoding.pack_reading(found))
        return found

    def place(self, piece: SourcePiece, data: bytes) -> Path | None:
        """Where the reading of these bytes is kept."""
        if self.cache is None:
            return None
        settings = (
            VERSION,
            piece.group,
            piece.style,
            kind_of(piece.path),
            vocabulary.fingerprint(),
            features.NEWEST.fingerprint,
            # Fingerprints of melodies are hashes of tuples.
            sys.implementation.cache_tag,
            sys.hash_info.width,
        )
        name = hashlib.sha256(repr(settings).encode() + b"\0" + data).hexdigest()
        return self.cache / name[:2] / f"{name[2:]}.npz"


def bytes_of(piece: SourcePiece) -> bytes:
    """What the piece's file holds; of a book in ABC only the tune.

    Raises:
        OSError: If it cannot be read.
        Refused: If it is larger than any score, or a book that has no such tune any more.
    """
    if kind_of(piece.path) != ".abc":
        return bytes_in(piece.path)
    tunes = tunes_of(piece.path)
    if piece.number >= len(tunes):
        raise Refused("no longer in its book")
    return tunes[piece.number].encode()


def _read_piece(piece: SourcePiece, data: bytes) -> Reading:
    try:
        transcripts = transcripts_of(piece, data)
        read = read_each(transcripts, lambda one: (one, sections_of(one)))
    except Refused as reason:
        return Reading(refused=str(reason))
    encoded = [
        encoding.encode_section(section, piece.style or transcript.style)
        for transcript, sections in read
        for section in sections
    ]
    scores = [section.score for _, sections in read for section in sections]
    return Reading(tuple(encoded), duplicates.melody_grams(scores), None, piece.style or read[0][0].style)


def transcripts_of(piece: SourcePiece, data: bytes) -> list[Transcript]:
    """What a piece says; several where its file holds several.

    Args:
        piece: The piece.
        data: Its bytes, see `bytes_of`.

    Raises:
        Refused: If it cannot be read or is not of the piece's group.
    """
    kind = kind_of(piece.path)
    if data[:1024].lstrip()[:256].lower().startswith((b"<!doctype html", b"<html")):
        raise Refused("unreadable: a web page, saved in the place of music")
    if kind == ".abc":
        return [abc_reader.transcript_of(data.decode(), group=piece.group)]
    if kind == ".krn":
        return humdrum.transcripts_of(data, group=piece.group)
    # Of these two, the first bytes tell what the name may not.
    if data.startswith((b"PK\x03\x04", b"<?xml")) or (kind in NOTATION and not data.startswith(b"MThd")):
        return [musicxml_reader.transcript_of(data, group=piece.group)]
    return midi.transcripts_of(data, group=piece.group)
