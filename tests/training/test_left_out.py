"""Every pair is looked at by the networks that do not know it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from training import left_out

KNOWN = {("levir", "test_1"): 0, ("levir", "test_3"): 1}
SITES = {pair: Path(f"{pair[1]}.geojson") for pair in KNOWN}
NETWORKS = {0: Path("without-0"), 1: Path("without-1")}


@pytest.mark.parametrize("folder", [Path("data"), Path("runs/planted")])
def test_the_networks_are_those_of_the_pair_s_own_fold(monkeypatch: pytest.MonkeyPatch, folder: Path):
    asked: list[Path] = []

    @contextmanager
    def networks_from(path: Path) -> Iterator[None]:
        asked.append(path)
        yield

    monkeypatch.setattr(left_out, "networks_from", networks_from)
    monkeypatch.setattr(left_out, "compare", lambda *files, **options: (*files, *options.values()))
    compare = left_out.Unknowing(KNOWN, NETWORKS, SITES)
    for name in ("test_3", "test_1"):
        place = folder / "levir" / name
        files = place / "before.tif", place / "after.tif"
        assert compare(*files, sensor="x") == (*files, Path(f"{name}.geojson"), "x")
    assert asked == [Path("without-1"), Path("without-0")]
