"""``sitewatch sites add|list``: the places that are watched."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitewatch.cli.options import PARTLY, emit_json, json_option, verbose_option, workspace_option
from sitewatch.records import CATEGORIES, Category

if TYPE_CHECKING:
    from sitewatch.catalogue.sites import SiteReading
    from sitewatch.records import Site


@click.group("sites")
def command() -> None:
    """Add sites to a workspace, or list them."""


@command.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--radius", type=float, help="Of the circle around a point, metres  [default: the file's, or 250]"
)
@click.option("--category", type=click.Choice(CATEGORIES), help="Of all sites  [default: what the file says]")
@click.option("--replace", is_flag=True, help="Put a file in the place of one of the same name.")
@workspace_option
@json_option
@verbose_option
def add(
    *,
    files: Sequence[Path],
    radius: float | None,
    category: Category | None,
    replace: bool,
    workspace: Path,
    as_json: bool,
) -> int:
    """Check sites and write them to aois/: GeoJSON, GeoPackage, KML/KMZ, shapefile, CSV with lon and lat."""
    from sitewatch.catalogue.sites import SiteReading, add_sites
    from sitewatch.catalogue.workspace import Workspace
    from sitewatch.errors import SitewatchError

    home = Workspace.open(workspace)
    added: list[Site] = []
    refused: list[tuple[str, SitewatchError]] = []
    for file in files:
        try:
            reading = add_sites(home, file, radius_m=radius, category=category, replace=replace)
        except SitewatchError as error:
            if len(files) == 1:
                raise
            refused.append((file.name, error))
            continue
        added += reading.sites
        refused += reading.refused
    return _tell("added", SiteReading(tuple(added), tuple(refused)), as_json=as_json)


@command.command("list")
@workspace_option
@json_option
@verbose_option
def list_(workspace: Path, as_json: bool) -> int:
    """List the sites of a workspace, and what is wrong with those that cannot be used."""
    from sitewatch.catalogue.sites import load_sites
    from sitewatch.catalogue.workspace import Workspace

    return _tell("listed", load_sites(Workspace.open(workspace)), as_json=as_json)


def _tell(done: str, reading: "SiteReading", *, as_json: bool) -> int:
    if as_json:
        emit_json(
            {
                "sites": [_facts(site) for site in reading.sites],
                "refused": [{"site": name, "error": str(error)} for name, error in reading.refused],
            }
        )
    else:
        _print(done, reading)
    if not reading.refused:
        return 0
    return PARTLY if reading.sites else 1


def _print(done: str, reading: "SiteReading") -> None:
    from sitewatch.cli import one_line

    facts = [_facts(site) for site in reading.sites]
    width = max((len(row["id"]) for row in facts), default=0)
    for row in facts:
        click.echo(f"{row['id']:<{width}}  {_line(row)}")
    for note, ids in _by_note(facts).items():
        click.echo(f"note on {ids[0] if len(ids) == 1 else f'{len(ids)} sites'}: {note}")
    for name, error in reading.refused:
        click.echo(f"refused {name}: {one_line(error)}", err=True)
    counts = f"{len(facts)} site{'s' * (len(facts) != 1)} {done}"
    click.echo(counts + (f", {len(reading.refused)} refused" if reading.refused else ""))


def _by_note(facts: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {}
    for row in facts:
        for note in row["notes"]:
            notes.setdefault(note, []).append(row["id"])
    return notes


def _facts(site: "Site") -> dict[str, Any]:
    from sitewatch.catalogue.sites import ground_area_m2

    center = site.geometry.centroid
    if not site.geometry.contains(center):
        center = site.geometry.representative_point()
    return {
        "id": site.id,
        "name": site.name,
        "category": site.category,
        "since": site.since,
        "until": site.until,
        "area_m2": round(ground_area_m2(site.geometry)),
        "lon": round(center.x, 5),
        "lat": round(center.y, 5),
        "notes": list(site.notes),
    }


def _line(row: Mapping[str, Any]) -> str:
    when = (
        f"{row['since'] or '...'} to {row['until'] or '...'}" if row["since"] or row["until"] else "no dates"
    )
    area = row["area_m2"]
    size = f"{area / 1e6:.2f} km2" if area >= 1e5 else f"{area} m2"
    return f"{row['category']:<14}  {when:<24}  {size:>12}  {row['lat']:.4f}, {row['lon']:.4f}  {row['name']}"
