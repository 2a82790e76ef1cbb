"""Runs made by hand: two drawn scenes that are a known shift apart, and as many changes as a test wants."""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry import box
from starlette.testclient import TestClient

from sitewatch.grid import from_shapely
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.results import ChangeRow, Run, change_feature, write_run_json, write_tables
from sitewatch.kernels.align import Alignment
from sitewatch.pipeline.registration import Registration
from sitewatch.records import KINDS, Band, Change, Measurement, Pair, Rival, Scene
from sitewatch.review.app import make_app
from sitewatch.review.desk import Desk
from sitewatch.review.guard import Secrets
from sitewatch.review.items import detections
from sitewatch.review.session import open_session
from sitewatch.runs.about import pair_facts, scene_facts

GRID = GeoBox((512, 512), Affine(2.0, 0, 500_000.0, 0, -2.0, 4_000_000.0), "EPSG:32631")
BANDS = ("blue", "green", "red", "nir")
# The after scene shows what the before scene shows so many columns and rows further on.
SHIFT = (5, 3)
PORT = 8123

Made = Callable[..., Run]


def ground(seed: int = 1) -> NDArray[np.uint16]:
    """Draw ground of known numbers, larger than a scene by the shift."""
    rows, cols = GRID.shape
    return (
        np.random.default_rng(seed).integers(500, 3000, (len(BANDS), rows + 16, cols + 16)).astype(np.uint16)
    )


def write_scene(folder: Path, name: str, pixels: NDArray[np.uint16], **more: Any) -> Scene:
    """Write a scene of 2 m pixels; 0 is nothing."""
    path = folder / f"{name}.tif"
    write_geotiff(path, pixels, GRID, Labels(0, BANDS))
    bands = tuple(Band(band, str(path), i, nodata=0) for i, band in enumerate(BANDS, 1))
    facts: dict[str, Any] = {"credit": "drawn", "licence": "CC0-1.0", "sensor": "drawn", **more}
    return Scene(name, bands, GRID, 2.0, **facts)


def change(number: int, **more: Any) -> Change:
    """Return a change of 12 x 12 pixels; they lie in rows of eight."""
    col, row = 40 + (number % 8) * 55, 40 + (number // 8 % 8) * 55
    ring = [GRID.affine * (x, y) for x, y in ((0, 0), (12, 0), (12, 12), (0, 12))]
    square = shapely.Polygon(ring)
    placed = shapely.affinity.translate(square, 2.0 * col, -2.0 * row)
    made = Change(
        id=f"c{number}",
        site_id=None,
        kind="burning",
        confidence=0.8765,
        kinds={kind: 1.0 if kind == "burning" else 0.0 for kind in KINDS},
        area_m2=576.0,
        geometry=from_shapely(placed, str(GRID.crs)).to_crs("EPSG:4326", resolution=math.inf).geom,
        evidence={"model_probability": Measurement(0.8765), "d_ndvi": Measurement(-0.31)},
        reasons=("It became darker.",),
        rivals=(Rival("shadow", "against", "The sun stood alike."),),
    )
    return replace(made, **more)


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scene, Scene]:
    """Draw the scenes before and after, once: no test changes them."""
    folder = tmp_path_factory.mktemp("scenes")
    drawn = ground()
    (rows, cols), (right, down) = GRID.shape, SHIFT
    moments = [dt.datetime(year, 1, 2, 3, tzinfo=dt.UTC) for year in (2023, 2024)]
    return (
        write_scene(folder, "before", drawn[:, down:, right:][:, :rows, :cols], datetime=moments[0]),
        write_scene(folder, "after", drawn[:, :rows, :cols], datetime=moments[1]),
    )


@pytest.fixture
def make_run(tmp_path: Path, scenes: tuple[Scene, Scene]) -> Made:
    """Return what makes a run: how many changes, or which; of which scenes; and where."""

    def made(
        changes: int | list[Change] = 4,
        *,
        pair: tuple[Scene, Scene] = scenes,
        folder: Path | None = None,
    ) -> Run:
        path = folder or tmp_path / "run"
        path.mkdir(parents=True)
        right, down = SHIFT
        compared = Pair(*pair, cautions=("Seen from two sides.",))
        moved = Alignment(matrix=(1.0, 0.0, float(right), 0.0, 1.0, float(down)))
        registration = Registration(GRID, moved, "moved")
        wanted = [change(number) for number in range(changes)] if isinstance(changes, int) else changes
        write_tables(path, [change_feature(ChangeRow(one, compared), "made") for one in wanted], [])
        write_run_json(
            path,
            {
                "run_id": "made",
                "sitewatch": "0",
                "pairs": [pair_facts("overlap", compared)],
                "fits": {"overlap": {"registration": registration.to_dict()}},
                "scenes": {scene.id: scene_facts(scene) for scene in pair},
            },
        )
        return Run.open(path)

    return made


class Page:
    """The reviewer's page as a test has it: signed in, with the page's own secret."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.known = Secrets()
        self.client = TestClient(
            make_app(desk, port=PORT, known=self.known), base_url=f"http://127.0.0.1:{PORT}"
        )
        self.client.get(f"/?token={self.known.token}")

    def get(self, path: str) -> Any:
        """Ask, and return what is said."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        """Send something as the page does."""
        own = {"origin": f"http://127.0.0.1:{PORT}", "x-sitewatch-token": self.known.page}
        return self.client.post(path, json=body, headers={**own, **headers})

    def decide(self, number: int, status: str, **more: Any) -> Any:
        """Decide about an item."""
        return self.post(f"/api/items/{number}/decision", {"status": status, "screen": SCREEN, **more})


SCREEN = {
    "mode": "side", "look": "natural", "zoom": 2, "centre": [46, 46], "outline": True, "seconds": 3.21,
    "width": 480, "height": 600,
}  # fmt: skip


@pytest.fixture
def sit_down() -> Iterator[Callable[..., Page]]:
    """Return what opens the page of a run for a reviewer."""
    pages = []

    def opened(run: Run, reviewer: str = "ada", **more: Any) -> Page:
        session = open_session(run, reviewer, **more)
        # In the order of the file, so that a test knows which is which; the queue has tests of its own.
        pages.append(Page(Desk(replace(session, items=detections(run)))))
        return pages[-1]

    yield opened
    for page in pages:
        page.desk.close()


def outline_of(left: float, top: float, right: float, bottom: float) -> list[Any]:
    """Return a rectangle of the frame as the page sends it."""
    return [[[[x, y] for x, y in box(left, top, right, bottom).exterior.coords[:-1]]]]
