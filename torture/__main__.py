"""`python -m torture [--long] [--only NAME]… [--seed N] [--part K/N]`: the campaigns, and one table at the end."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from torture.campaigns import ALL
from torture.ground import Share


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="torture", description="Kills, crashes, damage, hostile documents and requests against a small archive."
    )
    parser.add_argument("--long", action="store_true", help="hours instead of minutes")
    parser.add_argument("--only", action="append", choices=sorted(ALL), help="this campaign alone; repeat for several")
    parser.add_argument("--seed", type=int, default=None, help="the chance of an earlier run")
    parser.add_argument("--part", default="1/1", help="one of several parts of a campaign, 3/20 the third of twenty")
    told = parser.parse_args()
    seed = random.SystemRandom().randrange(1 << 32) if told.seed is None else told.seed
    part, parts = map(int, told.part.split("/"))
    print(f"seed {seed}, part {part}/{parts}", flush=True)
    failed, rows = False, []
    for name in told.only or ALL:
        campaign, short, long = ALL[name]
        share = Share(max(1, (long if told.long else short) // parts), part, parts)
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            outcome = campaign(random.Random(f"{seed} {name} {part}"), share, Path(folder))
        failed = failed or bool(outcome.faults)
        for fault in outcome.faults[:20]:
            print(f"{name}: {fault}", file=sys.stderr)
        rows.append((name, outcome, time.monotonic() - started))
    print(f"{'campaign':<10} {'trials':>8} {'faults':>7} {'seconds':>8}")
    for name, outcome, seconds in rows:
        shown = "; ".join(f"{key} {value}" for key, value in outcome.told.items())
        print(f"{name:<10} {outcome.trials:>8,} {len(outcome.faults):>7,} {seconds:>8.0f}  {shown}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
