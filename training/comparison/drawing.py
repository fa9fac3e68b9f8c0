"""Pieces by a model for a list of requests, drawn side by side and kept in a folder."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

import composer
from composer import engines
from composer.compose import compose
from composer.errors import MachineError, RequestError
from composer.files import write_together
from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.request import OPTIONS
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from composer.compose import Composition
    from composer.engine import Engine
    from composer.engines import InstalledEngine
    from composer.request import Request
    from training.comparison.commissions import Commission

_FORMAT = 2
"""Format of what is kept of a piece; one of another format is drawn again."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A generated piece.

    Attributes:
        request: What was asked for.
        score: Music as it is played, in the asked key.
        midi: Bytes of its MIDI file.
        tokens: Music as the network said it, from START to END.
        beats_per_minute: Felt, before the piece slows down at its end.
        measures: See `composer.music.measures`.
    """

    request: Request
    score: Score
    midi: bytes
    tokens: tuple[int, ...]
    beats_per_minute: float
    measures: Mapping[str, float]


def of_composition(request: Request, piece: Composition) -> Drawn:
    """A piece that was just composed."""
    tempo = piece.plan.beats_per_minute
    return Drawn(request, piece.score, piece.midi, piece.tokens, tempo, dict(piece.measures))


def draw_commissions(
    commissions: Sequence[Commission], engine: InstalledEngine, *, folder: Path | None, workers: int
) -> list[Drawn]:
    """Compose what is commissioned, as far as the engine can be told it; see `draw_requests`."""
    asked = [adapt_request(commission.request, engine) for commission in commissions]
    return draw_requests(asked, engine, folder=folder, workers=workers)


def adapt_request(request: Request, engine: InstalledEngine) -> Request:
    """As much of a request as an engine can be told.

    A kind of music that it does not know is asked for as what it is a kind of. Options that it does not honour are left
    out, and if it still refuses, metre, key and tempo one after the other.

    Raises:
        RequestError: If it refuses what is left, or writes no notes.
    """
    if "instrument" not in engine.identity.honours:
        raise RequestError(f"{engine.identity.name} writes no notes, and nothing else is compared; leave it out")
    known, kind_of = engine.identity.styles, STYLES[request.style].kind_of
    asked = replace(request, style=kind_of) if request.style not in known and kind_of in known else request
    told = {
        option.field: option.default
        for option in OPTIONS
        if not option.every_engine and option.field not in engine.identity.honours
    }
    asked = replace(asked, **told)
    leaving_out: tuple[dict[str, Any], ...] = ({"metre": None}, {"key": None}, {"tempo": None})
    for left in leaving_out:
        try:
            engine.check(asked)
        except RequestError:
            asked = replace(asked, **left)
    engine.check(asked)
    return asked


def draw_requests(
    requests: Sequence[Request], engine: InstalledEngine, *, folder: Path | None, workers: int
) -> list[Drawn]:
    """Compose what is asked for, as users get it: planned, drawn, ranked and played by `composer.compose`.

    A piece that lies in `folder` already is not drawn again, as long as its request, the engine's file and the
    composer's own code are what they were. Music without metre lies there to the tick.

    Args:
        requests: What is asked for; which model they name makes no difference.
        engine: Who composes.
        folder: Where pieces are kept, as JSON and as MIDI; None keeps none.
        workers: Processes; up to 1 composes in this one.

    Raises:
        RequestError: If the engine has not learned a style that is asked for.
        OutputError: If a piece cannot be written.
    """
    label = engine.identity.label
    asked = [replace(request, model=label) for request in requests]
    if unknown := {request.style for request in asked} - set(engine.identity.styles):
        raise RequestError(f"{label} has not learned the style {min(unknown)}")
    code = sorted(Path(composer.__file__).parent.rglob("*.py"))
    made_by = {"format": _FORMAT, "model": engine.digest()[:16], "composer": _digest_files(code)}
    jobs = [_Job(request, engine.path, folder, json.dumps(made_by)) for request in asked]
    return list(tqdm(_compose_all(jobs, workers), total=len(jobs), unit="piece", disable=None))


def _compose_all(jobs: Sequence[_Job], workers: int) -> Iterator[Drawn]:
    if workers <= 1:
        yield from map(_draw_piece, jobs)
        return
    # Not fork: threads of ONNX Runtime, if there are any, would be copied in whatever state they are.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_draw_piece, jobs)


def _digest_files(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Job:
    request: Request
    model: Path | None
    folder: Path | None
    made_by: str

    @property
    def file(self) -> Path | None:
        request = self.request
        return self.folder and self.folder / request.model / request.style / f"{request.seed:06d}.json"


@lru_cache(maxsize=1)
def _load_engine(name: str, path: Path | None) -> Engine:
    return (engines.find(name) if path is None else engines.of_file(path)).load()


def _draw_piece(job: _Job) -> Drawn:
    kept = _read_kept(job)
    if kept is not None:
        return kept
    piece = compose(job.request, _load_engine(job.request.model, job.model))
    drawn = of_composition(job.request, piece)
    if job.file is not None:
        record = {
            "request": repr(job.request),
            "made_by": job.made_by,
            "score": _as_json(piece.score),
            "tokens": piece.tokens,
            "beats_per_minute": drawn.beats_per_minute,
            "measures": drawn.measures,
        }
        write_together({job.file: json.dumps(record).encode(), job.file.with_suffix(".mid"): piece.midi})
    return drawn


def _read_kept(job: _Job) -> Drawn | None:
    if job.file is None or not job.file.is_file():
        return None
    try:
        record = json.loads(job.file.read_bytes())
        if (record["request"], record["made_by"]) != (repr(job.request), job.made_by):
            return None
        return Drawn(
            request=job.request,
            score=_from_json(record["score"]),
            midi=job.file.with_suffix(".mid").read_bytes(),
            tokens=tuple(record["tokens"]),
            beats_per_minute=record["beats_per_minute"],
            measures=record["measures"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MachineError(f"{job.file} is damaged; delete it, and it is drawn again") from error


def _as_json(score: Score) -> dict[str, Any]:
    return {
        "notes": [[note.start, note.duration, note.pitch, note.velocity, int(note.part)] for note in score.notes],
        "metre": [score.metre.numerator, score.metre.denominator],
        "bars": score.bars,
        "key": [score.key.tonic, int(score.key.mode)],
        "tempos": [[tempo.start, tempo.quarters_per_minute] for tempo in score.tempos],
        "opening": score.opening,
    }


def _from_json(values: dict[str, Any]) -> Score:
    tonic, mode = values["key"]
    return Score(
        notes=tuple(
            Note(start, length, pitch, loud, Part(part)) for start, length, pitch, loud, part in values["notes"]
        ),
        metre=Metre(*values["metre"]),
        bars=values["bars"],
        key=Key(tonic, Mode(mode)),
        tempos=tuple(Tempo(*tempo) for tempo in values["tempos"]),
        opening=values.get("opening", 0),
    )
