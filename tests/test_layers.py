"""What each package may import, read from the syntax trees: training -> composer <- bot."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "composer", "training")
STAND_IN = ROOT / "bot" / "standin"
LONGEST_MODULE = 300

TENSORFLOW = {"keras", "tensorflow", "tf2onnx"}
FORBIDDEN = {
    "bot": {"training"} | TENSORFLOW,
    "composer": {"bot", "training", "discord", "asyncio", "sqlite3", "aiosqlite", "sqlalchemy"} | TENSORFLOW,
    "training": {"bot"},
}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}


def modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Top-level names of all that is imported, inside functions and for type checking too."""
    yield from (name.partition(".")[0] for name in imported_modules(tree))


def imported_modules(tree: ast.AST) -> Iterator[str]:
    """Full names of all that is imported: a module's, with the name that is taken from it."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module


def environment_reads(tree: ast.AST) -> Iterator[str]:
    """Names through which the environment is read, as attribute of `os` or imported from it.

    `os.environ.setdefault(...)` as a statement of its own hands a setting to a library and reads nothing.
    """
    written = set[ast.AST]()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=environment, attr="setdefault"))):
                written.add(environment)
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in ENVIRONMENT and node not in written:
                yield name
            case ast.ImportFrom(module="os", names=names):
                yield from (alias.name for alias in names if alias.name in ENVIRONMENT)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), path)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=named)
def test_module_imports_only_what_its_package_may(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]

    assert not FORBIDDEN[package] & set(imported(parse(path)))


@pytest.mark.parametrize("path", modules("bot"), ids=named)
def test_bot_and_the_stand_in_for_discord_import_nothing_of_each_other(path: Path) -> None:
    of_the_bot = {name for name in imported_modules(parse(path)) if name.partition(".")[0] == "bot"}
    of_the_stand_in = {name for name in of_the_bot if name.startswith("bot.standin")}

    assert not (of_the_bot - of_the_stand_in if STAND_IN in path.parents else of_the_stand_in)


@pytest.mark.parametrize("path", modules("composer"), ids=named)
def test_composer_module_reads_no_environment_variable(path: Path) -> None:
    assert not set(environment_reads(parse(path)))


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests"), ids=named)
def test_module_has_at_most_300_lines(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= LONGEST_MODULE


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import keras.layers as layers", {"keras"}),
        ("def late():\n    from tensorflow.io import gfile", {"tensorflow"}),
        ("import importlib\nimportlib.import_module('training.fitting.fit')", {"importlib", "training"}),
        ("from . import bot", set()),
    ],
)
def test_imports_are_found_wherever_they_stand(code: str, names: set[str]) -> None:
    assert set(imported(ast.parse(code))) == names


@pytest.mark.parametrize(
    "code", ["os.environ['HOME']", "from os import getenv", "os.getenv('A')", "a = os.environ.setdefault('A', 'b')"]
)
def test_environment_is_found_however_it_is_read(code: str) -> None:
    assert set(environment_reads(ast.parse(code)))


def test_setting_for_a_library_is_not_taken_for_reading() -> None:
    assert not set(environment_reads(ast.parse("os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')")))
