"""What imports what, read from the syntax trees of the three packages."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGES = ("composer", "training", "bot")


def modules(*packages: str) -> list[Path]:
    """Files of all modules of these packages, in alphabetical order."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def module_name(path: Path) -> str:
    """Dotted name of a module, such as `composer.tokens.vocabulary`; a package's is that of its folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), path)


def imported(tree: ast.AST) -> Iterator[str]:
    """Top-level names of all that is imported, inside functions and for type checking too."""
    yield from (name.partition(".")[0] for name in imported_names(tree))


def imported_names(tree: ast.AST) -> Iterator[str]:
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


@cache
def import_graph() -> dict[str, set[str]]:
    """For each module of the three packages, those of them that it imports, for type checking alone too."""
    paths = {module_name(path): path for path in modules(*PACKAGES)}

    def found(names: Iterator[str]) -> Iterator[str]:
        for name in names:
            module = name if name in paths else name.rpartition(".")[0]
            if module in paths:
                yield module

    return {name: set(found(imported_names(parse(path)))) for name, path in paths.items()}
