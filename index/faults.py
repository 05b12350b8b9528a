"""Faults of this program, told apart from faults of documents: logged with their traceback, silent unless somebody listens.

    logging.getLogger("juanzong")

is the one logger; the command line listens to it with `--verbose` (what is done) and `--debug` (tracebacks too).
"""

from __future__ import annotations

NAME = "juanzong"


def log_fault(doing: str, error: BaseException) -> None:
    """A fault that did not stop the work: what was being done, and the traceback."""
    import logging

    logger = logging.getLogger(NAME)
    if not logger.hasHandlers():
        # else the last resort of the standard library writes to standard error
        logger.addHandler(logging.NullHandler())
    logger.error("%s: %s: %s", doing, type(error).__name__, error)
    logger.debug("The traceback:", exc_info=error)
