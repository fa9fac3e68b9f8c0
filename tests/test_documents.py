"""What documents name is there, and their sentences are short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "composer", "tests", "training")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
"""All pages for people."""

MOST_WORDS = 25
WIDEST_LINE = 120

CODE_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
REFERENCE = re.compile(r"\[[^\]]*\]\[([^\]]+)\]")
DEFINITION = re.compile(r"^\[([^\]]+)\]: (\S+)$", re.MULTILINE)
DOTTED = re.compile(rf"(?:python -m )?((?:{'|'.join(PACKAGES)})(?:\.\w+)+)")
FILE = re.compile(rf"(?:{'|'.join((*PACKAGES, 'docs', 'requirements', 'scripts'))})/[\w./-]*")
ITEM = re.compile(r"(?:[-*]|\d+\.)\s+")
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z`*(\"0-9])")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    return CODE_BLOCK.sub("", path.read_text(encoding="utf-8"))


def missing_modules(text: str) -> list[str]:
    """Dotted names in code spans that are neither a module nor a name that a module or class defines."""
    names = [match[1] for span in CODE_SPAN.findall(text) if (match := DOTTED.fullmatch(span))]
    return [name for name in names if not is_defined(name)]


def is_defined(dotted: str) -> bool:
    """Whether a module of that name exists, or the module before the first other name mentions each name after it."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        module = place.with_suffix(".py")
        if length == len(parts) and (module.is_file() or place.is_dir()):
            return True
        if module.is_file():
            source = module.read_text(encoding="utf-8")
            return all(re.search(rf"\b{name}\b", source) for name in parts[length:])
    return False


def missing_files(text: str) -> list[str]:
    """Paths of the repository in code spans that are not there; of a pattern such as `docs/NAME.md`, its folder."""
    paths = [span for span in CODE_SPAN.findall(text) if FILE.fullmatch(span)]
    return [path for path in paths if not (ROOT / path.partition("NAME")[0]).exists()]


def broken_links(text: str, folder: Path) -> list[str]:
    """Relative links that lead nowhere, and names of links that nothing defines."""
    defined = dict(DEFINITION.findall(text))
    targets = [*(target for _, target in LINK.findall(text)), *defined.values()]
    paths = [target.partition("#")[0] for target in targets if "://" not in target]
    undefined = [name for name in REFERENCE.findall(CODE_SPAN.sub("", text)) if name not in defined]
    return [*undefined, *(path for path in paths if path and not (folder / path).exists())]


def sentences(text: str) -> list[str]:
    """Sentences of paragraphs and list items, with a link as its text and a code span as one word."""
    paragraphs: list[list[str]] = [[]]
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith(("#", "|", "!", "<")) or DEFINITION.match(line):
            paragraphs.append([])
        elif ITEM.match(line):
            paragraphs.append([ITEM.sub("", line, count=1)])
        else:
            paragraphs[-1].append(line)
    plain = (CODE_SPAN.sub("CODE", LINK.sub(r"\1", " ".join(lines))) for lines in paragraphs)
    return [sentence for paragraph in plain for sentence in SENTENCE_END.split(paragraph) if sentence]


def words(sentence: str) -> int:
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_modules_and_files_that_a_document_names_exist(path: Path) -> None:
    text = prose(path)

    assert not missing_modules(text)
    assert not missing_files(text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_relative_links_of_a_document_lead_somewhere(path: Path) -> None:
    assert not broken_links(prose(path), path.parent)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_sentences_of_a_document_are_short(path: Path) -> None:
    assert not [sentence for sentence in sentences(prose(path)) if words(sentence) > MOST_WORDS]


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_lines_of_a_document_fit_the_page(path: Path) -> None:
    """In the records of experiments, tables stay as commands print them."""
    printed = path.parent.name == "experiments"
    lines = [line for line in prose(path).splitlines() if not (printed and line.startswith("|"))]

    assert not [line for line in lines if len(line) > WIDEST_LINE]


def test_module_that_is_gone_is_found() -> None:
    assert missing_modules("see `composer.decoding.grammar`, `composer.files.WriteAll` and `composer.clock`") == [
        "composer.files.WriteAll",
        "composer.clock",
    ]


def test_file_that_is_gone_is_found() -> None:
    text = "`composer/files.py`, `composer/music/`, `bot/desk.py`, `docs/NAME.md` and `bot/desk/NAME.py`"

    assert missing_files(text) == ["bot/desk.py", "bot/desk/NAME.py"]


def test_link_that_leads_nowhere_is_found() -> None:
    text = "[one](README.md#compose), [two](docs/none.md), [three](https://example.org), [four][4], [five][5]\n[4]: no"

    assert broken_links(text, ROOT) == ["5", "docs/none.md", "no"]


def test_sentences_are_told_apart_across_lines_and_items() -> None:
    text = "One is\nhere. Two has `some code`.\n\n* an item\n* [another](x.md) item\n\n| a | table |"

    assert sentences(text) == ["One is here.", "Two has CODE.", "an item", "another item"]
