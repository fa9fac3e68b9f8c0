"""What can go wrong, as one tree, so that a caller catches as much or as little as it can mend.

ComposerError
├── RequestError    the person asked for something that cannot be had: ask differently
└── MachineError    the machine lacks something: install, free or repair it
    ├── ModelError  a model file is missing, damaged or does not fit
    ├── RenderError FluidSynth or the soundfont failed
    └── OutputError a result could not be written
"""


class ComposerError(Exception):
    """Base of all errors that carry one sentence for a person.

    The message names the file, value or command at fault and says what to do.
    """

    exit_status = 1


class RequestError(ComposerError):
    """The request asks for what does not exist or lies out of range."""

    exit_status = 2


class MachineError(ComposerError):
    """The machine, not the request, is at fault."""


class ModelError(MachineError):
    """A model file is missing, unreadable, damaged or made for another vocabulary."""


class RenderError(MachineError):
    """MIDI could not be turned into audio."""


class OutputError(MachineError):
    """A result could not be written where it was asked for."""
