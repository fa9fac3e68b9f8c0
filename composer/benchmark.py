"""How fast and how large: one run, one table. Measured, except where a row says otherwise."""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from composer.audio.synthesis import find_soundfont
from composer.compose import compose
from composer.decoding.network_engine import NetworkEngine
from composer.files import write_atomically
from composer.models import loading
from composer.models.runner import ModelRunner
from composer.publish import publish
from composer.rendering import render_composition
from composer.request import Request
from composer.tokens import features, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from composer.models.loading import Model

_REPEATS = 3
_STEPS = 400
_BANDWIDTH_BYTES = 2**28

_COLD = """
import resource, sys
from pathlib import Path
from composer.__main__ import main
status = main(sys.argv[1:])
told = Path("/proc/self/status")
if told.is_file():
    # Not ru_maxrss: on Linux a new process inherits the peak of the one that started it.
    print(next(line for line in told.read_text().splitlines() if line.startswith("VmHWM")).split()[1])
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
sys.exit(status)
"""


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One line of the table."""

    what: str
    value: float
    unit: str
    note: str = ""


def run(name: str, *, soundfont: Path | None, models_folder: Path | None, json_file: Path | None) -> None:
    """Measure and print; see `Row`.

    Raises:
        RequestError: If there is no such model.
        RenderError: If FluidSynth or the soundfont is missing.
        OutputError: If `json_file` cannot be written.
    """
    found = find_soundfont(soundfont)
    card = loading.find(name, models_folder)
    model = loading.load(card.path)
    rows = []
    for row in _measurements(model, found, models_folder):
        # Each as it comes: the next may take a minute, and whoever reads may be a pipe.
        print(f"{row.what:<44} {row.value:>10.3f} {row.unit:<10} {row.note}", flush=True)  # noqa: T201 - the result
        rows.append(row)
    if json_file:
        write_atomically(json_file, json.dumps([asdict(row) for row in rows], indent=2).encode())


def _measurements(model: Model, soundfont: Path, models_folder: Path | None) -> Iterator[BenchmarkRow]:
    name = model.card.identity.label
    for seconds in (60.0, 300.0):
        yield from _pieces(Request(seconds=seconds, model=name, seed=1), model, soundfont)
    yield from _cold(name, soundfont, models_folder)
    yield BenchmarkRow(
        "floor: weights read once, a token", _floor(model) * 1e6, "us", "bytes of the file / bandwidth of a copy"
    )
    yield from _tokens(name, model)
    yield from _others()


def _pieces(request: Request, model: Model, soundfont: Path) -> Iterator[BenchmarkRow]:
    """A piece with everything written, warm."""
    stages: dict[str, list[float]] = {}
    whole: list[float] = []
    tokens = 0
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(_REPEATS + 1):
            started = time.perf_counter()
            composition = compose(replace(request, seed=request.seed + repeat), NetworkEngine(model))
            rendition = render_composition(composition, soundfont=soundfont)
            publish(composition, rendition, Path(folder))
            if repeat == 0:
                continue  # the first one warms up
            whole.append(time.perf_counter() - started)
            tokens = len(composition.score.notes)
            for stage, spent in {**composition.seconds_spent, **rendition.seconds_spent}.items():
                stages.setdefault(stage, []).append(spent)
    what = f"{request.seconds:.0f} s piece, one of {model.card.choosing.count_for(request.candidates)}"
    yield BenchmarkRow(
        what, statistics.median(whole), "s", f"everything written, warm, median of {_REPEATS}; {tokens} notes"
    )
    for stage, times in stages.items():
        yield BenchmarkRow(f"  {stage}", statistics.median(times), "s", "beside render" if stage == "draw" else "")


def _cold(name: str, soundfont: Path, models_folder: Path | None) -> Iterator[BenchmarkRow]:
    """A new process: its start, and its memory after a piece of 60 seconds."""
    folder = ["--models-folder", str(models_folder)] if models_folder else []
    start = _fastest(lambda: subprocess.run([sys.executable, "-c", _START, name, *folder[1:]], check=True))
    yield BenchmarkRow("start-up", start, "s", "interpreter, imports and the model, until the first token can be drawn")
    with tempfile.TemporaryDirectory() as out:
        command = ["compose", "--length", "60", "--seed", "1", "--model", name, "--soundfont", str(soundfont)]
        done = subprocess.run(
            [sys.executable, "-c", _COLD, *command, "--out", out, *folder], check=True, capture_output=True, text=True
        )
    peak = float(done.stdout.split()[-1]) / 1024
    yield BenchmarkRow(
        "resident memory, composing 60 s", peak, "MB", "highest of the process, without FluidSynth's own"
    )


_START = """
import sys
from pathlib import Path
from composer.compose import compose
from composer.files import write_atomically
from composer.models import loading
from composer.models.runner import ModelRunner
folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
ModelRunner(loading.load(loading.find(sys.argv[1], folder).path), 8)
"""


def _fastest(action: Callable[[], object], repeats: int = _REPEATS) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return min(times)


def _floor(model: Model) -> float:
    """Seconds that reading the weights once takes at the bandwidth of a copy (which reads and writes)."""
    source = np.ones(_BANDWIDTH_BYTES, np.uint8)
    target = np.empty_like(source)
    seconds = _fastest(lambda: np.copyto(target, source))
    return model.path.stat().st_size / (2 * _BANDWIDTH_BYTES / seconds)


def _tokens(name: str, model: Model) -> Iterator[BenchmarkRow]:
    """Microseconds a token of the network alone, at batch 1 and 8."""
    for batch in (1, 8):
        runner = ModelRunner(model, batch)
        tokens = np.full(batch, vocabulary.BAR, np.int32)
        inputs = np.zeros((batch, features.NEWEST.width), np.float32)
        times = []
        for _ in range(_STEPS):
            started = time.perf_counter()
            runner.step(tokens, inputs)
            times.append(time.perf_counter() - started)
        step = statistics.median(times) * 1e6
        parameters = f"{model.card.network.parameters / 1e6:.1f} M parameters"
        yield BenchmarkRow(f"{name}, batch {batch}", step / batch, "us/token", f"{parameters}, {step:.0f} us a step")


def _others() -> Iterator[BenchmarkRow]:
    """The other networks with random weights, and the tutorial's way: need the training extra."""
    if not (importlib.util.find_spec("keras") and importlib.util.find_spec("tensorflow")):
        yield BenchmarkRow(
            "other networks, the tutorial's way", float("nan"), "", "not measured: install the training extra"
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "training", "speed", "--out", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told = json.loads(done.stdout.splitlines()[-1])
        for card in loading.installed(Path(folder)):
            yield from _tokens(f"{card.identity.name}, random weights", loading.load(card.path))
    yield BenchmarkRow("the tutorial's way, a token", told["predict_microseconds"], "us/token", told["predict_note"])
    minute = told["predict_microseconds"] * told["tokens_a_minute"] / 1e6
    note = f"extrapolated: {told['tokens_a_minute']} tokens, as many as a minute of ours has; one candidate"
    yield BenchmarkRow("the tutorial's way, 60 s of music", minute, "s", note)
