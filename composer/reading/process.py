"""What runs in the process of `composer.reading.limits`: a file on its input, notes or a refusal on its output."""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import suppress
from typing import Any

from composer.errors import RequestError
from composer.reading.understanding import understand


def main() -> None:
    """Read, understand, answer; the limits, which the arguments name, stand before a byte is read."""
    seconds, most_bytes = map(int, sys.argv[1:])
    _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds)
    _limit(resource.RLIMIT_DATA, most_bytes)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    json.dump(_answer(sys.stdin.buffer.read()), sys.stdout, separators=(",", ":"))


def _answer(data: bytes) -> dict[str, Any]:
    try:
        return understand(data).to_plain()
    except RequestError as error:
        return {"reason": error.reason, "values": error.values}
    except (MemoryError, RecursionError):
        return {"reason": "given_slow", "values": {}}


def _limit(kind: int, most: int) -> None:
    with suppress(ValueError, OSError):  # a lower limit that stands already holds
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
