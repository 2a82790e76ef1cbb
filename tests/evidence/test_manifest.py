"""Digests against sha256sum, manifests that notice every change, run ids that depend on what they should."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox

from sitewatch.errors import RasterError
from sitewatch.evidence import (
    MANIFEST,
    Problem,
    check_manifest,
    digest,
    run_id,
    scene_digest,
    write_manifest,
)
from sitewatch.records import Band, MaskLayer, Scene

GRID = GeoBox((2, 2), Affine(10, 0, 0, 0, -10, 0), "EPSG:32614")


def scene(*hrefs: str, masks: tuple[str, ...] = ()) -> Scene:
    bands = tuple(Band(f"b{i}", href) for i, href in enumerate(hrefs, 1))
    return Scene("s", bands, GRID, 10.0, masks=tuple(MaskLayer("scl", href) for href in masks))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = tmp_path / "run"
    (run / "rasters" / "overlap").mkdir(parents=True)
    (run / "run.json").write_text("{}")
    (run / "rasters" / "overlap" / "change.tif").write_bytes(b"\x00" * 3_000_000)
    (run / "a name with spaces ü.txt").write_text("x")
    return run


def test_a_file_longer_than_a_piece_has_the_digest_of_its_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    (tmp_path / "f").write_bytes(data)
    assert digest(tmp_path / "f") == hashlib.sha256(data).hexdigest()


def test_the_manifest_is_what_sha256sum_writes_and_checks(folder: Path) -> None:
    manifest = write_manifest(folder)
    names = [line.split("  ", 1)[1] for line in manifest.read_text("utf-8").splitlines()]
    assert names == sorted(names)
    assert len(names) == 3
    sha256sum = shutil.which("sha256sum")
    if sha256sum is None:
        pytest.skip("sha256sum is not on this machine")
    command = [sha256sum, "--check", "--strict", MANIFEST]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - fixed words
    assert done.returncode == 0, done.stderr


def test_an_untouched_folder_has_no_problems_and_a_second_manifest_is_the_same(folder: Path) -> None:
    first = write_manifest(folder).read_bytes()
    assert check_manifest(folder) == []
    assert write_manifest(folder).read_bytes() == first


def test_every_kind_of_tampering_is_named(folder: Path) -> None:
    write_manifest(folder)
    (folder / "run.json").write_text("{ }")
    (folder / "a name with spaces ü.txt").unlink()
    (folder / "rasters" / "new.tif").write_text("")
    assert check_manifest(folder) == [
        Problem("a name with spaces ü.txt", "missing"),
        Problem("rasters/new.tif", "not listed"),
        Problem("run.json", "changed"),
    ]


def test_a_manifest_cannot_vouch_for_files_outside_its_folder(folder: Path) -> None:
    (folder.parent / "elsewhere").write_text("x")
    line = f"{digest(folder.parent / 'elsewhere')}  ../elsewhere"
    write_manifest(folder)
    with (folder / MANIFEST).open("a") as stream:
        stream.write(line + "\n")
    assert check_manifest(folder) == [Problem(line, "unreadable line")]


def test_a_folder_without_a_manifest_says_so(folder: Path) -> None:
    assert check_manifest(folder) == [Problem(MANIFEST, "missing")]


def test_one_file_is_its_own_digest_and_several_bands_in_it_count_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    path = str(tmp_path / "a")
    assert scene_digest(scene(path)) == digest(tmp_path / "a")
    assert scene_digest(scene(path, path)) == digest(tmp_path / "a")


def test_several_files_do_not_depend_on_order_and_masks_count(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_text(name)
    a, b, c = (str(tmp_path / name) for name in "abc")
    both = sorted(digest(tmp_path / name) for name in "ab")
    assert scene_digest(scene(a, b)) == hashlib.sha256("".join(f"{d}\n" for d in both).encode()).hexdigest()
    assert scene_digest(scene(a, b)) == scene_digest(scene(b, a))
    assert scene_digest(scene(a, b)) != scene_digest(scene(a, b, masks=(c,)))


def test_remote_scenes_have_no_digest_and_missing_files_are_an_error(tmp_path: Path) -> None:
    assert scene_digest(scene("https://example.org/a.tif")) is None
    with pytest.raises(RasterError, match=r"gone\.tif of scene s"):
        scene_digest(scene(str(tmp_path / "gone.tif")))


@given(st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False) | st.booleans(), max_size=4))
def test_a_run_id_is_the_same_for_the_same_work_in_any_order_of_settings(settings: dict[str, object]) -> None:
    turned = dict(reversed(settings.items()))
    assert run_id("compare", ["a", "b"], settings) == run_id("compare", ["a", "b"], turned)


def test_a_run_id_changes_with_everything_that_goes_in() -> None:
    ids = {
        run_id("compare", ["a", "b"], {"seed": 0}),
        run_id("detect", ["a", "b"], {"seed": 0}),
        run_id("compare", ["b", "a"], {"seed": 0}),
        run_id("compare", ["a", "b"], {"seed": 1}),
        run_id("compare", ["a", None], {"seed": 0}),
        run_id("compare", ["a", "b"], {"seed": 0}, version="9"),
    }
    assert len(ids) == 6
