"""A finished run repeated from its sources, and held against what it said."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pystac
from pyproj import CRS
from shapely.geometry import shape

from sitewatch import __version__
from sitewatch.catalogue.footprints import FootprintReading, read_footprints
from sitewatch.catalogue.pairs import Choice
from sitewatch.catalogue.sites import SiteReading
from sitewatch.catalogue.stac import item_to_scene
from sitewatch.errors import RunError, SiteError
from sitewatch.evidence import Input, digest, scene_digest
from sitewatch.evidence.verify import Fault
from sitewatch.io.results import Run
from sitewatch.records import Pair, Scene, Site
from sitewatch.runs.about import about
from sitewatch.runs.compare import judge_pair
from sitewatch.runs.detect import judge_choices
from sitewatch.runs.options import Step
from sitewatch.settings import Settings

# How long the work took, and with which libraries, is no part of what was found; where files lie neither.
_ASIDE = {"timings", "versions", "href", "chip", "unread"}
_TABLES = ("changes.geojson", "sites.geojson", "run.json")
_BYTES = ("sites.csv", "buildings.geojson", "rasters/**/*", "placements/*")
_MOST = 20


def repeat(run: Run, inputs: list[Input], *, step: Step, jobs: int | None = None) -> list[Fault]:
    """Judge the scenes of a run again with its settings, and name what comes out otherwise.

    Compared are ``changes.geojson``, ``sites.geojson``, ``sites.csv``, rasters, placements and ``run.json``
    without its timings and paths; not the figures, which may have been drawn again.

    Parameters
    ----------
    inputs : list of Input
        What `check_inputs` found; a scene that lies elsewhere now is read from there.

    Returns
    -------
    list of Fault
        At most twenty a file.

    Raises
    ------
    RunError
        If another version of sitewatch made the run, or if it does not say all that is needed.
    SitewatchError
        What the recipe raises: a scene that is gone, for example.
    """
    _require_repeatable(run)
    now = {one.path: str(one.found) for one in inputs if one.found is not None}
    with TemporaryDirectory(prefix="sitewatch-") as scratch:
        folder = Path(scratch)
        _Source(run, now).judge(folder, step, jobs)
        return list(_differences(run.path, folder))


def _require_repeatable(run: Run) -> None:
    version = run.info["sitewatch"]
    if version != __version__:
        raise RunError(
            f"{run.path} was made by sitewatch {version}, this is {__version__}",
            "only the same version repeats a run",
            f"install it into an environment of its own: pip install sitewatch=={version}",
        )
    if "extent" not in run.info:
        raise RunError(
            f"{run.path / 'run.json'} does not say all that the run was made from",
            "a run that notes its inputs is needed",
            "make the run again",
        )


class _Source:
    """What a run was made from, as its ``run.json`` tells."""

    def __init__(self, run: Run, now: Mapping[str, str]) -> None:
        self.info = run.info
        self.now = now
        self.settings = self._settings()

    def judge(self, folder: Path, step: Step, jobs: int | None) -> None:
        if self.info["command"] == "compare":
            self._compare(folder, step, jobs)
        else:
            self._detect(folder, step, jobs)

    def _compare(self, folder: Path, step: Step, jobs: int | None) -> None:
        sites = tuple(self._sites().values())
        wanted = sites if self.info["extent"] == "sites" else ()
        judge_pair(
            folder,
            self._pair(self.info["pairs"][0]),
            SiteReading(sites),
            self.settings,
            wanted=wanted,
            step=step,
            jobs=jobs,
            files=(),
            buildings=self._buildings(),
        )

    def _detect(self, folder: Path, step: Step, jobs: int | None) -> None:
        pairs = {pair["site"]: pair for pair in self.info["pairs"]}
        whys = {one["site"]: one["error"] for one in self.info["refusals"]}
        choices = [
            Choice(site, replace(self._pair(pairs[name]), site=site))
            if name in pairs
            else Choice(site, None, refusal=_refusal(whys[name]))
            for name, site in self._sites().items()
        ]
        further = [self._scene(facts) for facts in self.info["further_scenes"].values()]
        chosen = [choice.pair for choice in choices if choice.pair is not None]
        sites = [choice.site for choice in choices]
        buildings = self._buildings()
        info = about(
            "detect",
            chosen,
            sites,
            self.settings,
            extent=self.info["extent"],
            buildings=buildings.sha256 if buildings is not None else None,
        )
        judge_choices(
            folder,
            choices,
            self.settings,
            info=info,
            scenes=further,
            done={},
            step=step,
            jobs=jobs,
            files=(),
            buildings=buildings,
        )

    def _buildings(self) -> FootprintReading | None:
        said = self.info.get("buildings")
        return read_footprints(Path(self.now.get(said["href"], said["href"]))) if said else None

    def _settings(self) -> Settings:
        values = dict(self.info["settings"])
        values["model"] = {name: self._file(files) for name, files in values["model"].items()}
        pool = values["verdicts"]["pool"]
        values["verdicts"] = {**values["verdicts"], "pool": self.now.get(pool, pool)}
        return Settings.model_validate(values)

    def _file(self, digests: Mapping[str, str] | None) -> str | None:
        """Return where the first of some files lies, of which a run knows names and digests."""
        if digests is None:
            return None
        name = next(iter(digests))
        for path in self.now.values():
            if Path(path).name == name and digest(Path(path)) == digests[name]:
                return path
        raise RunError(
            f"{name}, with which the run was made, is not among its inputs any more",
            "the same file is needed",
            "name the folder in which it lies now with --inputs",
        )

    def _sites(self) -> dict[str, Site]:
        return {
            said["id"]: Site(
                said["id"],
                said["name"],
                said["category"],
                shape(said["geometry"]),
                notes=tuple(said["notes"]),
            )
            for said in self.info["sites"]
        }

    def _pair(self, said: Mapping[str, Any]) -> Pair:
        before, after = (self._scene(self.info["scenes"][said[side]]) for side in ("before", "after"))
        reasons, cautions = tuple(said["reasons"]), tuple(said["cautions"])
        return Pair(before, after, None, reasons, cautions, said["score"])

    def _scene(self, facts: Mapping[str, Any]) -> Scene:
        scene = item_to_scene(pystac.Item.from_dict(dict(facts["item"])))
        bands = tuple(replace(band, href=self.now.get(band.href, band.href)) for band in scene.bands)
        masks = tuple(replace(mask, href=self.now.get(mask.href, mask.href)) for mask in scene.masks)
        scene = replace(scene, bands=bands, masks=masks)
        # The digest of what is read now: a file that changed makes another run.
        return replace(scene, sha256=scene_digest(scene) or facts["sha256"])


def _refusal(why: str) -> SiteError:
    found, _, rest = why.partition("; ")
    needed, _, do = rest.partition("; ")
    return SiteError(found, needed, do)


def _differences(old: Path, new: Path) -> Iterator[Fault]:
    for name in _TABLES:
        first, second = (json.loads((folder / name).read_text("utf-8")) for folder in (old, new))
        for where, _ in zip(_walk(first, second, ""), range(_MOST), strict=False):
            yield Fault("repetition", f"{name}{where}", "came out otherwise")
    names = {
        path.relative_to(folder).as_posix()
        for folder in (old, new)
        for pattern in _BYTES
        for path in folder.glob(pattern)
        if path.is_file()
    }
    for name in sorted(names):
        there = [(folder / name).is_file() for folder in (old, new)]
        if not all(there):
            yield Fault("repetition", name, "came out newly" if there[1] else "did not come out again")
        elif digest(old / name) != digest(new / name):
            yield Fault("repetition", name, "came out otherwise")


def _walk(first: Any, second: Any, where: str) -> Iterator[str]:
    """Yield where two JSON documents differ."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted({*first, *second} - _ASIDE):
            if key in first and key in second:
                yield from _walk(first[key], second[key], f"{where}.{key}")
            else:
                yield f"{where}.{key}"
    elif isinstance(first, list) and isinstance(second, list):
        for number, (one, other) in enumerate(zip_longest(first, second)):
            yield from _walk(one, other, f"{where}[{number}]")
    elif first != second and not (where.endswith(".crs") and _same_crs(first, second)):
        yield where


def _same_crs(first: str, second: str) -> bool:
    """Tell whether two texts mean one CRS: a catalogue writes it as a code, a file in words."""
    return bool(CRS.from_user_input(first).equals(CRS.from_user_input(second), ignore_axis_order=True))
