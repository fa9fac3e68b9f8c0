"""A trainer that speaks as the real one does and learns nothing: it copies its parent under the new version.

Run as a program with the real one's options. How it misbehaves stands in a file in a folder of its own, which it
reads again while it waits, so that a test can let it go on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

FIGURES = {
    "bits_per_note": 5.0, "expected_rating": 0.4, "diversity": 0.8,
    "grammar": 1.0, "length": 1.0, "cadence": 0.98, "copies": 0,
}  # fmt: skip
CANDIDATE = "candidate.onnx"
BEHAVIOUR = "behaviour.json"


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("ratings", "model", "minutes", "out", "version", "min-pieces", "min-people", "corpus", "anchor"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--progress", action="store_true")
    parser.add_argument("--folder", default=os.environ.get("FAKE_TRAINER", "."))
    told = parser.parse_args()
    folder = Path(told.folder)
    behaviour = behaviour_in(folder)
    lines = Path(told.ratings).read_text("utf-8").splitlines()
    header = json.loads(lines[0])
    (folder / "heard.json").write_text(
        json.dumps({"argv": sys.argv[1:], "header": header, "pid": os.getpid(), "nice": os.nice(0),
                    "environment": dict(os.environ)}), "utf-8"
    )  # fmt: skip
    if behaviour.get("garbage"):
        print("\x00 not json {", "[1, 2]", '{"event": "progress"}', "9" * 200_000, sep="\n", flush=True)  # noqa: T201
    say({"event": "progress", "stage": "ranking", "step": 1, "steps": 4, "loss": None, "seconds_left": 60.0})
    if behaviour.get("child"):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", told.out])
    if behaviour.get("daemon"):
        # In a session of its own, with this process's pipes open: whoever kills the group does not reach it.
        lasting = [sys.executable, "-c", "import time; time.sleep(30)"]
        daemon = subprocess.Popen(lasting, start_new_session=True)
        (folder / "daemon").write_text(str(daemon.pid))
    held = bytearray(1_000_000 * int(str(behaviour.get("megabytes", 0))))
    held[::4096] = b"x" * len(held[::4096])
    while behaviour_in(folder).get("wait"):
        time.sleep(0.02)
    if "complain" in behaviour:
        sys.stderr.write(f"a warning\n{behaviour['complain']}\n")
        return 1
    if behaviour.get("die"):
        os.kill(os.getpid(), 9)
    say({"event": "progress", "stage": "gate", "step": 4, "steps": 4, "loss": 1.25, "seconds_left": 0.0})
    return report(told, behaviour, header, folder)


def behaviour_in(folder: Path) -> dict[str, object]:
    try:
        behaviour = json.loads((folder / BEHAVIOUR).read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # not written yet, or half
        return {}
    return dict(behaviour)


def say(event: dict[str, object]) -> None:
    print(json.dumps(event), flush=True)  # noqa: T201


def report(told: argparse.Namespace, behaviour: dict[str, object], header: dict[str, int], folder: Path) -> int:
    model, _, parent = Path(told.model).stem.rpartition("-v")
    version = int(told.version)
    data = (folder / CANDIDATE).read_bytes()
    out = Path(told.out)
    reason = str(behaviour.get("reason", "better"))
    found = {
        "model": model, "parent": int(parent), "version": version, "file": f"{model}-v{version}.onnx",
        "sha256": hashlib.sha256(data).hexdigest(), "accepted": reason == "better", "reason": reason, "detail": {},
        "ways": ["ranking"], "pieces": header["pieces"], "people": header["people"], "seconds": 1.5, "seed": 1,
        "before": FIGURES, "after": {**FIGURES, "bits_per_note": 5.01, "expected_rating": 0.75, "confidence": 0.97},
    }  # fmt: skip
    found |= dict(behaviour.get("report", {}))  # type: ignore[call-overload]
    (out / f"{model}-v{version}.onnx").write_bytes(data[: int(str(behaviour.get("bytes", len(data))))])
    if not behaviour.get("silent"):
        (out / "report.json").write_text(str(behaviour.get("raw", json.dumps(found))), "utf-8")
        say({"event": "report", **found})
    return 0


if __name__ == "__main__":
    sys.exit(main())
