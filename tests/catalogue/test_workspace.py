"""A workspace is made whole or not at all, and never overwrites."""

import re
from pathlib import Path
from typing import Any

import pystac
import pytest

from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import CatalogueError, OutputError
from sitewatch.settings import Settings, load_settings


def _tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_what_is_made_can_be_opened(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "a" / "b")
    assert made == Workspace.open(tmp_path / "a" / "b")
    assert made.root.is_absolute()
    assert sorted(_tree(made.root)) == [
        "aois/README.md", "outputs/README.md", "scenes/README.md", "scenes/catalog.json", "sitewatch.toml",
    ]  # fmt: skip
    for folder in (made.aois, made.scenes, made.outputs):
        assert folder.is_dir()


def test_the_catalogue_is_stac(tmp_path: Path) -> None:
    catalogue = pystac.Catalog.from_file(Workspace.create(tmp_path).scenes / "catalog.json")
    assert catalogue.id == "scenes"
    assert list(catalogue.get_items()) == []


def test_the_settings_file_changes_nothing_until_a_line_is_uncommented(tmp_path: Path) -> None:
    file = Workspace.create(tmp_path).settings_file
    assert load_settings(file) == Settings()
    # Taking every # away that stands before a value gives the defaults again, so the file shows them truly.
    text = re.sub(r"^# (?=\[|\w+ = \S)(?!.*not set)", "", file.read_text("utf-8"), flags=re.MULTILINE)
    file.write_text(text, "utf-8")
    assert load_settings(file) == Settings()
    file.write_text(text.replace("max_shift_m = 30.0", "max_shift_m = 12.0"), "utf-8")
    assert load_settings(file).registration.max_shift_m == 12.0


def test_making_it_again_adds_what_is_missing_and_overwrites_nothing(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path)
    before = _tree(tmp_path)
    made.settings_file.write_text("[chips]\ndpi = 300\n")
    (made.scenes / "README.md").unlink()
    Workspace.create(tmp_path)
    assert _tree(tmp_path) == before | {"sitewatch.toml": b"[chips]\ndpi = 300\n"}


@pytest.mark.parametrize("half", [[], ["aois"], ["scenes"]])
def test_another_folder_is_refused_with_the_command_that_helps(tmp_path: Path, half: list[str]) -> None:
    for name in half:
        (tmp_path / name).mkdir()
    with pytest.raises(CatalogueError, match=f"sitewatch init {tmp_path}"):
        Workspace.open(tmp_path)


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(self: Path, *args: Any, **options: Any) -> int:
        if self.name == "catalog.json":
            self.touch()
            raise OSError(28, "No space left on device", str(self))
        return write(self, *args, **options)

    (tmp_path / "mine.txt").write_text("x")
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="no space left on device"):
        Workspace.create(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        Workspace.create(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "x"
