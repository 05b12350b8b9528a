"""The one root of errors. Each carries a sentence that tells the user what to do."""

from __future__ import annotations


class JuanzongError(Exception):
    """Anything that can go wrong and that a user can mend. `str(error)` is the sentence shown to the user.

    `exit_code` is what the command line ends with, `status` what HTTP answers with. `code` names the sentence and `args_` are the values in
    it, so that a page can say it in another language; "" where there is but the one.
    """

    exit_code = 1
    status = 500

    def __init__(self, sentence: str = "", *, code: str = "", args_: tuple[object, ...] = ()) -> None:
        super().__init__(sentence)
        self.code, self.args_ = code, args_


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
    """A file of the index is missing, cut short or altered. The message names it; `file` is its path below the generation, where it is known."""

    def __init__(self, sentence: str = "", *, file: str = "", code: str = "", args_: tuple[object, ...] = ()) -> None:
        super().__init__(sentence, code=code, args_=args_)
        self.file = file


class UnreadableInput(JuanzongError):
    """A file or a corpus that cannot be read."""

    exit_code = 4
    status = 400


class IndexBusy(JuanzongError):
    """Another process is writing the same index."""

    exit_code = 1
    status = 503
