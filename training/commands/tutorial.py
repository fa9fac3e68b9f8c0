"""`python -m training tutorial`: the baseline, trained as published, and its pieces as MIDI."""

from __future__ import annotations

import json
import logging
import math
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write, folder_to_write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from composer.models.identity import Source
    from training.corpus.sources import SourcePiece

RECORD, WORDS = "tutorial.json", "words.json"

log = logging.getLogger("training")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("tutorial", help="MIDI files -> the tutorial's network and its pieces, a baseline")
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="folders or archives of MIDI files")
    parser.add_argument("--sets", nargs="*", default=[], help="names of the sets to take (all)")
    parser.add_argument("--most", type=int, default=80, help="training pieces to take, at random")
    parser.add_argument(
        "--out", type=folder_to_write, required=True, help="folder for the pieces, as compare --tutorial takes it"
    )
    parser.add_argument("--network", default="wavenet", choices=["wavenet", "lstm"])
    parser.add_argument("--epochs", type=int, default=50, help="50 were published")
    parser.add_argument("--minutes", type=float, default=math.inf, help="after which no epoch begins")
    parser.add_argument("--pieces", type=int, default=10)
    parser.add_argument("--words", type=int, default=10, help="in a piece; 10 were published, 120 last a minute")
    parser.add_argument(
        "--export", type=file_to_write, help="file to write the network to, as `composer/tutorial` has them"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that read")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Read, train, compose and write."""
    from composer.files import write_atomically
    from training.baseline import midi as tutorial_midi
    from training.baseline import tutorial
    from training.baseline.export import card_of, export_network

    texts, sources = _read_training_words(options)
    material = tutorial.cut_windows(texts)
    log.info("%d pieces, %d words stay, %d windows", len(texts), len(material.words), len(material.targets))
    trained = tutorial.train_network(
        material, kind=options.network, epochs=options.epochs, minutes=options.minutes, seed=options.seed
    )
    if options.export is not None:
        card = card_of(trained, material, sources=sources, pieces=len(texts), seed=options.seed)
        export_network(trained, card, options.export)
    pieces = tutorial.compose_pieces(
        trained, material.words, pieces=options.pieces, length=options.words, seed=options.seed
    )
    for number, piece in enumerate(pieces):
        tutorial_midi.write_words(piece, options.out / f"{number:03d}.mid")
    told = {
        "network": options.network,
        "parameters": trained.network.count_params(),
        "training_pieces": len(texts),
        "words": len(material.words),
        "windows": len(material.targets),
        "epochs": trained.epochs,
        "held_out_nats_a_word": trained.loss,
        "held_out_accuracy": trained.accuracy,
        "pieces": options.pieces,
        "words_in_a_piece": options.words,
        "seed": options.seed,
    }
    write_atomically(options.out / RECORD, f"{json.dumps(told, indent=2)}\n".encode())
    print(json.dumps(told, indent=2))


def _read_training_words(options: argparse.Namespace) -> tuple[list[list[str]], list[Source]]:
    """The words of the training pieces, and the sets that they are from.

    Words are kept beside the pieces that are composed, because music21 needs seconds for a file.
    """
    from composer.files import write_atomically
    from composer.models.identity import Source
    from training.baseline import midi as tutorial_midi

    with tempfile.TemporaryDirectory() as folder:
        found = _training_pieces(options, Path(folder))
        paths = [piece.path for piece in found]
        names = [path.name for path in paths]
        kept = _read_kept_words(options.out / WORDS, names)
        if kept is None:
            kept = dict(zip(names, tutorial_midi.read_words(paths, workers=options.workers), strict=True))
            write_atomically(options.out / WORDS, json.dumps(kept).encode())
    licences: dict[str, set[str]] = {}
    for piece in found:
        licences.setdefault(piece.collection, set()).add(piece.licence)
    sources = [Source(name, ", ".join(sorted(there))) for name, there in sorted(licences.items())]
    return [words for words in kept.values() if words], sources


def _training_pieces(options: argparse.Namespace, folder: Path) -> list[SourcePiece]:
    import numpy as np

    from composer.errors import RequestError
    from training.corpus import dataset, sources

    found = sources.source_pieces(options.corpus, unpack_to=folder, only=options.sets)
    midi = (piece for piece in found if piece.path.suffix.lower() in {".mid", ".midi"})
    train = [piece for piece in midi if piece.split == dataset.SPLITS[0] and piece.is_open]
    if not train:
        raise RequestError("the corpus has no MIDI file to train on; name another with --corpus")
    order = np.random.default_rng(options.seed).permutation(len(train))[: options.most]
    return [train[index] for index in sorted(order)]


def _read_kept_words(path: Path, names: Sequence[str]) -> dict[str, list[str]] | None:
    """The words that were read before, if they are those of the same files."""
    if not path.is_file():
        return None
    kept: dict[str, list[str]] = json.loads(path.read_bytes())
    return kept if list(kept) == list(names) else None
