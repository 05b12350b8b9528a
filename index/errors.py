"""The one root of errors. Each carries a sentence that tells the user what to do."""
from __future__ import annotations


class JuanzongError(Exception):
    """Anything that can go wrong and that a user can mend. `str(error)` is the sentence shown to the user.

    `exit_code` is what the command line ends with, `status` what HTTP answers with.
    """

    exit_code = 1
    status = 500


class UsageError(JuanzongError):
    """A parameter that cannot be understood, such as a date that is none."""

    exit_code = 2
    status = 400


class NotFound(JuanzongError):
    """A document, a paragraph or a page that does not exist."""

    exit_code = 1
    status = 404


class NoIndex(JuanzongError):
    """There is no index yet, or none that this version can read."""

    exit_code = 3
    status = 503


class DamagedIndex(NoIndex):
    """A file of the index is missing, cut short or altered. The message names it."""


class UnreadableInput(JuanzongError):
    """A file or a corpus that cannot be read."""

    exit_code = 4
    status = 400


class IndexBusy(JuanzongError):
    """Another process is writing the same index."""

    exit_code = 1
    status = 503
