"""Chips of a finished run drawn again: others, larger, sharper, in another style, as reviewers left them."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pystac
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.stac import item_to_scene
from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import Log, outcomes
from sitewatch.io.results import Run, read_features
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Change, Kind, Measurement, Pair, Rival, Scene, Site
from sitewatch.report.chips import ChipStyle, Filing, draw, file_chips, rank
from sitewatch.report.chips.captions import bounded
from sitewatch.report.chips.lettering import clean
from sitewatch.report.credit import Statements, credited, credited_pair, require_known
from sitewatch.report.exports.text import file_stem
from sitewatch.report.standing import Standing, as_decided
from sitewatch.runs.looks import Looking, scenes_around, scenes_of

Feature = Mapping[str, Any]
# Several times what any sentence of ours needs.
_LONGEST_SENTENCE = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes get a chip.

    Attributes
    ----------
    site : str or None
        Only of this site.
    kind : Kind or None
        Only of this kind.
    ids : tuple of str
        Only these changes; all if empty.
    most : int or None
        Largest and surest first; all if None.
    confirmed : bool
        Only what reviewers confirmed.
    """

    site: str | None = None
    kind: Kind | None = None
    ids: tuple[str, ...] = ()
    most: int | None = None
    confirmed: bool = False

    def choose(self, changes: Iterable["Decided"], ground: BaseGeometry | None = None) -> list["Decided"]:
        """Return the changes that get a chip, best first.

        Where the whole overlap was judged, changes carry no site: those that touch the site's `ground` count.
        """
        chosen = {
            one.change.id: one
            for one in changes
            if self._at(one.change, ground)
            and self.kind in (None, one.change.kind)
            and (not self.ids or one.change.id in self.ids)
            and (not self.confirmed or one.standing.status == "confirmed")
        }
        best = rank(one.change for one in chosen.values())[: self.most]
        return [chosen[change.id] for change in best]

    def _at(self, change: Change, ground: BaseGeometry | None) -> bool:
        if self.site in (None, change.site_id):
            return True
        return change.site_id is None and ground is not None and bool(change.geometry.intersects(ground))


@dataclass(frozen=True, slots=True)
class Decided:
    """A change of a run as it stands: with the kind and outline that reviewers decided, if they did."""

    change: Change
    standing: Standing


def decided(run: Run) -> list[Decided]:
    """Return the changes of a run as reviewers left them, in the order of ``changes.geojson``.

    Raises
    ------
    RunError
        If the record of decisions was changed.
    """
    known = outcomes(Log.of(run.path).votes())
    made = (to_change(feature) for feature in read_features(run, "changes"))
    return [Decided(*as_decided(change, known.get(change.id))) for change in made]


def chips_folder(run: Run) -> Path:
    """Return where the chips of a run go by default: a folder beside it, for the run itself is sealed."""
    path = run.path.resolve()
    return path.with_name(f"{path.name}-chips")


def draw_chips(
    run: Run,
    wanted: Wanted | None = None,
    *,
    style: ChipStyle | None = None,
    filing: Filing | None = None,
    out: Path | None = None,
    said: Statements | None = None,
) -> dict[str, tuple[str, ...]]:
    """Draw chips of a run from its scenes, which must still be where they were.

    Parameters
    ----------
    filing : Filing, optional
        By default PNG, with captions numbered from 1.
    out : Path, optional
        Folder for the files; `chips_folder` by default. Never inside the run, which stays as it is.
    said : Statements, optional
        Credits and licences that the user states.

    Returns
    -------
    dict
        Names of the figures by change id, best first.

    Raises
    ------
    RunError
        If no change of the run is wanted, or the record of decisions was changed.
    SceneError
        If a scene has no credit, or no licence that allows it to be shown, and the user states none.
    RasterError
        If a scene cannot be read any more.
    OutputError
        If a file cannot be written.
    """
    style, filing, said = style or ChipStyle(), filing or Filing(number=1), said or Statements()
    folder = outside(run, out or chips_folder(run))
    every = decided(run)
    wanted = wanted or Wanted()
    ground = next((one.geometry for one in sites_of(run) if one.id == wanted.site), None)
    chosen = wanted.choose(every, ground)
    if not chosen:
        raise RunError(
            f"no change of {run.path} is wanted",
            f"it has {len(every)}, {sum(one.standing.status == 'confirmed' for one in every)} confirmed",
            "choose another site, kind or id",
        )
    scenes = scenes_around(run) if style.figure == "strip" else ()
    require_known(said, (*run.info["scenes"], *(scene.id for scene in scenes)))
    # Every scene is asked for before the first figure is drawn: a refusal leaves nothing half done.
    pairs = {one.change.site_id: compared(run, one.change.site_id) for one in chosen}
    shown = {site: (credited_pair(pair, said), registration) for site, (pair, registration) in pairs.items()}
    further = tuple(credited(scene, said) for scene in scenes_of(pairs, scenes))
    names: dict[str, tuple[str, ...]] = {}
    number = filing.number
    for one in chosen:
        pair, registration = shown[one.change.site_id]
        looking = Looking(pair, registration, tuple(every), further)
        chips = draw(pair, one.change, looking.viewer(one, style), style)
        names[one.change.id] = file_chips(
            folder, chips, file_stem(one.change.id), replace(filing, number=number)
        )
        number = number + len(chips) if number is not None else None
    return names


