"""Why a recording cannot be heard, each fault as a sentence."""

from __future__ import annotations

from composer.errors import RequestError

SENTENCES = {
    "recording_extra": "recordings cannot be heard here, for packages are missing; run: {command}",
    "recording_unreadable": "that is no recording that I can read; give wav, flac, mp3, ogg, m4a or webm",
    "recording_large": "the recording has more than {megabytes} MB; give a shorter one",
    "recording_long": "the recording lasts longer than {seconds} s; give a shorter one",
    "recording_mute": "there is no sound in that file; give a recording",
    "recording_silent": "the recording is silent; make it again, louder",
    "recording_noise": "I hear no notes in the recording; sing or play nearer to the microphone",
    "recording_short": "I hear only {notes} notes in the recording; sing or play at least two bars",
}
"""English sentence by reason; a chat words it by the reason and the values."""


def refusal(reason: str, **values: object) -> RequestError:
    """The refusal for a reason, with what its sentence tells."""
    return RequestError(SENTENCES[reason].format(**values), reason=reason, values=values)
