"""What was promised is known until it is given, to nobody else, and whatever else is broken."""

from __future__ import annotations

from dataclasses import replace

from bot.storage.files.open_answers import OpenAnswer, OpenAnswers

ANSWER = OpenAnswer(
    request_id=7, application_id=1, token="secret", channel_id=77, guild_id=None, locale="de", private=True
)


def test_what_is_open_is_left_for_the_next_start_until_it_is_ended(tmp_path):
    answers = OpenAnswers(tmp_path / "answers")
    later = replace(ANSWER, request_id=8, message_id=9, number=3)
    for answer in (later, ANSWER, replace(ANSWER, message_id=5)):
        answers.note(answer)

    left = OpenAnswers(tmp_path / "answers").left()
    answers.end(7)
    answers.end(7)

    assert left == [replace(ANSWER, message_id=5), later]
    assert OpenAnswers(tmp_path / "answers").left() == [later]


def test_nobody_else_can_read_a_token_and_no_log_shows_it(tmp_path):
    OpenAnswers(tmp_path / "answers").note(ANSWER)

    (file,) = (tmp_path / "answers").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    assert "secret" not in repr(ANSWER)


def test_files_that_cannot_be_read_or_written_hinder_nothing(tmp_path):
    (tmp_path / "answers").mkdir()
    for name, text in (("1.json", "{"), ("2.json", '{"token": "x"}'), ("3.new", "")):
        (tmp_path / "answers" / name).write_text(text)
    (tmp_path / "file").write_text("")

    OpenAnswers(tmp_path / "file").note(ANSWER)

    assert OpenAnswers(tmp_path / "answers").left() == []
    assert list((tmp_path / "answers").iterdir()) == []
    assert OpenAnswers(tmp_path / "none").left() == []
