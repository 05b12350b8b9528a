"""Following the folders of a corpus: an update whenever writing in them has come to rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from juanzong.index.errors import IndexBusy, JuanzongError
from juanzong.index.faults import log_fault

if TYPE_CHECKING:
    import threading

    from watchfiles import Change

# milliseconds without a change after which writing has come to rest, and for how long it is waited for at most
QUIET = 1_500
LONGEST = 60_000
STOPPED = 5
# milliseconds after which a wait for changes begins anew
_PAUSE = 500


def follow(
    folders: Sequence[Path], run: Callable[[], object], stop: threading.Event | None = None, quiet: int = QUIET
) -> None:
    """Calls `run` once, and again after each burst of changes below the folders, until told to stop. An error is said on standard error and ends nothing.

    The folders are watched before `run` is first called: what is written meanwhile is a change like any other."""
    from watchfiles import watch

    changes = watch(
        *folders,
        watch_filter=_counts,
        step=quiet,
        debounce=LONGEST,
        stop_event=stop,
        rust_timeout=_PAUSE,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    begun = False
    for burst in changes:
        if begun and not burst:
            continue
        if burst:
            click.echo(f"{len(burst):,} changes in the corpus.", err=True)
        attempt(run)
        if not begun:
            click.echo(f"Watching {', '.join(map(str, folders))}; Ctrl-C stops.", err=True)
        begun = True


def attempt(run: Callable[[], object]) -> bool:
    """Whether `run` ended well; what it raises is said instead."""
    try:
        run()
    except IndexBusy as error:
        click.echo(f"juanzong: {error} The next change is followed again.", err=True)
        return False
    except (JuanzongError, OSError) as error:
        click.echo(f"juanzong: {error}", err=True)
        return False
    except Exception as error:
        # a fault of ours, or a worker that was ended: the next change may go well
        log_fault("updating", error)
        click.echo(
            f"juanzong: The update failed ({type(error).__name__}). The next change is followed again.", err=True
        )
        return False
    return True


def _counts(_: Change, path: str) -> bool:
    """Whether a change matters: not in hidden files and folders, where editors keep their drafts."""
    return not any(part.startswith(".") for part in Path(path).parts[-3:])


def existing(folders: Iterable[Path]) -> list[Path]:
    """The folders that can be watched."""
    return [folder for folder in folders if folder.exists()]


@contextmanager
def beside(index_dir: Path) -> Iterator[None]:
    """A process of its own that follows the corpus of an index as long as a server runs."""
    child = subprocess.Popen([sys.executable, "-m", "juanzong", "--index", str(index_dir), "update", "--watch"])
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(STOPPED)
        except subprocess.TimeoutExpired:
            child.kill()
