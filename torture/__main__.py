"""`python -m torture [--long] [--only NAME]… [--seed N] [--share X]`: the campaigns, and one table at the end."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from torture.campaigns import ALL


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="torture", description="Kills, crashes, damage, hostile documents and requests against a small archive."
    )
    parser.add_argument("--long", action="store_true", help="hours instead of minutes")
    parser.add_argument("--only", action="append", choices=sorted(ALL), help="this campaign alone; repeat for several")
    parser.add_argument("--seed", type=int, default=None, help="the chance of an earlier run")
    parser.add_argument("--share", type=float, default=1.0, help="so much of the trials")
    told = parser.parse_args()
    seed = random.SystemRandom().randrange(1 << 32) if told.seed is None else told.seed
    print(f"seed {seed}", flush=True)
    failed, rows = False, []
    for name in told.only or ALL:
        campaign, short, long = ALL[name]
        trials = max(1, round((long if told.long else short) * told.share))
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            outcome = campaign(random.Random(f"{seed} {name}"), trials, Path(folder))
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
