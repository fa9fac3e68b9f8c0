"""`python -m composer compose | models | benchmark`: the whole product without a chat around it."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from composer.command_parser import (
    CommandParser,
    exit_with,
    file_to_write,
    print_whatever_comes,
)
from composer.commands.arguments import add_compose, add_continue, add_models_folder
from composer.errors import ComposerError, RequestError, spell_command
from composer.models.learned_preferences import LIKED, NONE, LearnedPreferences, read_liked
from composer.models.model_names import name_in_full, played_by_networks
from composer.music.given import THEME, Theme
from composer.request import DEFAULT_MODEL, ENGINE_OPTIONS, OPTIONS, PieceOptions, Request, read_settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from composer.compose import Composition
    from composer.novelty.heard import Novelty
    from composer.sheet_music.sheet import SheetMusic

_INTERRUPTED = 130

_UNHEARD = 0.05
"""Share of a tempo by which a piece may miss it without a word."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0, 2 for a mistake in the request, 1 for one of the machine, 130 after Ctrl-C.
    """
    print_whatever_comes()
    try:
        options = _parser().parse_args(arguments)
        options.run(options)
    except ComposerError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing was written\n")
        return _INTERRUPTED
    except MemoryError:
        sys.stderr.write("the machine has too little free memory; ask for fewer candidates or a shorter piece\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    from composer.heard.command import add_hear

    parser = CommandParser(prog=spell_command("composer"), description="Compose original music.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    compose = commands.add_parser(
        "compose", prog=spell_command("composer compose"), help="compose a piece: MIDI, MP3, picture and a record"
    )
    add_compose(compose)
    compose.set_defaults(run=_compose)
    carried = commands.add_parser(
        "continue", prog=spell_command("composer continue"), help="go on from a music file of one's own"
    )
    add_continue(carried)
    carried.set_defaults(run=_compose)
    models = commands.add_parser("models", help="list the installed models")
    models.set_defaults(run=_models)
    add_models_folder(models)
    benchmark = commands.add_parser("benchmark", help="measure speed and memory; takes about five minutes")
    benchmark.add_argument("--model", default="wavenet")
    benchmark.add_argument("--soundfont", type=Path)
    benchmark.add_argument("--json", type=file_to_write, metavar="FILE", help="write the figures there as well")
    add_models_folder(benchmark)
    benchmark.set_defaults(run=_benchmark)
    add_hear(commands)
    return parser


def _request(options: argparse.Namespace, theme: Theme | None = None) -> Request:
    """The request that options spell, on top of the settings of a file to repeat or to go on from.

    Of the settings of a file, another model takes those that it can be told.
    """
    from composer.engine import model_for
    from composer.engines import find
    from composer.planning.theme_plan import usual_options

    given = vars(options)
    said = name_in_full({option.field: given[option.name] for option in OPTIONS if option.name in given})
    before: dict[str, Any] = _repeated(options.repeat) if options.repeat else {"seed": secrets.randbelow(2**31)}
    if options.repeat and "model" in said:
        beyond = ENGINE_OPTIONS - find(said["model"], options.models_folder).identity.honours
        before = {field: value for field, value in before.items() if field not in beyond}
    if theme is not None:
        before |= usual_options(theme, style=said.get("style"))
    if "model" not in said and "style" in said:
        before["model"] = model_for(said["style"], str(before.get("model", DEFAULT_MODEL)))
    wished = PieceOptions(**{**before, **said})
    if "seconds" not in {**before, **said}:
        usual = find(wished.model, options.models_folder).identity.usual_seconds(wished.seconds)
        return Request(**{**before, **said, "seconds": usual})
    return Request(**{**before, **said})


def _is_replay(options: argparse.Namespace) -> bool:
    """Whether the notes in the file to repeat are what is asked for: where composing them again could miss them."""
    from composer.engines import EXACT
    from composer.repeating import read_settings_in
    from composer.replaying import holds_notes

    if options.repeat is None or options.roman or any(option.name in vars(options) for option in OPTIONS):
        return False
    model = str(read_settings_in(options.repeat).get("model", "")).partition("@")[0]
    return holds_notes(options.repeat) and model not in EXACT


def _replay(options: argparse.Namespace) -> None:
    from composer.audio.synthesis import find_soundfont
    from composer.replaying import publish_replay, read_replay, render_replay
    from composer.sheet_music.writing import write_notation

    replay = read_replay(options.repeat.read_bytes())
    soundfont = find_soundfont(options.soundfont)
    notation = None
    if options.notation or options.score:
        notation = write_notation(replay.score, replay.settings, title=replay.sheet.title)
    rendition = render_replay(replay, soundfont=soundfont, networks=options.models_folder)
    sheet_music = _sheet_music(notation) if notation and options.score else None
    paths = publish_replay(replay, rendition, options.out, notation=notation, sheet_music=sheet_music)
    print(f"{replay.sheet.title} · {replay.sheet.caption}")
    print(end=rendition.sound_told)
    print(*paths, sep="\n")


def _repeated(path: Path) -> dict[str, Any]:
    """The options of a piece that is to be repeated."""
    from composer.repeating import read_settings_in

    settings = read_settings_in(path)
    if THEME in settings:
        raise RequestError("this piece goes on from other music and cannot be repeated without; continue that anew")
    settings.pop(LIKED, None)
    return read_settings(settings)


def _liked(path: Path | None) -> LearnedPreferences:
    """What was liked where the piece was composed that is to be repeated."""
    from composer.repeating import read_settings_in

    return NONE if path is None else read_liked(read_settings_in(path))


def _theme(options: argparse.Namespace) -> Theme | None:
    """The music that a piece is to go on from."""
    if options.file is None:
        return None
    from composer.reading.limits import read_given

    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise RequestError(f"cannot read {options.file}: {error.strerror}; name a music file") from error
    return Theme(music=read_given(data), treatment=options.treatment, alone=options.alone)


def _compose(options: argparse.Namespace) -> None:
    if _is_replay(options):
        _replay(options)
    else:
        _compose_anew(options)


def _compose_anew(options: argparse.Namespace) -> None:
    from composer.audio.synthesis import find_soundfont
    from composer.compose import compose
    from composer.engines import EXACT, find
    from composer.publish import publish
    from composer.rendering import render_composition, sheet_of

    theme = _theme(options)
    request = _request(options, theme)
    engine = find(request.model, options.models_folder).load()
    soundfont = find_soundfont(options.soundfont)
    with _ProgressBar() as progress:
        composition = compose(request, engine, theme=theme, liked=_liked(options.repeat), progress=progress)
    if options.roman and not composition.numerals:
        raise RequestError(f"{request.model} knows no Roman numerals; leave --roman out, or choose grammar")
    if (options.notation or options.score) and composition.sound:
        wanted = "--score" if options.score else "--notation"
        raise RequestError(f"{request.model} writes no notes; leave {wanted} out, or choose another model")
    written = options.notation or options.roman or options.score
    notation = _notation(composition, roman=options.roman) if written else None
    sheet_music = _sheet_music(notation, composition) if notation and options.score else None
    rendition = render_composition(composition, soundfont=soundfont, networks=options.models_folder)
    paths = publish(composition, rendition, options.out, notation=notation, sheet_music=sheet_music)
    if theme is not None:
        from composer.planning.theme_plan import describe_given

        print(describe_given(theme.music))
    print(*_told(composition, request, sheet_of(composition).caption), sep="\n")
    for page, line in enumerate(sheet_music.chords if sheet_music else (), 1):
        print(end=f"chords of page {page}: {line}\n" if line else "")
    print(end=rendition.sound_told)
    everywhere = engine.identity.name in EXACT
    if options.repeat is not None and not everywhere:
        print("composed anew: on another kind of processor the same settings may give other notes")
    elif options.repeat is None and "seed" not in vars(options):
        where = "" if everywhere else f"--repeat {paths[0]}, or on this kind of processor "
        print(f"the same piece again: {where}the same options and --seed {request.seed}")
    print(*paths, sep="\n")


def _told(composition: Composition, request: Request, caption: str) -> list[str]:
    """What is told of a piece: its title and facts, its engine's remark, and a tempo that was asked for and missed."""
    told = [f"{composition.title} · {caption}"]
    if composition.remark:
        told.append(composition.remark)
    if composition.novelty:
        told.append(_say_novelty(composition.novelty))
    played = composition.plan.beats_per_minute
    if request.tempo and abs(played / request.tempo - 1) > _UNHEARD:
        told.append(f"asked for {request.tempo:.0f} bpm, played {played:.0f}, so that it lasts {request.seconds:g} s")
    return told


