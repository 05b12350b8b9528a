"""All of a corpus becomes one segment, and what cannot be read this time is reported."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from juanzong.index.build.intake import Builder, Progress
from juanzong.index.build.inventory import Inventory
from juanzong.index.build.publishing import BuildSummary, publish
from juanzong.index.build.tasks import Changes, Task
from juanzong.index.records import Problem

# The index of a text takes about four times its bytes, and as much again while its parts are merged.
SPACE = 8


def publish_all(task: Task, changes: Changes) -> BuildSummary:
    """Reads everything into one segment and publishes it."""
    builder = task.builder()
    warn(task, builder, ())
    builder.read(task.files)
    builder.require()
    builder.merge("s1")
    builder.inventory.write(task.folder)
    return publish(task, builder, [("s1", [])], builder.data_report(), changes)


def out_of_sight(task: Task, old: Inventory) -> set[str]:
    """The files whose documents the index has, and that lie in folders that cannot be listed."""
    listed = {file.relative for file in task.files}
    return {
        path
        for path, entry in old.items()
        if path not in listed and entry.documents and any(folder.holds(path) for folder in task.unlisted)
    }


def kept(task: Task, files: Iterable[str]) -> tuple[str, ...]:
    return (*(folder.relative for folder in task.unlisted), *sorted(files))


def warn(task: Task, builder: Builder, files: Iterable[str]) -> None:
    """Reports what cannot be read this time."""
    for folder in task.unlisted:
        builder.warn(
            folder.relative,
            Problem(
                "unreadable",
                f"The folder cannot be listed ({folder.reason}). Documents that the index has of it stay as they were; "
                "give the one who builds it the right to read it.",
            ),
        )
    for path in files:
        builder.warn(
            path,
            Problem(
                "unreadable",
                "The file cannot be opened. Its documents stay as they were; give the one who builds the index the right to read it.",
            ),
        )


def say_space(task: Task) -> None:
    """What the build will need of the disk, and what is there."""
    needed = SPACE * sum(file.size() for file in task.files)
    task.progress(Progress("space", needed, shutil.disk_usage(task.folder).free, "bytes"))
