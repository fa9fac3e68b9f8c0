"""Drawing a score as a piano roll."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from composer.music.free_score import FreeNote, FreeScore
from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.performance import midi
from composer.performance.instruments import find
from composer.performance.timbres import timbres_of
from composer.picture.layout import Roll
from composer.picture.page import HEIGHT, PLOT_AREA, WIDTH
from composer.picture.piano_roll import COLOURS, TIMBRE_COLOURS, draw_piano_roll

BAR = Metre(4, 4).bar_ticks
NEAR = 6

Pixels = npt.NDArray[np.int_]


def score(*notes: Note, bars: int = 2) -> Score:
    return Score(notes, Metre(4, 4), bars, Key(0, Mode.MAJOR))


def note(start: int = 0, duration: int = 24, pitch: int = 60, part: Part = Part.MELODY, velocity: int = 100) -> Note:
    return Note(start, duration, pitch, velocity, part)


def pixels(piece: Score, *, title: str = "", caption: str = "") -> Pixels:
    """The picture as colours, shape (height, width, 3)."""
    image = Image.open(BytesIO(draw_piano_roll(piece, title=title, caption=caption)))
    return np.asarray(image.convert("RGB")).astype(int)


def coloured(picture: Pixels, part: Part) -> npt.NDArray[np.bool_]:
    """Where in the plot area the full colour of a part stands."""
    top, bottom, left, right = (
        int(edge) for edge in (PLOT_AREA.top, PLOT_AREA.bottom, PLOT_AREA.left, PLOT_AREA.right)
    )
    distance = np.abs(picture[top:bottom, left:right] - COLOURS[part]).max(axis=-1)
    return np.asarray(distance <= NEAR)


def test_the_picture_is_a_png_of_the_usual_size() -> None:
    image = Image.open(BytesIO(draw_piano_roll(score(note()), title="Waltz", caption="seed 1")))

    assert image.format == "PNG"
    assert image.size == (WIDTH, HEIGHT)


def test_equal_scores_give_equal_bytes() -> None:
    piece = score(note(), note(48, pitch=40, part=Part.BASS))

    assert draw_piano_roll(piece, title="Waltz", caption="seed 1") == draw_piano_roll(
        piece, title="Waltz", caption="seed 1"
    )


@pytest.mark.parametrize("part", list(Part))
def test_a_part_has_its_own_colour_where_its_note_stands(part: Part) -> None:
    piece = score(note(BAR, 48, 60 if part is not Part.DRUMS else 36, part))

    picture = pixels(piece)

    roll = Roll.of(piece, PLOT_AREA)
    y = roll.drum_y(36) + roll.drum_row_height / 2 if part is Part.DRUMS else roll.y(60) + roll.row_height / 2
    assert np.abs(picture[round(y), round(roll.x(BAR)) + 1] - COLOURS[part]).max() <= NEAR
    assert all(coloured(picture, other).any() == (other is part) for other in Part)


def test_a_note_is_as_long_as_it_sounds() -> None:
    picture = pixels(score(note(BAR // 2, BAR, 60)))

    columns = np.flatnonzero(coloured(picture, Part.MELODY).any(axis=0)) / (PLOT_AREA.right - PLOT_AREA.left)
    assert columns[0] == pytest.approx(0.25, abs=0.004)
    assert columns[-1] == pytest.approx(0.75, abs=0.004)


def test_higher_notes_stand_higher() -> None:
    picture = pixels(score(note(0, BAR, 50), note(BAR, BAR, 70)))

    rows, columns = np.nonzero(coloured(picture, Part.MELODY))
    middle = (PLOT_AREA.right - PLOT_AREA.left) / 2
    assert rows[columns > middle + 5].max() < rows[columns < middle - 5].min()


def test_time_runs_evenly_through_changes_of_tempo() -> None:
    piece = Score((note(BAR, BAR),), Metre(4, 4), 2, Key(0, Mode.MAJOR), (Tempo(0, 60.0), Tempo(BAR, 180.0)))

    picture = pixels(piece)

    columns = np.flatnonzero(coloured(picture, Part.MELODY).any(axis=0)) / (PLOT_AREA.right - PLOT_AREA.left)
    assert columns[0] == pytest.approx(0.75, abs=0.004)


def test_softer_notes_are_darker() -> None:
    piece = score(note(0, BAR, 60), note(BAR, BAR, 60, velocity=20))
    roll = Roll.of(piece, PLOT_AREA)

    picture = pixels(piece)

    y = round(roll.y(60) + roll.row_height / 2)
    loud, soft = picture[y, round(roll.x(BAR // 2))], picture[y, round(roll.x(BAR + BAR // 2))]
    assert soft.sum() < loud.sum() * 0.6


@pytest.mark.parametrize("pitches", [(60,), (0, 1), (127,), (21, 108), (0, 127)])
def test_rows_hold_every_pitch_and_at_least_two_octaves(pitches: tuple[int, ...]) -> None:
    roll = Roll.of(score(*(note(pitch=pitch) for pitch in pitches)), PLOT_AREA)

    assert 0 <= roll.lowest <= min(pitches)
    assert max(pitches) <= roll.highest <= 127
    assert roll.highest - roll.lowest >= 24
    assert roll.y(roll.highest) == PLOT_AREA.top
    assert roll.y(roll.lowest) + roll.row_height == pytest.approx(roll.floor)


def test_drums_have_a_lane_of_their_own_below_the_pitches() -> None:
    piece = score(note(), *(note(key * 2, 1, key, Part.DRUMS) for key in range(35, 82)))

    roll = Roll.of(piece, PLOT_AREA)

    assert roll.floor < PLOT_AREA.bottom
    assert roll.drum_y(36) > roll.drum_y(38) > roll.drum_y(45) > roll.drum_y(42) >= roll.floor
    assert not coloured(pixels(piece), Part.DRUMS)[: int(roll.floor - PLOT_AREA.top)].any()


@pytest.mark.parametrize(("bars", "step"), [(2, 1), (24, 1), (30, 2), (68, 4), (150, 8), (999, 32)])
def test_so_many_bars_are_numbered_as_can_be_read(bars: int, step: int) -> None:
    labelled = Roll.of(score(bars=bars), PLOT_AREA).labelled_bars()

    assert labelled[0] == 0
    assert labelled.step == step


@pytest.mark.parametrize(("bars", "step"), [(2, 1), (30, 5), (60, 10), (150, 20), (999, 60)])
def test_so_many_times_are_labelled_as_can_be_read(bars: int, step: int) -> None:
    roll = Roll.of(score(bars=bars), PLOT_AREA)

    assert roll.labelled_seconds().step == step
    assert roll.labelled_seconds()[-1] <= bars * 2


def test_a_piece_of_five_minutes_is_drawn_whole(rng: np.random.Generator) -> None:
    starts = rng.integers(0, 150 * BAR - 12, 4000)
    piece = score(
        *(note(int(start), 12, int(rng.integers(30, 90)), Part(int(start) % 2)) for start in starts), bars=150
    )

    picture = pixels(piece)

    assert coloured(picture, Part.MELODY).any(axis=0).mean() > 0.5
    assert coloured(picture, Part.ACCOMPANIMENT).any(axis=0).mean() > 0.5


def test_an_empty_piece_is_an_empty_roll() -> None:
    picture = pixels(score())

    assert not any(coloured(picture, part).any() for part in Part)


def test_the_shortest_note_at_the_very_end_is_seen_inside_the_frame() -> None:
    piece = score(note(150 * BAR - 1, 1), bars=150)

    picture = pixels(piece)

    assert coloured(picture, Part.MELODY).any()
    assert (picture[:, int(PLOT_AREA.right) + 1 :][int(PLOT_AREA.top) : int(PLOT_AREA.bottom)] == picture[0, 0]).all()


def test_a_long_title_is_shortened_before_the_caption() -> None:
    caption = "wavenet · seed 7"
    alone = pixels(score(), caption=caption)

    picture = pixels(score(), title="Title " * 100, caption=caption)

    changed = np.flatnonzero((picture[:50] != alone[:50]).any(axis=(0, 2)))
    first_of_caption = np.flatnonzero((alone[:50] != pixels(score())[:50]).any(axis=(0, 2)))[0]
    assert first_of_caption - 60 < changed[-1] < first_of_caption


def test_remark_stands_below_the_title_and_ends_before_the_legend() -> None:
    plain = pixels(score(note()), title="Waltz", caption="seed 7")

    picture = Image.open(
        BytesIO(draw_piano_roll(score(note()), title="Waltz", caption="seed 7", remark="rolls 7 3 11 " * 50))
    )

    changed = (np.asarray(picture.convert("RGB")).astype(int) != plain).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert 43 < rows[0] < rows[-1] < 59
    assert PLOT_AREA.left <= columns[0] < columns[-1] < 1110


def test_letters_of_other_languages_and_accidentals_can_be_read() -> None:
    drawn = [pixels(score(), title=title) for title in ("Étude ü in E-flat", "Étude ü in E♭", "Etude u in E-flat")]

    assert (drawn[0] == drawn[1]).all()
    assert (drawn[0] != drawn[2]).any()


def test_the_legend_names_the_parts_that_play() -> None:
    one, two = score(note()), score(note(), note(part=Part.BASS, pitch=40))

    legends = [pixels(piece)[44:58, 600:] for piece in (one, two)]

    assert [(np.abs(legend - COLOURS[Part.MELODY]).max(axis=-1) == 0).any() for legend in legends] == [True, True]
    assert [(np.abs(legend - COLOURS[Part.BASS]).max(axis=-1) == 0).any() for legend in legends] == [False, True]


def free(*notes: FreeNote) -> FreeScore:
    """Ten seconds of two timbres."""
    return FreeScore.of(notes, seconds=10, timbres=("Flutes", "Glissandi"))


@pytest.mark.parametrize("glide", [12.0, -12.0])
def test_a_glissando_is_a_slope(glide: float) -> None:
    piece = free(FreeNote(192, 576, 60, 100, Part.MELODY, 0.5, glide, 1))

    picture, roll = pixels(piece), Roll.of(piece, PLOT_AREA)

    for share in (0.05, 0.5, 0.95):
        x = roll.x(192.5 + 576 * share)
        y = roll.y(60 + glide * share) + roll.row_height / 2
        assert np.abs(picture[round(y), round(x)] - TIMBRE_COLOURS[1]).max() <= NEAR


def test_music_without_metre_has_no_bar_lines_and_a_legend_of_timbres() -> None:
    held = FreeNote(0, 960, 60, 100, Part.MELODY)
    metrical = Score((held,), Metre(4, 4), 10, Key(0, Mode.MAJOR), (Tempo(0, 240),))

    without, with_bars = pixels(free(held)), pixels(metrical)

    above = slice(round(PLOT_AREA.top) - 16, round(PLOT_AREA.top) - 2)
    assert np.ptp(without[above, 60:1170], axis=(0, 1)).max() == 0
    assert np.ptp(with_bars[above, 60:1170], axis=(0, 1)).max() > 0
    for colour in TIMBRE_COLOURS[:2]:
        assert (np.abs(without[44:58, 600:1180] - colour).max(axis=-1) <= NEAR).any()


def test_pitches_that_a_glissando_reaches_are_in_the_picture() -> None:
    roll = Roll.of(free(FreeNote(0, 96, 60, 100, Part.MELODY, 0.0, 40.0, 1)), PLOT_AREA)

    assert roll.lowest < 60
    assert roll.highest > 100


def test_the_picture_of_a_file_is_that_of_its_score() -> None:
    instrument = find("quartet")
    piece = FreeScore.of(
        (FreeNote(192, 480, 60, 100, Part.MELODY, 0.5, 12.0, 3), FreeNote(300, 96, 70, 80, Part.MELODY, 0.5, 0.0, 2)),
        seconds=10,
        timbres=tuple(timbre.name for timbre in timbres_of(instrument)),
    )
    written, _ = midi.read(midi.write(piece, instrument=instrument, title="", settings={}))

    assert (np.abs(pixels(written) - pixels(piece)).max(axis=-1) > NEAR).mean() < 1e-3


def test_picture_begins_with_the_upbeat_and_numbers_the_bar_after_it() -> None:
    upbeat = Score((note(72), note(96, 96)), Metre(4, 4), 3, Key(0, Mode.MAJOR), opening=72)

    roll = Roll.of(upbeat, PLOT_AREA)

    assert (roll.x(72), roll.x(3 * BAR)) == (PLOT_AREA.left, PLOT_AREA.right)
    assert roll.x(BAR) - roll.x(72) == pytest.approx((roll.x(2 * BAR) - roll.x(BAR)) / 4)
    assert list(roll.labelled_bars()) == [1, 2]
    assert (pixels(upbeat) != pixels(Score(upbeat.notes, Metre(4, 4), 3, Key(0, Mode.MAJOR)))).any()
