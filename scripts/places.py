"""Make index/data/places.csv and streets.csv from an unpacked `china-division` package (npm, 2.7.0).

    python scripts/places.py PACKAGE_FOLDER

The package carries the statistical division codes of 2023. What it lacks (aliases, renamed, abolished and newer units)
is kept by hand in index/data/place_overrides.csv, which this script never touches.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from itertools import takewhile
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "index" / "data"
# rows that group units and are no units themselves
GROUPS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
PROVINCE_AHEAD = re.compile(
    r"^(?!吉林(?:经济|高新)|山西转型)(?:河北|山西|内蒙古|吉林|安徽|河南|湖南|西藏)(?=.+(?:开发区|示范区|园区)$)"
)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def head(path: Path) -> str:
    """The comments that a file begins with, which are kept."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(takewhile(lambda line: line.startswith("#"), lines))


def main() -> int:
    if len(sys.argv) != 2 or not (folder := Path(sys.argv[1]) / "dist").is_dir():
        sys.exit("Give the folder of the unpacked package china-division, the one that holds dist/.")
    provinces, cities = rows(folder, "provinces.csv"), rows(folder, "cities.csv")
    areas, streets = rows(folder, "areas.csv"), rows(folder, "streets.csv")
    prefectures = {row["name"] for row in cities}
    heads = {name: head(DATA / name) for name in ("places.csv", "streets.csv")}
    with (DATA / "places.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(heads["places.csv"])
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("code", "name"))
        for row in provinces + cities + areas:
            # a prefecture without counties is repeated as its own county
            repeated = len(row["code"]) == 6 and row["name"] in prefectures
            if row["name"] not in GROUPS and not repeated:
                out.writerow((row["code"], PROVINCE_AHEAD.sub("", row["name"])))
    by_area: dict[str, list[str]] = defaultdict(list)
    for row in streets:
        if re.search(r"(街道|镇|乡)$", row["name"]) or row["name"].endswith("苏木"):
            by_area[row["areaCode"]].append(row["name"])
    with (DATA / "streets.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(heads["streets.csv"])
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("area", "names"))
        for area, names in sorted(by_area.items()):
            out.writerow((area, " ".join(names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
