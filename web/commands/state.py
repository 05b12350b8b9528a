"""What a command says of the index that answers it, on standard error: that it is stale, or that its newest generation is damaged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click


def tell_state(info: Mapping[str, Any]) -> None:
    """`info` is the `index` part of an answer."""
    from juanzong.web.markup import visible

    if info["stale"]:
        click.echo("juanzong: The index was built by another version or dictionary; run `juanzong rebuild`.", err=True)
    if info.get("partial"):
        click.echo(
            f"juanzong: {info['partial']} shards of the archive are out of reach; what was found may lack something.",
            err=True,
        )
    if "fallback" in info:
        click.echo(
            visible(
                f"juanzong: The index is damaged, and generation {info['generation']} answers as far as it is whole. {info['fallback']}"
            ),
            err=True,
        )
