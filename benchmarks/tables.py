"""The ledger as Markdown: one table of speed and one of cost for each size, and the growth over sizes."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.queries import CLASSES

OURS = "juanzong"
MIX = "mix"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies, by rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def times(ratio: float) -> str:
    """A ratio with two digits that tell."""
    return f"{ratio:.0f}" if ratio >= 9.95 else f"{ratio:.1f}" if ratio >= 0.995 else f"{ratio:.2f}"


def summary(latencies: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """Median and p95 of each class and of the mix of all queries; a query's own figure is the median of its rounds (ms)."""
    everything = [value for values in latencies.values() for value in values]
    return {
        kind: {"median": statistics.median(values), "p95": percentile(values, 0.95), "queries": len(values)}
        for kind, values in [*latencies.items(), (MIX, everything)]
        if values
    }


def machine_line(machine: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"{machine['date']}: {machine['cores']} cores ({machine['processor']}), {machine['memory_gb']:.0f} GB, {machine['system']}, "
        f"Python {machine['python']}, numpy {machine['numpy']}. {versions}."
    )


def size_tables(result: Mapping[str, Any]) -> str:
    """The tables of one size."""
    engines: Mapping[str, Any] = result["engines"]
    origins = ", ".join(f"{count:,} {name}" for name, count in result["origins"].items())
    rounds = ", ".join(f"{name} {engine['rounds']}" for name, engine in engines.items())
    lines = [
        f"## {result['paragraphs']:,} paragraphs",
        "",
        f"{result['characters'] / 1e6:.1f} M characters, {result['text_bytes'] / 1e6:.1f} MB of UTF-8; lines from: {origins}. "
        f"Load {result['load']:.1f} before the queries; rounds: {rounds}.",
        "",
        "Milliseconds a query, median / p95, and the median as a multiple of juanzong's:",
        "",
        *_table(
            ["class", "matches", *engines],
            [_speed_row(kind, result, engines) for kind in (*CLASSES, MIX) if kind in result["matches"] or kind == MIX],
        ),
        "",
        *_table(["cost", *engines], _cost_rows(result, engines)),
        "",
    ]
    lines += [f"- {line}" for line in result["agreement"]]
    return "\n".join([*lines, ""])


def growth_table(results: Sequence[Mapping[str, Any]]) -> str:
    """How each figure grows from size to size."""
    names = list(dict.fromkeys(name for result in results for name in result["engines"]))
    heads = [
        "figure",
        "engine",
        *(f"{result['paragraphs']:,}" for result in results),
        *(["growth of the last step"] if len(results) > 1 else []),
    ]
    figures: Sequence[tuple[str, Callable[[Any], Any], str]] = (
        ("median of the mix, ms", lambda engine: engine["latency"][MIX]["median"], "{:.2f}"),
        ("processor ms a query", lambda engine: engine["cpu_ms"], "{:.2f}"),
        ("p95 of the mix, ms", lambda engine: engine["latency"][MIX]["p95"], "{:.2f}"),
        ("build, s", lambda engine: engine["build_s"], "{:.1f}"),
        ("index, MB", lambda engine: engine["bytes"] / 1e6, "{:.1f}"),
        ("build, peak MB", lambda engine: engine["peak_mb"], "{:.0f}"),
        ("serving, own MB", lambda engine: engine["memory"] and engine["memory"][0], "{:.0f}"),
        ("open, ms", lambda engine: engine["open_ms"], "{:.1f}"),
    )
    rows = []
    for title, figure, form in figures:
        for name in names:
            values = [figure(result["engines"][name]) if name in result["engines"] else None for result in results]
            step = (
                [f"×{times(values[-1] / values[-2])}" if values[-1] and values[-2] else "–"] if len(results) > 1 else []
            )
            rows.append([title, name, *(form.format(value) if value is not None else "–" for value in values), *step])
    return "\n".join(["## Growth", "", *_table(heads, rows), ""])


def _speed_row(kind: str, result: Mapping[str, Any], engines: Mapping[str, Any]) -> list[str]:
    ours = engines[OURS]["latency"][kind]["median"] if OURS in engines else None
    cells = []
    for name, engine in engines.items():
        own = engine["latency"].get(kind)
        ratio = f" · ×{times(own['median'] / ours)}" if own and ours and name != OURS else ""
        cells.append(f"{own['median']:.2f} / {own['p95']:.2f}{ratio}" if own else "–")
    matches = result["matches"].get(kind)
    return [f"**{MIX}**" if kind == MIX else kind, f"{matches:,.0f}" if matches is not None else "", *cells]


def _cost_rows(result: Mapping[str, Any], engines: Mapping[str, Any]) -> list[list[str]]:
    def row(title: str, cell: Any) -> list[str]:
        return [title, *(cell(engine) or "–" for engine in engines.values())]

    def parts(engine: Mapping[str, Any]) -> str:
        return ", ".join(f"{name} {seconds:.1f}" for name, seconds in engine["parts"].items())

    return [
        row("processor ms a query, mean of the mix", lambda e: f"{e['cpu_ms']:.2f}"),
        row("build, s, one process, tokenising included", lambda e: f"{e['build_s']:.1f}"),
        row("the same, processor s", lambda e: f"{e['build_cpu_s']:.1f}"),
        row("its parts, s", parts),
        row("index alone, s, tokens given", lambda e: e["indexing"] and f"{e['indexing']:.1f}"),
        row("build, s, all cores", lambda e: e.get("build_all_s") and f"{e['build_all_s']:.1f}"),
        row("build, characters a second", lambda e: f"{result['characters'] / e['build_s']:,.0f}"),
        row("build, peak MB", lambda e: f"{e['peak_mb']:.0f}"),
        row("index, MB", lambda e: f"{e['bytes'] / 1e6:.1f}"),
        row("index, bytes per byte of text", lambda e: f"{e['bytes'] / result['text_bytes']:.2f}"),
        row("open, ms", lambda e: f"{e['open_ms']:.1f}"),
        row("first answer, ms", lambda e: f"{e['first_ms']:.1f}"),
        row("serving, own MB + mapped MB", lambda e: e["memory"] and f"{e['memory'][0]:.0f} + {e['memory'][1]:.0f}"),
    ]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows)]
