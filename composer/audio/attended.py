"""Run a Python program, and end it with all that it started when whoever started this one is gone.

It is run by its path and leads a session of its own: `attended.py PROGRAM ARGUMENTS`. Its standard input is a pipe
that is closed with the death of whoever holds the other end, by signal 9 too.
"""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Run the program of the command line."""
    # A copy that no program inherits, which the one that is run need not close either.
    pipe = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


def _end_with(pipe: int) -> None:
    os.read(pipe, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
