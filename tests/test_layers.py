"""The plan of the house: what each package may import, how large a folder may be, and where a test stands."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import pytest

from tests.import_graph import PACKAGES, ROOT, import_graph, imported, modules, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAY_IMPORT = """
composer.errors:
composer.weighted_draw:
composer.files: errors
composer.command_parser: errors files
composer.training_contract:
composer.options: errors
composer.music:
composer.styles: music
composer.tokens: music styles
composer.formats: music tokens
composer.listening: errors music tokens formats
composer.key_names: errors options music
composer.titles: errors key_names music
composer.parsing: errors music tokens
composer.performance: errors music
composer.reading: errors music styles tokens formats listening performance
composer.dice: errors music titles
composer.stochastic: music performance
composer.grooves: weighted_draw music
composer.novelty: errors music
composer.request: errors options key_names music styles tokens parsing performance dice
composer.models.model_names: options request
composer.models: errors music styles tokens request models.model_names
composer.planning: errors weighted_draw music performance styles tokens titles request models
composer.engine: errors options music styles request models planning
composer.audio: errors
composer.decoding: weighted_draw music styles tokens grooves request models planning engine
composer.taste: music styles models decoding
composer.dice.length: errors planning dice
composer.dice.engine: errors music tokens request models planning engine dice dice.length
composer.stochastic.engine: errors music styles tokens performance request models planning engine stochastic
composer.grammar: music planning
composer.blues: music request planning grammar
composer.lofi: music request planning grammar blues grooves
composer.dances: music titles request planning grammar
composer.grammar.engine: errors music styles request models planning engine decoding grammar blues lofi dances
composer.tutorial: errors music titles tokens request models planning engine
composer.raw_audio: errors music tokens request models planning engine audio
composer.engines: music request models planning engine decoding dice.engine stochastic.engine grammar.engine tutorial
    raw_audio
composer.compose: errors options music styles tokens performance novelty request models planning engine audio decoding
composer.notation: errors music performance
composer.sheet_music: errors music performance notation
composer.picture: music audio
composer.source_filter: errors models audio
composer.chip: music audio
composer.originals: music performance request picture audio source_filter chip
composer.heard: errors files command_parser music styles listening reading performance picture
composer.rendering: compose audio originals
composer.repeating: errors audio originals
composer.publish: files planning compose rendering sheet_music
composer.replaying: music performance rendering publish sheet_music
composer.benchmark: files tokens request models decoding compose audio rendering publish
composer.commands: errors command_parser options music request
composer.__main__: errors command_parser commands options music performance novelty reading request models
    models.model_names planning engine engines compose notation sheet_music audio heard rendering repeating publish
    replaying benchmark

training.corpus: | errors files music styles tokens formats parsing planning
training.networks: | tokens models
training.sound: corpus networks | errors files music performance audio models listening source_filter
training.export: networks | errors files tokens models
training.fitting: corpus networks export | errors files
training.survey: corpus | music tokens planning
training.comparison: corpus | errors files music styles tokens parsing request models planning engine decoding engines
    compose
training.playing: comparison | errors files performance
training.notation: | errors files music styles tokens request engines compose notation performance
training.raw_audio: networks | errors files listening models audio raw_audio
training.baseline: | errors files models tutorial
training.evaluation: corpus networks export fitting baseline | errors files music styles tokens parsing novelty models
training.transcription: corpus | errors files music styles performance listening audio
training.grammar: corpus | errors files formats music styles tokens parsing request planning grammar
training.dances: corpus | errors files music grammar dances
training.grooves: | errors files music formats grooves
training.spelling: | errors music notation
training.release: corpus networks export fitting evaluation | styles tokens models
training.calibration: corpus comparison | errors music styles tokens parsing request models planning engine decoding
training.ratings: corpus networks export comparison evaluation release | errors files training_contract key_names music
    styles tokens parsing request models planning decoding taste compose
training.listeners: comparison ratings | errors files training_contract music styles tokens request models engines
training.polyphonic: networks fitting | errors files
training.commands.shared: corpus export ratings | errors command_parser training_contract models engines
training.commands.sound: corpus raw_audio sound | errors command_parser performance audio models source_filter raw_audio
training.commands.calibration: corpus spelling grammar grooves playing dances calibration commands.shared | errors files
    command_parser models styles
training.commands.checks: notation | command_parser
training.commands.comparison: corpus comparison playing | errors files command_parser styles engines
training.commands: corpus transcription survey networks export fitting comparison baseline evaluation release ratings
    listeners polyphonic commands.shared | errors files command_parser training_contract styles tokens models engines
training.__main__: | errors command_parser

bot.errors: | errors
bot.clock:
bot.machine:
bot.domain: | training_contract options music request models taste rendering sheet_music
bot.addresses:
bot.settings: addresses errors machine domain | errors training_contract request
bot.logs: settings
bot.worker: errors domain | models music reading heard engine engines compose rendering sheet_music models.model_names
bot.storage: errors clock domain | files training_contract options music tokens models taste rendering
bot.monitoring: errors settings domain
bot.pipeline: errors clock settings domain worker storage monitoring | errors options music request models
    models.model_names planning engine engines compose rendering sheet_music
