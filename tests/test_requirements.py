"""What the locks promise: every dependency by version and hash, no address, and no TensorFlow to compose with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = {"base": (), "bot": ("bot",), "training": ("training",), "gpu": ("gpu",), "dev": ("bot", "training", "dev")}


def lock_text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")


def locked(lock: str) -> dict[str, str]:
    """Version of each package in a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock_text(lock), re.MULTILINE))


def declared(lock: str) -> set[str]:
    """Names that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [project["optional-dependencies"][extra] for extra in LOCKS[lock]]
    lines = [line for group in (project["dependencies"], *extras) for line in group]
    return {re.sub(r"[-_.]+", "-", re.split(r"[<>=~!\[ ]", line)[0]).lower() for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_whatever_the_project_declares(lock: str) -> None:
    assert declared(lock) <= locked(lock).keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|@ ", lock_text(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", lock_text(lock))

    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("smaller", ["base", "bot", "training"])
def test_smaller_lock_agrees_with_the_largest(smaller: str) -> None:
    assert locked(smaller).items() <= locked("dev").items()


def test_base_install_carries_no_tensorflow() -> None:
    assert not {"keras", "tensorflow", "tf2onnx"} & locked("base").keys()
