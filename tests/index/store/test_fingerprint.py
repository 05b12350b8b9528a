"""What an index depends on beside its documents: nothing that decides how a text is read may change without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from juanzong.index.errors import UnreadableInput
from juanzong.index.store import fingerprint as fingerprints
from juanzong.index.store.fingerprint import OwnFiles, fingerprint, own_files

AGENCIES = "local:\n  灯塔管理局: [灯塔局]\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_every_part_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = fingerprint(OwnFiles())
    agencies = written(tmp_path / "own.yaml", AGENCIES)
    words = written(tmp_path / "words.txt", "灯塔局 5 n\n")
    assert fingerprint(OwnFiles(agencies=agencies)) != plain != fingerprint(OwnFiles(userdict=words))
    before = fingerprint(OwnFiles(agencies=agencies))
    written(agencies, AGENCIES.replace("灯塔局", "航标局"))
    assert fingerprint(OwnFiles(agencies=agencies)) != before
    monkeypatch.setattr(fingerprints, "READING", 0)
    assert fingerprint(OwnFiles()) != plain


def test_the_users_file_is_asked_again_and_the_copy_serves_where_it_is_gone(tmp_path: Path) -> None:
    agencies = written(tmp_path / "own.yaml", AGENCIES)
    folder = tmp_path / "generation"
    folder.mkdir()
    own = OwnFiles(agencies=agencies)
    copies = own.copied(folder)
    assert copies.agencies is not None and copies.agencies.read_bytes() == agencies.read_bytes()
    manifest = {"own_files": own.to_manifest()}
    assert own_files(manifest, folder).agencies == agencies.resolve()
    agencies.unlink()
    assert own_files(manifest, folder) == OwnFiles(None, copies.agencies)


def test_a_file_that_cannot_be_copied_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="gone.yaml"):
        OwnFiles(agencies=tmp_path / "gone.yaml").copied(tmp_path)
