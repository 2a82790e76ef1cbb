"""Sites go into a workspace whole or not at all, and come out as they went in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from sitewatch.catalogue.sites import add_sites, load_sites, read_sites
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import GeometryError, OutputError, SiteError, VectorError

WriteFile = Callable[..., Path]
SQUARE = box(92.28, 21.02, 92.30, 21.04)


def _files(workspace: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.aois.iterdir()}


def test_what_is_added_is_what_is_loaded(workspace: Workspace, write_file: WriteFile) -> None:
    path = write_file(
        (SQUARE, {"id": "a", "name": "Ä", "since": "2017", "sources": ["x"], "extra": {"deep": [1, None]}}),
        (Point(179.9999, -17), {"id": "b", "radius_m": 300, "notes": "their own words"}),
    )
    added = add_sites(workspace, path)
    loaded = load_sites(workspace)
    assert loaded.refused == ()
    for before, after in zip(added.sites, loaded.sites, strict=True):
        assert after.geometry.symmetric_difference(before.geometry).area < 1e-9
        assert {**_facts(before), "geometry": None} == {**_facts(after), "geometry": None}
    assert loaded.sites[1].properties == {"radius_m": 300, "notes": "their own words"}
    assert "a point became a circle of 300 m radius" in loaded.sites[1].notes
    # Loading and writing again changes nothing: notes do not pile up.
    again = add_sites(workspace, _copy(workspace.aois / path.name, path), replace=True)
    assert [_facts(site) for site in again.sites] == [_facts(site) for site in loaded.sites]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
# A circle that is cut at the antimeridian is put together again when it is read, to the last digit but one.
@given(lon=st.floats(-179.9, 179.9), lat=st.floats(-80, 80), radius=st.floats(1, 5000))
def test_storing_is_stable_to_the_byte(
    workspace: Workspace, write_file: WriteFile, lon: float, lat: float, radius: float
) -> None:
    path = write_file((Point(lon, lat), {"id": "a", "radius_m": radius}))
    add_sites(workspace, path, replace=True)
    stored = (workspace.aois / path.name).read_bytes()
    add_sites(workspace, _copy(workspace.aois / path.name, path), replace=True)
    assert (workspace.aois / path.name).read_bytes() == stored


def test_a_users_own_file_in_aois_is_read_too(workspace: Workspace) -> None:
    (workspace.aois / "mine.csv").write_text("name,lon,lat\nKatherine,132.1533,-14.376\n")
    assert [site.id for site in load_sites(workspace).sites] == ["katherine"]


def test_ids_are_unique_over_the_workspace(workspace: Workspace, write_file: WriteFile) -> None:
    add_sites(workspace, write_file((SQUARE, {"id": "a"}), name="first"))
    second = add_sites(
        workspace, write_file((SQUARE, {"id": "A"}), (Point(1, 2), {"id": "c"}), name="second")
    )
    assert [site.id for site in second.sites] == ["c"]
    ((_, error),) = second.refused
    assert isinstance(error, SiteError)
    assert error.found == "the site 'A' is in first.geojson and in second.geojson"
    # The same, for a file that was put there by hand.
    (workspace.aois / "third.csv").write_text("id,lon,lat\nc,1,2\nd,3,4\n")
    loaded = load_sites(workspace)
    assert [site.id for site in loaded.sites] == ["a", "c", "d"]
    assert "is in second.geojson and in third.csv" in loaded.refused[0][1].found


def test_an_unreadable_file_does_not_hide_the_others(workspace: Workspace, write_file: WriteFile) -> None:
    (workspace.aois / "broken.kml").write_text("<kml>")
    add_sites(workspace, write_file((SQUARE, {"id": "a"})))
    loaded = load_sites(workspace)
    assert [site.id for site in loaded.sites] == ["a"]
    ((name, error),) = loaded.refused
    assert name == "broken.kml"
    assert isinstance(error, VectorError)


def test_chosen_sites_in_the_order_asked_for(workspace: Workspace, write_file: WriteFile) -> None:
    add_sites(
        workspace,
        write_file(
            (SQUARE, {"id": "alpha"}),
            (Point(1, 2), {"id": "beta"}),
            (Polygon(), {"id": "bad", "name": "bad"}),
        ),
    )
    (workspace.aois / "broken.kml").write_text("<kml>")
    chosen = load_sites(workspace, ["beta", "alpha", "beta"])
    assert [site.id for site in chosen.sites] == ["beta", "alpha"]
    assert chosen.refused == ()
    with pytest.raises(SiteError, match="there is no site 'alfa'; near it are alpha; `sitewatch sites list`"):
        load_sites(workspace, ["alfa"])


def test_a_site_that_is_refused_says_why_when_it_is_asked_for(workspace: Workspace) -> None:
    (workspace.aois / "a.csv").write_text("name,lon,lat\ngood,1,2\nbad,21,92\n")
    with pytest.raises(GeometryError, match="swapped"):
        load_sites(workspace, ["bad"])


@pytest.mark.parametrize("stop", ["unreadable", "all bad", "taken", "own", "full"])
def test_whatever_goes_wrong_leaves_the_workspace_as_it_was(
    workspace: Workspace, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    good = write_file((SQUARE, {"id": "a"}))
    add_sites(workspace, good)
    before = _files(workspace)
    path, kind, text = {
        "unreadable": (write_file(name="none"), VectorError, "holds no places"),
        "all bad": (write_file((Polygon(), {}), name="bad"), GeometryError, "is empty"),
        "taken": (good, SiteError, "--replace"),
        "own": (workspace.aois / good.name, SiteError, "lies in the workspace already"),
        "full": (write_file((Point(1, 2), {"id": "b"}), name="more"), OutputError, "no space left"),
    }[stop]
    if stop == "full":
        monkeypatch.setattr(Path, "write_text", _full)
    with pytest.raises(kind, match=text):
        add_sites(workspace, path)
    assert _files(workspace) == before


def _full(self: Path, *_: Any) -> int:
    self.touch()
    raise OSError(28, "No space left on device")


def _facts(site: Any) -> dict[str, Any]:
    return {name: getattr(site, name) for name in site.__slots__ if name != "geometry"}


def _copy(source: Path, target: Path) -> Path:
    target.write_bytes(source.read_bytes())
    return target


def test_the_stored_file_is_plain_geojson(workspace: Workspace, write_file: WriteFile) -> None:
    add_sites(workspace, write_file((SQUARE, {"id": "a", "since": "2017-08-25"})))
    document = json.loads((workspace.aois / "places.geojson").read_text("utf-8"))
    assert document["name"] == "places"
    assert document["features"][0]["id"] == "a"
    assert document["features"][0]["properties"]["since"] == "2017-08-25"
    assert read_sites(workspace.aois / "places.geojson").sites[0].id == "a"