bot.retraining: errors clock machine settings domain worker storage pipeline | errors files training_contract key_names
    models taste
bot.fleet: errors machine settings domain worker storage monitoring pipeline | errors files models engines music
    rendering audio
bot.app: errors clock machine settings domain worker storage monitoring pipeline retraining fleet | audio files
bot.discord_ui.texts: | key_names titles
bot.discord_ui: errors clock settings domain storage app discord_ui.texts | errors training_contract options
    models.model_names key_names music audio
bot.discord_ui.voice: errors domain storage pipeline app discord_ui.texts discord_ui | errors
bot.discord_ui.cogs: errors domain storage pipeline discord_ui.texts discord_ui discord_ui.voice | errors options music
    listening request sheet_music picture taste
bot.serve: errors settings storage app discord_ui discord_ui.voice discord_ui.cogs | errors
bot.doctor: errors settings storage monitoring discord_ui discord_ui.voice | errors models engines audio source_filter
bot.standin:
bot.__main__: addresses errors clock settings logs storage fleet serve doctor | errors command_parser
"""
"""One line a package, or a module beside the packages, in reading direction: each imports only from lines above it.

Before the bar stand those of its own top-level package, after the bar those of `composer`. A line that begins with four
spaces goes on from the one before. The stand-in for Discord and the bot import nothing of each other.
"""

LARGEST_FOLDER = 20
"""Modules in one folder, at most; beyond, a newcomer sees a heap."""

MIGRATIONS = ROOT / "bot" / "storage" / "migrations" / "versions"
"""A list that only grows: one that was released is never moved or changed."""

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40

TENSORFLOW = {"keras", "tensorflow", "tf2onnx"}
FORBIDDEN = {
    "bot": {"training"} | TENSORFLOW,
    "composer": {"bot", "training", "discord", "asyncio", "sqlite3", "aiosqlite", "sqlalchemy"} | TENSORFLOW,
    "training": {"bot"},
}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}


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


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def may_import() -> dict[str, set[str]]:
    """What each line of the table lets a package import."""
    allowed: dict[str, set[str]] = {}
    for line in MAY_IMPORT.strip().replace("\n    ", " ").splitlines():
        package, _, names = line.partition(":")
        own, _, of_composer = names.partition("|")
        top = package.partition(".")[0]
        allowed[package] = {f"{top}.{name}" for name in own.split()} | {f"composer.{n}" for n in of_composer.split()}
    return {package: names for package, names in allowed.items() if package}


def package_of(module: str) -> str:
    """The package of the table to which a module belongs, the innermost one."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in may_import()), module)


@pytest.mark.parametrize("module", sorted(set(import_graph()) - set(PACKAGES)))
def test_package_imports_only_what_the_table_lets_it(module: str) -> None:
    package = package_of(module)
    assert package in may_import(), f"{module} has no line in MAY_IMPORT: say there what it may import."

    for other in sorted(import_graph()[module] - set(PACKAGES)):
        allowed = {package, *may_import()[package]}
        assert package_of(other) in allowed, (
            f"{module} imports {other}, but {package} may import only {', '.join(sorted(allowed))}. "
            "If the import goes in reading direction, add it to the line of MAY_IMPORT."
        )


def test_table_stands_in_reading_direction() -> None:
    lines = list(may_import())
    for place, package in enumerate(lines):
        above = set(lines[:place])
        assert may_import()[package] <= above, f"{package} may import {may_import()[package] - above}, not above it."


def test_no_module_imports_itself_in_a_circle() -> None:
    try:
        TopologicalSorter(import_graph()).prepare()
    except CycleError as error:
        pytest.fail(f"Imports in a circle, from right to left: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_folder_holds_at_most_20_modules(package: str) -> None:
    folders = [path.parent for path in modules(package) if path.name != "__init__.py" and path.parent != MIGRATIONS]
    large = {folder.relative_to(ROOT): folders.count(folder) for folder in set(folders)}

    assert {folder: count for folder, count in large.items() if count > LARGEST_FOLDER} == {}


def test_a_class_name_has_one_meaning() -> None:
    places: dict[str, list[str]] = {}
    for path in modules(*PACKAGES):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(named(path))

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_tests_stand_in_folders_called_as_the_packages_that_they_test(package: str) -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in modules(f"tests/{package}")}

    assert {str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()} == set()


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=named)
def test_module_imports_only_what_its_package_may(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]

    assert not FORBIDDEN[package] & set(imported(parse(path)))


@pytest.mark.parametrize("path", modules("composer"), ids=named)
def test_composer_module_reads_no_environment_variable(path: Path) -> None:
    assert not set(environment_reads(parse(path)))


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests"), ids=named)
def test_module_has_at_most_300_lines(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= LONGEST_MODULE


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


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=named)
def test_function_has_at_most_40_lines(path: Path) -> None:
    functions = (node for node in ast.walk(parse(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION] == []
