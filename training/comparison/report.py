"""A comparison as tables for people, and as plain values for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from training.comparison.comparison import DISTINCT, TUTORIAL
from training.comparison.copying import GRAMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.comparison.comparison import Comparison, Set
    from training.comparison.copying import Match

TELLS = 10
"""Features that the tables name: so many by their importance, then so many by what they tell alone."""

_NOTHING = "-"
_TUTORIAL = f"""{TUTORIAL}: its convolution as published, always the likeliest word, a quarter for each word;
but as many words as a minute needs, where it wrote ten."""
_CHECKS = {
    "length": "length within 0.5 s *",
    "tempo": "tempo within 3 % *",
    "key": "key found again *",
    "cadence": "ends on the tonic with a cadence *",
}
_BUILT = """* Engines are built so that this holds: it shows that nothing broke, not that the music is good."""


def format_tables(comparison: Comparison) -> str:
    """All figures in Markdown."""
    parts = [_format_heading(comparison), _format_measures(comparison), _format_summary(comparison)]
    parts += [_BUILT, *(_format_tells(made) for made in comparison.generated)]
    return "\n\n".join(parts)


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """All figures as values that JSON can hold."""
    values = asdict(comparison)
    for name, made in (("floor", comparison.floor), ("held_out", comparison.held_out)):
        values[name]["mean_overlap"] = made.mean_overlap if made.distances else None
    for row, made in zip(values["generated"], comparison.generated, strict=True):
        row["mean_overlap"] = made.mean_overlap
        row["overlap_of_floor"] = made.mean_overlap / comparison.floor.mean_overlap
    return values


def format_styles(comparisons: Sequence[Comparison]) -> str:
    """A row for each style and whoever made pieces in it."""
    rows = [
        [comparison.style, made.name, str(made.pieces), _format_gap(made), _format_area(made),
         _format_interval(made), _format_unlearned(made), _format_number(made.frechet)]
        for comparison in comparisons
        for made in (comparison.floor, *comparison.generated)
    ]  # fmt: skip
    head = ["style", "pieces by", "pieces", "mean gap", "area", "by works, 95 %", "others' trees", "Fréchet"]
    return _format_table(head, rows)


def _format_heading(comparison: Comparison) -> str:
    people, floor = comparison.held_out.pieces, comparison.floor.pieces
    told = f"""Style {comparison.style}, seed {comparison.seed}: {people} stretches of pieces on {comparison.on}.
The floor: {floor} endings from the training split, under the same conditions as the generated pieces.
Overlap: area shared with the held-out pieces, 1 at best. W: Wasserstein distance from them in standard deviations."""
    return f"{told}\n{_TUTORIAL}" if any(made.name == TUTORIAL for made in comparison.generated) else told


def _format_measures(comparison: Comparison) -> str:
    floor = comparison.floor.distances or {}
    head = ["measure", "floor", "W"]
    for made in comparison.generated:
        head += [made.name, "of floor", "W"]
    rows = []
    for name, nearest in floor.items():
        row = [name, f"{nearest.overlap:.3f}", f"{nearest.wasserstein:.2f}"]
        for made in comparison.generated:
            there = (made.distances or {})[name]
            row += [f"{there.overlap:.3f}", f"{there.overlap / nearest.overlap:.2f}", f"{there.wasserstein:.2f}"]
        rows.append(row)
    mean = comparison.floor.mean_overlap
    last = ["mean", f"{mean:.3f}", ""]
    for made in comparison.generated:
        last += [f"{made.mean_overlap:.3f}", f"{made.mean_overlap / mean:.2f}", ""]
    return _format_table(head, [*rows, last])


def _format_summary(comparison: Comparison) -> str:
    columns = [comparison.held_out, comparison.floor, *comparison.generated]
    cells = {
        "pieces": [str(made.pieces) for made in columns],
        "Fréchet distance": [_format_number(made.frechet) for made in columns],
        "discriminator's area": [_format_area(made) for made in columns],
        "by works, 95 %": [_format_interval(made) for made in columns],
        "area, trees that know others alone": [_format_unlearned(made) for made in columns],
        "mean gap of all features": [_format_gap(made) for made in columns],
        **{f"{gram}-grams in training": [_format_copied(made, gram) for made in columns] for gram in GRAMS},
        "longest match, onsets": [_format_onsets(made) for made in columns],
        "longest match, beats": [_format_beats(made) for made in columns],
        **{f"distinct {gram}-grams": [_format_percent(made.distinct[gram]) for made in columns] for gram in DISTINCT},
        **{label: [_format_percent(made.checks.get(name)) for made in columns] for name, label in _CHECKS.items()},
    }
    return _format_table(["", *(made.name for made in columns)], [[label, *row] for label, row in cells.items()])


def _format_number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.2f}"


def _format_percent(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.1%}"


def _format_area(made: Set) -> str:
    found = made.discrimination
    return f"{found.area:.3f} ± {found.deviation:.3f}" if found else _NOTHING


def _format_interval(made: Set) -> str:
    found = made.discrimination
    return "{:.3f} to {:.3f}".format(*found.interval) if found else _NOTHING


def _format_unlearned(made: Set) -> str:
    found = made.discrimination
    return f"{found.unlearned:.3f}" if found and found.unlearned is not None else _NOTHING


def _format_gap(made: Set) -> str:
    return f"{made.discrimination.gap:.3f}" if made.discrimination else _NOTHING


def _format_copied(made: Set, gram: int) -> str:
    return f"{made.copying.shares[gram]:.2%}" if made.copying else _NOTHING


def _format_onsets(made: Set) -> str:
    return str(made.copying.longest.onsets) if made.copying else _NOTHING


def _format_beats(made: Set) -> str:
    return f"{made.copying.longest_in_beats.beats:.1f}" if made.copying else _NOTHING


def _format_tells(made: Set) -> str:
    tells = made.discrimination.tells if made.discrimination else ()
    loudest = sorted(tells[TELLS:], key=lambda tell: -abs(tell.alone - 0.5))
    rows = [
        [tell.feature, f"{tell.people:.3f}", f"{tell.generated:.3f}", f"{tell.alone:.2f}", f"{tell.importance:.4f}"]
        for tell in (*tells[:TELLS], *loudest[:TELLS])
    ]
    table = _format_table(["what gives it away", "held out", made.name, "area alone", "importance"], rows)
    return f"{table}\n\n{_format_longest(made)}"


def _format_longest(made: Set) -> str:
    if made.copying is None:
        return ""
    by_onsets, by_beats = (_format_match(match) for match in (made.copying.longest, made.copying.longest_in_beats))
    return f"{made.name}, longest matches: {by_onsets}; {by_beats}."


def _format_match(match: Match) -> str:
    return (
        f"{match.onsets} onsets or {match.beats:.1f} beats of {match.piece} stand in {match.source}"
        if match.onsets
        else "none"
    )


def _format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the first to the left and the others to the right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    first, *others = widths
    told = [
        [line[0].ljust(first), *(cell.rjust(width) for cell, width in zip(line[1:], others, strict=True))]
        for line in lines
    ]
    rule = ["-" * first, *("-" * (width - 1) + ":" for width in others)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [told[0], rule, *told[1:]])
