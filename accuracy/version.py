"""What the version of the reading stands for: a digest of how the truth set is read. After a change of the rules, raise `READING` and run

python -m accuracy.version
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path

from accuracy.cases import looked_at
from juanzong.index.facts.context import ReadingContext
from juanzong.index.reading.pipeline import read_file
from juanzong.index.records import inspection
from juanzong.index.store.fingerprint import READING

RECORD = Path(__file__).parent / "version.json"


def digest() -> str:
    """Of everything that `inspect --json` says of every text of the truth set that has been looked at."""
    found = hashlib.sha256()
    with tempfile.TemporaryDirectory() as folder:
        for case in looked_at():
            path = Path(folder) / Path(case.name).name
            path.write_text(case.source([paragraph.text for paragraph in case.paragraphs]), encoding="utf-8")
            for document in read_file(path, ReadingContext()):
                found.update(json.dumps(inspection(document), ensure_ascii=False, sort_keys=True).encode())
            path.unlink()
    return found.hexdigest()


def recorded() -> dict[str, str]:
    record: dict[str, str] = json.loads(RECORD.read_text(encoding="utf-8"))
    return record


def main() -> int:
    now = digest()
    if RECORD.exists() and recorded()["reading"] == str(READING) and recorded()["digest"] != now:
        sys.exit(f"The truth set reads differently: raise READING ({READING}) in index/store/fingerprint.py first.")
    RECORD.write_text(json.dumps({"reading": str(READING), "digest": now}) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
