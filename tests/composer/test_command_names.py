"""What all command lines have in common: their names in hints, where they write, and how they end."""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import __main__ as bot
from composer import __main__ as composer
from composer.command_parser import file_to_write, folder_to_write
from training import __main__ as training

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("script", "arguments", "named"),
    [
        ("bot", ["--help"], "usage: scripts/bot "),
        ("bot", ["doctr"], "; scripts/bot --help tells"),
        ("bot", ["backup", "--keep", "0"], "; scripts/bot backup --help tells"),
        ("compose", ["--help"], "usage: scripts/compose "),
        ("compose", ["--lenght", "9"], "; scripts/compose --help tells"),
        (
            "compose",
            ["--rolls", "7", "3", "11"],
            ": 3 11; quote a value that has spaces; scripts/compose --help",
        ),
    ],
)
def test_a_script_is_named_in_its_help_and_hints(tmp_path, script, arguments, named):
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / script).write_bytes((ROOT / "scripts" / script).read_bytes())
    # What is installed, and by what, is another matter.
    (folder / "setup.sh").write_text(f"setup() {{ :; }}\nroot={ROOT}\npython={sys.executable}\n", encoding="utf-8")

    done = subprocess.run(
        ["/bin/bash", f"scripts/{script}", *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "120", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert named in done.stdout + done.stderr


@pytest.mark.parametrize("module", ["bot", "composer", "training"])
def test_a_package_is_named_with_the_python_that_ran_it(module):
    done = subprocess.run([sys.executable, "-m", module, "--no"], capture_output=True, text=True, check=False)

    assert f"python -m {module} --help tells the options" in done.stderr.replace("python3 -m", "python -m")
    shown = done.stderr.rpartition("; ")[2].partition(" -m")[0]
    assert Path(shown).absolute() == Path(sys.executable)


@pytest.mark.parametrize(
    ("arguments", "statuses"),
    [(["composer", "models"], {141}), (["training", "--help"], {0, 141}), (["bot", "--help"], {0, 141})],
)
def test_a_command_ends_quietly_where_nobody_reads_on(arguments, statuses):
    running = subprocess.Popen([sys.executable, "-m", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    running.stdout.close()

    _, said = running.communicate(timeout=60)

    assert running.returncode in statuses
    assert said == b""


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The options of a parser and of all its commands."""
    for action in parser._actions:  # noqa: SLF001 - argparse shows its options nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                yield from actions(command)
        else:
            yield action


@pytest.mark.parametrize("program", [bot, composer, training])
def test_where_a_command_writes_is_looked_at_before_the_work(program):
    written = [
        action
        for action in actions(program._parser())  # noqa: SLF001
        if {"--out", "--json", "--export"} & {*action.option_strings}
    ]

    assert written
    assert all(action.type in {file_to_write, folder_to_write} for action in written)


def test_no_sentence_names_a_command_that_a_fresh_clone_may_lack():
    told = [
        f"{path}:{node.lineno}"
        for package in ("bot", "composer", "training")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in sentences(ast.parse(path.read_text("utf-8")))
        if "python -m" in str(node.value)
    ]

    assert told == []


def sentences(tree: ast.AST) -> Iterator[ast.Constant]:
    """Texts of a module that are not there for its readers alone, as docstrings are."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node
