"""What exists is written where a reader looks, and what is written exists."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from juanzong.index.build import rebuild
from juanzong.index.corpus.files import READ_SUFFIXES
from juanzong.search.request import FACET_FIELDS
from juanzong.web.cli import commands
from juanzong.web.routes.openapi.paths import description
from scripts.commands import TARGET, described

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HELP = {name: (ROOT / "web" / "help" / f"{name}.md").read_text(encoding="utf-8") for name in ("zh", "en")}
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.M | re.S)
# what the address of every page may hold and no reader types
UNSAID = frozenset({"lang", "values"})


def code(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert TARGET.read_text(encoding="utf-8") == described(), "run python -m scripts.commands"


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_command_has_help_and_stands_in_the_readme(name: str) -> None:
    command = commands.commands[name]
    assert command.help and command.help.strip()
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    assert re.search(rf"juanzong (?:--index \S+ )?{name}\b", README), f"README does not show `juanzong {name}`"


def test_every_variable_of_the_environment_stands_in_the_readme() -> None:
    files = [path for package in ("index", "search", "web") for path in (ROOT / package).rglob("*.py")]
    named = {name for path in files for name in re.findall(r"JUANZONG_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert not {name for name in named if name not in README}


@pytest.mark.parametrize("suffix", READ_SUFFIXES)
def test_every_format_stands_in_the_readme(suffix: str) -> None:
    assert re.search(rf"(?<!\w)\{suffix}(?!\w)", README)


@pytest.mark.parametrize("facet", FACET_FIELDS)
@pytest.mark.parametrize("language", HELP)
def test_every_facet_is_explained_on_the_help_pages(facet: str, language: str) -> None:
    assert f"{facet}:" in HELP[language] and facet in README


def test_every_parameter_of_a_search_is_described_and_told() -> None:
    told = README + HELP["en"]
    operation = description("0")["paths"]["/api/search"]["get"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert not {name for name in names - UNSAID if not re.search(rf"(?<!\w){name}(?!\w)", told)}


def test_every_path_of_the_interface_answers_to_a_route() -> None:
    from juanzong.web.app import create_app

    rules = {re.sub(r"<[^>]+>", "{}", str(rule)) for rule in create_app(ROOT / "none").url_map.iter_rules()}
    paths = {re.sub(r"\{[^}]+\}", "{}", path) for path in description("0")["paths"]}
    missing = {path for path in paths if path not in rules and not _is_form(path, rules)}
    assert not missing


def _is_form(path: str, rules: set[str]) -> bool:
    """/export.csv is a form of /export.<any(csv, jsonl, md):form>."""
    return any(re.fullmatch(re.escape(rule).replace(r"\{\}", r"[\w{}]+"), path) for rule in rules)


COMMANDS = [
    line.split("#")[0].strip() for _, text in BLOCKS for line in text.splitlines() if line.startswith("juanzong ")
]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_is_one(line: str) -> None:
    words = shlex.split(line)[1:]
    while words and words[0].startswith("-"):
        words = words[2:]
    command: click.Command = commands
    while isinstance(command, click.Group):
        assert words[0] in command.commands, line
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)} <= known | {"--help"}, line


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rebuild(tmp_path / ".juanzong", [ROOT / "seeds" / "2021"], jobs=1)
    for example in code("python"):
        exec(compile(example, "README.md", "exec"), {"__name__": "readme"})


def test_help_is_printed_without_loading_a_dictionary() -> None:
    shown = CliRunner().invoke(commands, ["--help"])
    assert shown.exit_code == 0 and all(name in shown.output for name in commands.commands)


def test_data_files_say_what_a_row_means() -> None:
    for path in sorted(path for package in ("index", "web") for path in (ROOT / package / "data").iterdir()):
        if path.suffix in (".csv", ".yaml"):
            head = path.read_text(encoding="utf-8-sig")[:400]
            assert head.startswith("#"), f"{path.name} has no header"
            if path.suffix == ".yaml":
                assert yaml.safe_load(path.read_text(encoding="utf-8")) is not None


def test_the_entry_for_other_servers_is_there() -> None:
    [(module, name)] = set(re.findall(r"`([\w.]+):(\w+)\(\)`", README))
    assert callable(getattr(importlib.import_module(module), name))