def outside(run: Run, out: Path) -> Path:
    """Return a folder for what is made of a run, if it is not inside it.

    Raises
    ------
    OutputError
        If it is.
    """
    folder, sealed = out.resolve(), run.path.resolve()
    if folder == sealed or sealed in folder.parents:
        raise OutputError(
            f"{out} lies inside the run {run.path}",
            "a run folder is sealed by its manifest and never changed",
            "choose a folder beside it with --out",
        )
    return out


def to_change(feature: Feature) -> Change:
    """Make a change from its Feature in ``changes.geojson``.

    Its sentences are set on one line each, without control characters, and cut after `_LONGEST_SENTENCE`: a
    table may have been made by others, and a figure or a text for Word cannot hold everything.
    """
    said = feature["properties"]
    return Change(
        id=said["id"],
        site_id=said["site_id"],
        kind=said["kind"],
        confidence=math.nan if said["confidence"] is None else said["confidence"],
        kinds=said["kinds"],
        area_m2=said["area_m2"],
        geometry=shape(feature["geometry"]),
        evidence={name: _measured(value) for name, value in said["evidence"].items()},
        reasons=tuple(map(_sentence, said["reasons"])),
        rivals=tuple(
            Rival(
                _sentence(rival["name"]),
                rival["stance"],
                _sentence(rival["sentence"]),
                _measured(rival["measurement"]) if rival["measurement"] is not None else None,
                # Runs of earlier versions knew no veto.
                vetoes=rival.get("vetoes", False),
            )
            for rival in said["rivals"]
        ),
    )


def _sentence(text: object) -> str:
    return bounded(clean(str(text)[: 2 * _LONGEST_SENTENCE]), _LONGEST_SENTENCE)


def _measured(value: Mapping[str, Any]) -> Measurement:
    number = value["value"]
    return Measurement(float("nan") if number is None else number, value["unit"])


def compared(run: Run, site_id: str | None) -> tuple[Pair, Registration]:
    """Return the pair that a site was judged from, and how it was registered."""
    name = site_id or "overlap"
    pair = next(pair for pair in run.info["pairs"] if pair["site"] == name)
    before, after = (_scene(run, pair[side]) for side in ("before", "after"))
    registration = Registration.from_dict(run.info["fits"][name]["registration"])
    site = site_of(run, site_id) if site_id is not None else None
    return Pair(before, after, site, tuple(pair["reasons"]), tuple(pair["cautions"])), registration


def site_of(run: Run, site_id: str) -> Site:
    """Return a site of a run."""
    return next(site for site in sites_of(run) if site.id == site_id)


def sites_of(run: Run) -> Iterator[Site]:
    """Yield the sites of a run, in the order of ``sites.geojson``."""
    for feature in read_features(run, "sites"):
        said = feature["properties"]
        yield Site(said["site_id"], said["name"], said["category"], shape(feature["geometry"]))


def _scene(run: Run, scene_id: str) -> Scene:
    facts = run.info["scenes"][scene_id]
    return item_to_scene(pystac.Item.from_dict(facts["item"]))
