"""Rules of the house that no linter knows: sizes, names, docstrings, documentation that tells the truth."""

import ast
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sitewatch import __version__
from sitewatch.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "sitewatch"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / name / "README.md" for name in ("aois", "scenes", "outputs")),
    ]
)

LONGEST = 300
# Names that say nothing of what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "manager", "tools"}
# Folders of one person's machine; documentation is read on another.
MACHINE = re.compile(r"(?<![\w.~-])/(?:home|root|tmp|work|Users|mnt|var|opt)/")
# A rule that is switched off names itself, and is followed by the reason.
SILENCED = re.compile(
    r"#\s*(noqa|type:\s*ignore)(?P<code>(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|\[[\w,-]+\])?)(?P<why>.*)"
)


def relative(path: Path) -> str:
    """Name a file as people see it."""
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_look_at():
    assert len(MODULES) > 50
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md"} <= {relative(page) for page in PAGES}


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_module_is_short_named_and_described(module: Path):
    text = module.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST, f"more than {LONGEST} lines: grow it into a folder, by noun"
    assert not {*module.relative_to(PACKAGE).with_suffix("").parts} & EMPTY_NAMES
    assert ast.get_docstring(ast.parse(text)), "a module says in its first line what it is for"


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_everything_public_has_a_docstring(module: Path):
    bare = [
        name for name, node in public(ast.parse(module.read_text("utf-8"))) if not ast.get_docstring(node)
    ]
    assert not bare, f"no docstring: {', '.join(bare)}"


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_a_rule_is_switched_off_by_its_code_and_with_a_reason(module: Path):
    above = ""
    for number, line in enumerate(module.read_text("utf-8").splitlines(), 1):
        found = SILENCED.search(line)
        if found:
            assert found["code"], f"line {number} silences every rule"
            reason = re.search(r"\w{3}", found["why"]) or above.strip().startswith("#")
            assert reason, f"line {number} gives no reason, neither behind the code nor in a comment above"
        above = line


def test_the_rule_about_silenced_rules_can_fail():
    assert not SILENCED.search("x = 1  # noqa")["code"]
    assert not SILENCED.search("x = 1  # type: ignore")["code"]
    assert SILENCED.search("x = 1  # noqa: BLE001, S110 - it is reported")["code"] == ": BLE001, S110"
    assert SILENCED.search("x = 1  # type: ignore[misc]  # the stub is wrong")["why"].strip()


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_page_names_no_folder_of_one_machine(page: Path):
    found = MACHINE.findall(page.read_text("utf-8"))
    assert not found, f"{relative(page)} mentions {', '.join(found)}"


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_commands_of_a_page_exist(page: Path):
    for words in invocations(page.read_text("utf-8")):
        command, rest = resolve(words)
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        given = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        strange = given - known - {"--help", "-h"}
        assert not strange, f"`sitewatch {' '.join(words)}` has no {', '.join(sorted(strange))}"


def test_a_command_that_is_not_there_is_seen():
    text = "```\n$ sitewatch compare a.tif b.tif \\\n    --out run\n```\nand `sitewatch sites list`."
    assert list(invocations(text)) == [
        ["compare", "a.tif", "b.tif", "--out", "run"],
        ["sites", "list"],
    ]
    with pytest.raises(AssertionError, match="frobnicate"):
        resolve(["frobnicate"])
    with pytest.raises(AssertionError, match="remove"):
        resolve(["sites", "remove"])


def test_every_option_of_the_command_line_says_what_it_does():
    bare = [
        f"{path} {param.opts[0]}"
        for path, command in commands()
        for param in command.params
        if isinstance(param, click.Option) and not param.help
    ]
    assert not bare


def test_changelog_tells_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[?{re.escape(__version__)}\b", text, re.MULTILINE)


def public(
    node: ast.Module | ast.ClassDef, inside: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """Yield the public functions and classes of a module, and the public methods of its public classes."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield f"{inside}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{child.name}.")


def invocations(text: str) -> Iterator[list[str]]:
    """Yield the words after ``sitewatch`` wherever a page shows a command, in a block or in a line."""
    joined = re.sub(r"\\\n\s*", "", text)
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", joined, re.MULTILINE | re.DOTALL)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    spans = re.findall(
        r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", joined, flags=re.MULTILINE | re.DOTALL)
    )
    for line in (*lines, *spans):
        if re.match(r"sitewatch [a-z]", line):
            yield shlex.split(line, comments=True)[1:]


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that some words call, and the words that are left to it."""
    assert words[0] in COMMANDS, f"there is no `sitewatch {words[0]}`"
    command, rest = load(words[0]), words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        assert rest[0] in command.commands, f"there is no `sitewatch {' '.join(words)}`: {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


def load(name: str) -> click.Command:
    """Import a command."""
    command = importlib.import_module(f"sitewatch.cli.{COMMANDS[name][0]}").command
    assert isinstance(command, click.Command)
    return command


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command and every command of a group, with its words."""
    for name in COMMANDS:
        command = load(name)
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {part}", each) for part, each in command.commands.items())