def _say_novelty(novelty: Novelty) -> str:
    return (
        f"of its melody, no more than {novelty.shared} notes in a row stand in the training music; "
        f"people's own pieces share {novelty.people:.0f} in the mean"
    )


def _notation(composition: Composition, *, roman: bool) -> bytes:
    from composer.sheet_music.writing import write_notation

    said = {"title": composition.title, "remark": composition.remark}
    numerals = composition.numerals if roman else ()
    return write_notation(composition.score, composition.settings, **said, numerals=numerals)


def _sheet_music(notation: bytes, composition: Composition | None = None) -> SheetMusic:
    from composer.sheet_music.chord_line import chords_by_bar
    from composer.sheet_music.pages import draw_pages

    return draw_pages(notation, chords=chords_by_bar(composition.numerals, composition.score) if composition else ())


class _ProgressBar:
    """Bars composed, on a terminal; nothing in a pipe."""

    def __enter__(self) -> Callable[[int, int], None]:
        from tqdm import tqdm

        # A terminal that does not know its size says 0 by 0, in which tqdm would show nothing.
        size = shutil.get_terminal_size()
        self._bar = tqdm(unit="bar", desc="composing", disable=None, leave=False, ncols=size.columns, nrows=size.lines)
        return self._show

    def _show(self, bars: int, of: int) -> None:
        self._bar.total = of
        self._bar.update(bars - self._bar.n)

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def _models(options: argparse.Namespace) -> None:
    from composer.engines import describe, installed

    found = installed(options.models_folder)
    for engine in found:
        print(describe(engine))
    for name, model in played_by_networks({engine.identity.name for engine in found}).items():
        print(f"{name}: {model} with --instrument-sound network")


def _benchmark(options: argparse.Namespace) -> None:
    from composer.benchmark import run

    run(options.model, soundfont=options.soundfont, models_folder=options.models_folder, json_file=options.json)


if __name__ == "__main__":
    # Two BLAS threads on two busy cores are ten times slower than one; set before NumPy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    exit_with(main)
