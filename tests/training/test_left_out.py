"""Every pair is looked at by the networks that do not know it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from training import left_out

KNOWN = {("levir", "test_1"): 0, ("levir", "test_3"): 1}
NETWORKS = {0: Path("without-0"), 1: Path("without-1")}


@pytest.mark.parametrize("folder", [Path("data"), Path("runs/planted")])
def test_the_networks_are_those_of_the_pair_s_own_fold(monkeypatch: pytest.MonkeyPatch, folder: Path):
    asked: list[Path] = []

    @contextmanager
    def networks_from(path: Path) -> Iterator[None]:
        asked.append(path)
        yield

    monkeypatch.setattr(left_out, "networks_from", networks_from)
    monkeypatch.setattr(left_out, "compare", lambda *files, **options: (*files, options["sensor"]))
    compare = left_out.Unknowing(KNOWN, NETWORKS)
    for name in ("test_3", "test_1"):
        place = folder / "levir" / name
        files = place / "before.tif", place / "after.tif"
        assert compare(*files, sensor="x") == (*files, "x")
    assert asked == [Path("without-1"), Path("without-0")]
