"""`python leash.py PROCESS`: end a process and its helpers once whoever started both is no more, however that died.

It holds the reading end of a pipe. The other end closes with its starter, also when that is killed. It runs as a file
of its own, so that it loads nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

PATIENCE = 12.0
"""Seconds that the bot has to end: it lets a piece be cancelled, and keeps what is on its way."""

_STEP = 0.1


def main(process: int) -> None:
    """Wait for the end of standard input, then end the process group of that number."""
    sys.stdin.buffer.read()
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGTERM)
        for _ in range(round(PATIENCE / _STEP)):
            time.sleep(_STEP)
            os.killpg(process, 0)
        os.killpg(process, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
