"""Make index/data/place_blocks.csv: words of jieba's dictionary that contain the name of a place and are none.

    python scripts/place_blocks.py

Persons, idioms, verbs and numerals of the dictionary count, and things that are called after a place by their last character (a dish, a
breed, a cloth); what ends like a place, and what begins with a preposition that the dictionary took for part of a name, does not.
"""

from __future__ import annotations

import csv
import sys
from importlib import resources
from pathlib import Path

from juanzong.index.facts.places.names import find_places

OUT = Path(__file__).resolve().parent.parent / "index" / "data" / "place_blocks.csv"
NAMES, THINGS = {"nrt", "nrfg", "i", "m"}, {"n", "nz", "nr"}
PLACE_ENDS = "人籍音话语站楼镇乡府河山岛桥冲湖江港东西南北境网城宫阁峡滩郡路街区县市州任"
THING_ENDS = "犬鱼酒鸡鸭石窑草茶剧派碱岩服菜椒猪牛羊马鹅枣梨桃瓜柚橘橙面醋绣锦陶墨砚扇猿梆"
PREPOSITIONS = "于从由在向自对被把"
HEAD = """# Words that contain the name of a place and are none: made by scripts/place_blocks.py from jieba's dictionary (MIT). One word a row.
"""


def main() -> int:
    """Write the table; gives the exit code."""
    found: set[str] = set()
    for line in (resources.files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, _, tag = line.split(" ")
        if (
            len(word) < 3
            or word[0] in PREPOSITIONS
            or not (
                tag in NAMES
                and word[-1] not in PLACE_ENDS
                or tag in THINGS
                and (word[-1] in THING_ENDS or tag == "nr" and len(word) > 3 and word[-1] not in PLACE_ENDS)
            )
        ):
            continue
        if any(
            hit.form not in ("foreign", "province") and hit.end - hit.start < len(word) for hit in find_places(word)
        ):
            found.add(word)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["word"])
        writer.writerows([word] for word in sorted(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
