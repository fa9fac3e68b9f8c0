"""The message of a battle: two players that give nothing away, then how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.delivery.messages import Content, Upload
from bot.discord_ui.delivery.piece_message import COLOUR, person
from bot.discord_ui.formatting import format_length
from bot.discord_ui.refusal_texts import relative
from bot.domain.battle import ENOUGH_VOTES, BattleTally, Choice
from composer.audio.mp3 import without_tag

if TYPE_CHECKING:
    from datetime import datetime

    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.battle import Contestant
    from bot.domain.generation import FinishedPiece, Generation

LETTERS = ("A", "B")


def blind(first: Generation, piece: FinishedPiece, say: Sentences, *, ends: datetime) -> Content:
    """A battle that was just opened: no names, no pictures, no notes, and no tags in the sound.

    Args:
        first: Piece A, by whose number the battle is called.
        piece: Its files, and its rival's.
        say: Sentences in the reader's language.
        ends: Moment when voting ends.
    """
    assert piece.rival is not None
    sounds = zip(LETTERS, (piece.mp3, piece.rival.mp3), strict=True)
    files = [Upload(f"{name}.mp3", without_tag(mp3), say("battle.audio", piece=name)) for name, mp3 in sounds]
    return Content(None, _open_embed(first, say, ends, votes=0), tuple(files), row(say, _ballots(first.number, say)))


def counted(first: Generation, say: Sentences, *, ends: datetime, votes: int) -> Content:
    """The same message with the number of votes, and not what they were: that would sway whoever votes next."""
    embed = _open_embed(first, say, ends, votes=votes)
    return Content(None, embed, view=row(say, _ballots(first.number, say)), keeps_files=True)


def verdict(
    first: Generation,
    second: Generation,
    contestants: tuple[Contestant, Contestant],
    tally: BattleTally,
    say: Sentences,
) -> Content:
    """How a battle ended, with the names, and buttons that play each piece with all that belongs to it."""
    names = [name_of(one, say) for one in contestants]
    lines = [
        f"**{say('battle.title')} · {_result(names[0], names[1], tally, say)}**",
        _request(first, say),
        _side("A", first, names[0], tally.a, say),
        _side("B", second, names[1], tally.b, say),
        say("battle.neither", tie=tally.tie, bad=tally.bad),
    ]
    pieces = zip(LETTERS, (first, second), strict=True)
    buttons = [Spec("play", str(piece.number), label=f"▶ {letter}") for letter, piece in pieces]
    view = row(say, [*buttons, Spec("battle", str(first.number))])
    return Content(None, _embed(lines), view=view, keeps_files=True)


def word_choice(choice: Choice, say: Sentences) -> str:
    """What somebody said, as the button says it."""
    return say(f"battle.choice.{choice.value}")


def name_of(one: Contestant, say: Sentences) -> str:
    """What composed a piece, with its taste where that is what met."""
    return str(one) if one.taste is None else say(f"battle.taste.{one.taste.value}", model=str(one))


def _ballots(number: int, say: Sentences) -> list[Spec]:
    votes = [Spec("pick", f"{number}:{choice.value}", label=word_choice(choice, say)) for choice in Choice]
    return [*votes, Spec("verdict", str(number))]


def _open_embed(first: Generation, say: Sentences, ends: datetime, *, votes: int) -> discord.Embed:
    question = say("battle.question", when=relative(ends), most=ENOUGH_VOTES)
    title = say("battle.daily" if first.user_id is None else "battle.title")
    return _embed([f"**{title}**", _request(first, say), question, say("battle.votes", count=votes)])


def _embed(lines: list[str]) -> discord.Embed:
    return discord.Embed(description="\n".join(lines), colour=COLOUR)


def _request(first: Generation, say: Sentences) -> str:
    """What both were asked for, and by whom; the bot asks by itself for the battle of the day."""
    options = first.options
    asked = say("battle.request", style=say(f"style.{options.style}"), length=format_length(options.seconds))
    return asked if first.user_id is None else f"{asked} · {say('battle.by', person=person(first.user_id, say))}"


def _side(letter: str, piece: Generation, name: str, votes: int, say: Sentences) -> str:
    return f"**{letter}** · {name} · `#{piece.number}` · {say('battle.counted', count=votes)}"


def _result(first: str, second: str, tally: BattleTally, say: Sentences) -> str:
    if tally.votes == 0:
        return say("battle.unheard")
    if tally.a == tally.b:
        return say("battle.draw")
    letter, winner = ("A", first) if tally.a > tally.b else ("B", second)
    return say("battle.won", piece=letter, model=winner)
