"""YAML that a user wrote: read safely, with limits, and with the line of what is wrong."""

from __future__ import annotations

from typing import Any

import yaml

MAX_DEPTH = 12


class YamlError(ValueError):
    """YAML that cannot be read. `line` counts from 1 inside the text that was given."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


def read_yaml(text: str) -> Any:
    """A YAML text as strings, lists and mappings with string keys; an empty scalar is None.

    Raises YamlError for what does not parse, is nested deeper than `MAX_DEPTH`, or uses aliases.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root: list[Any] = []
    stack: list[list[Any]] = [root]
    shapes: list[type] = [list]
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise YamlError("it uses an alias (*name), which is not read", _line_of(event))
            if isinstance(event, yaml.ScalarEvent):
                plain = event.style is None
                stack[-1].append(None if plain and event.value in ("", "~", "null", "Null", "NULL") else event.value)
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                if len(stack) > MAX_DEPTH:
                    raise YamlError(f"it is nested deeper than {MAX_DEPTH} levels", _line_of(event))
                stack.append([])
                shapes.append(list if isinstance(event, yaml.SequenceStartEvent) else dict)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                items = stack.pop()
                stack[-1].append(
                    items
                    if shapes.pop() is list
                    else {str(key): value for key, value in zip(items[::2], items[1::2], strict=True)}
                )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise YamlError(
            str(getattr(error, "problem", None) or "it does not parse"), mark.line + 1 if mark else 0
        ) from error
    return root[0] if root else None


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def flat(value: Any) -> str:
    """A value as one line of text: lists by commas, mappings as `key: value`."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(flat, value)))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {flat(item)}" for key, item in value.items())
    return "" if value is None else " ".join(str(value).split())


def several(value: Any) -> tuple[str, ...]:
    """The texts of a value that may be one or a list."""
    if not value:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(text for text in map(flat, items) if text))
