"""`backup` and `restore`: one generation with what belongs to it as a single file, checked when it is written and when it is read.

The file is a tar archive (packed where its name ends on .gz or .xz): `juanzong.json` says what it is, `generation/` has the files of a generation,
`settings/` what else lies in the index folder, such as synonyms. While it is written builds may go on: the files are held by links of their own.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from juanzong.index.errors import DamagedIndex, JuanzongError, UnreadableInput, UsageError
from juanzong.index.regularfiles import json_bytes
from juanzong.index.store.checksums import CHECKSUMS
from juanzong.index.store.generations import MANIFEST, VIEWS, Generation, IndexDirectory, is_sealed

FORMAT = 1
LABEL = "juanzong.json"
# who may read is settled where the index is served, and its hashes are not to be carried about
ACCOUNTS = "accounts.json"
_OWN = ("CURRENT", "generations", VIEWS, ACCOUNTS)
_PASSING = (".lock", ".new")
_HELD = "saving-"
_MOST = 200_000


@dataclass(frozen=True)
class BackupSummary:
    """What a backup holds."""

    generation: int
    built_at: str
    documents: int
    paragraphs: int
    files: int
    bytes: int
    settings: list[str]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def backup(index_dir: Path | str, target: Path) -> BackupSummary:
    """Writes a backup of the generation that serves. Raises NoIndex, DamagedIndex where a file of it is not whole, and UsageError where the file is there."""
    directory = IndexDirectory(Path(index_dir))
    if target.exists():
        raise UsageError(f"{target} exists already; give another name, or move it away.")
    temporary = target.with_name(target.name + ".part")
    try:
        with _held(directory) as generation:
            folder, sums = generation.folder, generation.checksums
            names = _files(generation)
            settings = sorted(_settings(directory.folder))
            counts = generation.manifest["counts"]
            size = sum(blocks.size for blocks in sums.blocks.values())
            saved = BackupSummary(
                generation.number,
                generation.manifest["built_at"],
                counts["documents"],
                counts["paragraphs"],
                len(names),
                size,
                [path.relative_to(directory.folder).as_posix() for path in settings],
            )
            with tarfile.open(temporary, _mode(target)) as archive:
                _add(archive, LABEL, json_bytes({"format": FORMAT, **saved.to_dict()}, indent=1))
                for name in names:
                    archive.add(folder / name, f"generation/{name}", recursive=False)
                for path in settings:
                    archive.add(path, f"settings/{path.relative_to(directory.folder).as_posix()}", recursive=False)
        # read again from what was written: what was damaged before or on the way is found here
        _verified(temporary)
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise JuanzongError(f"The backup {target} could not be written ({error.strerror or error}).") from error
    finally:
        temporary.unlink(missing_ok=True)
    return saved


def restore(source: Path, index_dir: Path | str) -> BackupSummary:
    """Makes an index of a backup. Raises UsageError where there is an index already, UnreadableInput where the file is no backup or damaged."""
    directory = IndexDirectory(Path(index_dir))
    if directory.exists():
        raise UsageError(f"There is an index in {directory.folder} already; restore into another folder with --index.")
    try:
        with directory.writing() as folder:
            label = _extract(source, folder / "generation", folder / "settings")
            manifest = json.loads((folder / "generation" / MANIFEST).read_bytes())
            _require_whole(Generation(int(manifest["generation"]), folder / "generation", manifest))
            if (folder / "settings").is_dir():
                shutil.copytree(folder / "settings", directory.folder, dirs_exist_ok=True)
            directory.adopt(folder / "generation", manifest)
    except DamagedIndex as error:
        raise UnreadableInput(f"The backup {source} is damaged: {error}") from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, tarfile.TarError) as error:
        raise UnreadableInput(f"The backup {source} cannot be read ({error}). Nothing was restored.") from None
    return BackupSummary(**{name: label[name] for name in BackupSummary.__dataclass_fields__})


@contextmanager
def _held(directory: IndexDirectory) -> Iterator[Generation]:
    """The generation that serves, its files under links of their own, so that no build removes them. Raises DamagedIndex, and OSError."""
    folder = directory.folder / f"{_HELD}{os.getpid()}"
    try:
        yield _linked(directory, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _linked(directory: IndexDirectory, folder: Path) -> Generation:
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        generation, _ = directory.open()
        if generation.fallback:
            raise DamagedIndex(f"{generation.fallback} Run `juanzong repair` before a backup.")
        held = Generation(generation.number, folder, generation.manifest)
        try:
            shutil.copytree(generation.folder, folder, copy_function=_link)
            if all((folder / name).exists() for name in _files(held)):
                return held
        except (OSError, DamagedIndex):
            if generation.folder.exists():
                raise
        if generation.folder.exists():
            return held
        # builds went on so fast that it was removed meanwhile: there is a newer one


def _files(generation: Generation) -> list[str]:
    return [*generation.checksums.blocks, CHECKSUMS, MANIFEST]


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _settings(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        top = path.relative_to(folder).parts[0]
        if (
            top not in _OWN
            and not top.startswith(_HELD)
            and path.suffix not in _PASSING
            and path.is_file()
            and not path.is_symlink()
        ):
            yield path


def _mode(target: Path) -> Literal["w", "w:gz", "w:xz"]:
    return "w:gz" if target.suffix in (".gz", ".tgz") else "w:xz" if target.suffix == ".xz" else "w"


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def _verified(source: Path) -> None:
    """Reads a backup as `restore` would. Raises DamagedIndex."""
    import tempfile

    with tempfile.TemporaryDirectory(dir=source.parent, prefix=".juanzong-") as place:
        folder = Path(place)
        _extract(source, folder / "generation", folder / "settings")
        manifest = json.loads((folder / "generation" / MANIFEST).read_bytes())
        _require_whole(Generation(int(manifest["generation"]), folder / "generation", manifest))


def _require_whole(generation: Generation) -> None:
    if not is_sealed(generation.manifest):
        raise DamagedIndex("its manifest was altered.")
    damage = next(generation.checksums.faults(), None)
    if damage is not None:
        raise DamagedIndex(damage.sentence)


def _extract(source: Path, generation: Path, settings: Path) -> dict[str, Any]:
    """Unpacks a backup: regular files below two folders, and nothing else whatever it holds. Gives its label."""
    label: dict[str, Any] = {}
    homes = {"generation": generation, "settings": settings}
    with tarfile.open(source, "r:*") as archive:
        for number, entry in enumerate(archive):
            parts = PurePosixPath(entry.name).parts
            if number > _MOST or not entry.isreg() or ".." in parts or not parts or entry.name.startswith("/"):
                raise ValueError(f"{entry.name[:80]} does not belong into a backup")
            data = archive.extractfile(entry)
            if data is None:
                raise ValueError(f"{entry.name[:80]} has no content")
            if not number:
                label = json.load(data) if entry.name == LABEL else {}
                if label.get("format") != FORMAT:
                    raise ValueError("it is no backup of juanzong, or one of another version")
                continue
            if parts[0] not in homes or len(parts) < 2 or parts[0] == "settings" and parts[1] in _OWN:
                raise ValueError(f"{entry.name[:80]} does not belong into a backup")
            path = homes[parts[0]].joinpath(*parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                shutil.copyfileobj(data, file, 1 << 20)
    return label
