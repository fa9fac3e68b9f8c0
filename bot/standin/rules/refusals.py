"""How Discord says no: its error codes, and the answer that carries them.

Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.standin.world import Json

STATUS = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (404, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
}


class RefusedError(Exception):
    """Discord says no.

    Attributes:
        code: Discord's own error code, 0 where it has none.
        problems: Faults of the form, in words.
    """

    def __init__(self, code: int, problems: list[str] | None = None, *, status: int | None = None) -> None:
        usual, self.message = STATUS.get(code, (status or 400, "Error"))
        self.status = status or usual
        self.code = code
        self.problems = problems or []
        super().__init__(f"{self.status} {self.code} {self.message}: {'; '.join(self.problems)}")

    def body(self) -> Json:
        answer: Json = {"message": self.message, "code": self.code}
        if self.problems:
            answer["errors"] = {"_errors": [{"code": "INVALID", "message": each} for each in self.problems]}
        return answer
