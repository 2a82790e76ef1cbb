"""``sitewatch scenes add|list``: the images that are compared."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitewatch.cli.options import (
    BandsType,
    LonLatType,
    Moment,
    MomentType,
    emit_json,
    json_option,
    verbose_option,
    workspace_option,
)

if TYPE_CHECKING:
    from sitewatch.catalogue.products import Hints
    from sitewatch.catalogue.scenes import SceneReading
    from sitewatch.records import Scene

PARTLY = 3
_SHAPES = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "second": "%Y-%m-%dT%H:%M:%SZ"}


@click.group("scenes")
def command() -> None:
    """Add scenes to a workspace, or list them."""


@command.command("add")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--date", type=MomentType(), help="If the files do not carry it: 2017, 2017-09, 2017-09-25 ...")
@click.option("--sensor", help="If the files do not carry it: sentinel-2, planetscope, maxar ... or other.")
@click.option("--credit", help="Shown with every figure, verbatim.")
@click.option("--licence", help="Shown with every figure, verbatim.")
@click.option("--bands", type=BandsType(), help="Names in file order: red,green,blue,nir.")
@click.option("--gsd", type=click.FloatRange(min=0, min_open=True), help="Metres a pixel, of a plain image.")
@click.option("--center", type=LonLatType(), help="LON,LAT of the middle of a plain image.")
@click.option("--scale", type=float, help="reflectance = stored * scale + offset, if the files do not say.")
@click.option("--offset", type=float, help="See --scale.")
@click.option("--id", "scene_id", help="Of a single scene  [default: the product's, or the file's name]")
@click.option("--replace", is_flag=True, help="Put a scene in the place of one of the same id.")
@workspace_option
@json_option
@verbose_option
def add(paths: Sequence[Path], workspace: Path, replace: bool, as_json: bool, **given: Any) -> int:
    """Check scenes and write a STAC Item of each to scenes/; their pixels stay where they are.

    PATH is a raster (GeoTIFF, JP2, PNG, JPEG), a product (.SAFE, Landsat, PlanetScope, NAIP), a folder with
    a band a file, or a folder of any of these.
    """
    from sitewatch.catalogue.scenes import add_scenes
    from sitewatch.catalogue.workspace import Workspace

    reading = add_scenes(Workspace.open(workspace), paths, _hints(given), replace_same=replace)
    if len(reading.refused) == 1 and not reading.scenes and not reading.notes:
        raise reading.refused[0][1]
    return _tell("added", reading, as_json=as_json)


@command.command("list")
@workspace_option
@json_option
@verbose_option
def list_(workspace: Path, as_json: bool) -> int:
    """List the scenes of a workspace, and what is wrong with those that cannot be used."""
    from sitewatch.catalogue.scenes import load_scenes
    from sitewatch.catalogue.workspace import Workspace

    return _tell("listed", load_scenes(Workspace.open(workspace)), as_json=as_json)


def _hints(given: Mapping[str, Any]) -> "Hints":
    from sitewatch.catalogue.products import Hints

    moment: Moment | None = given["date"]
    return Hints(
        date=moment[0] if moment else None,
        date_precision=moment[1] if moment else "second",
        sensor=given["sensor"],
        bands=given["bands"],
        credit=given["credit"],
        licence=given["licence"],
        gsd_m=given["gsd"],
        center=given["center"],
        id=given["scene_id"],
        scale=given["scale"],
        offset=given["offset"],
    )


def _tell(done: str, reading: "SceneReading", *, as_json: bool) -> int:
    if as_json:
        emit_json(
            {
                "scenes": [_facts(scene) for scene in reading.scenes],
                "refused": [{"scene": name, "error": str(error)} for name, error in reading.refused],
                "notes": list(reading.notes),
            }
        )
    else:
        _print(done, reading)
    if not reading.refused:
        return 0
    return PARTLY if reading.scenes or reading.notes else 1


def _print(done: str, reading: "SceneReading") -> None:
    from sitewatch.cli import one_line

    facts = [_facts(scene) for scene in reading.scenes]
    width = max((len(row["id"]) for row in facts), default=0)
    for row in facts:
        click.echo(f"{row['id']:<{width}}  {_line(row)}")
        for note in row["notes"] if done == "added" else ():
            click.echo(f"  note: {note}")
    for note in reading.notes:
        click.echo(note)
    for name, error in reading.refused:
        click.echo(f"refused {name}: {one_line(error)}", err=True)
    counts = f"{len(facts)} scene{'s' * (len(facts) != 1)} {done}"
    click.echo(counts + (f", {len(reading.refused)} refused" if reading.refused else ""))


def _facts(scene: "Scene") -> dict[str, Any]:
    center = scene.grid.extent.to_crs("EPSG:4326").centroid.coords[0]
    when = scene.datetime
    return {
        "id": scene.id,
        "datetime": when.strftime(_SHAPES[scene.date_precision]) if when is not None else None,
        "sensor": scene.sensor,
        "gsd_m": round(scene.gsd_m, 2),
        "bands": list(scene.band_names),
        "units": scene.units,
        "cloud_cover": scene.cloud_cover,
        "masks": [layer.scheme for layer in scene.masks],
        "georeference": scene.georeference,
        "credit": scene.credit,
        "licence": scene.licence,
        "lon": round(center[0], 5),
        "lat": round(center[1], 5),
        "sha256": scene.sha256,
        "notes": list(scene.notes),
    }


def _line(row: Mapping[str, Any]) -> str:
    cloud = f", {row['cloud_cover']:.0f} % cloud" if row["cloud_cover"] is not None else ""
    place = f"{row['lat']:.4f}, {row['lon']:.4f}" + (
        " (approximate)" if row["georeference"] == "approximate" else ""
    )
    gsd, bands = f"{row['gsd_m']:g} m", ",".join(row["bands"])
    return f"{row['datetime'] or 'no date':<20}  {row['sensor']:<16}  {gsd:>7}  {bands}{cloud}  {place}"
