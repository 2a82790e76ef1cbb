"""One pair, no workspace: two images in, a run folder out."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

from sitewatch import blocks
from sitewatch.catalogue.footprints import FootprintReading, read_footprints
from sitewatch.catalogue.pairs import check_pair
from sitewatch.catalogue.products import read_scene
from sitewatch.catalogue.sites import SiteReading, read_sites
from sitewatch.errors import SettingsError
from sitewatch.evidence import scene_files
from sitewatch.io.rasters import describe
from sitewatch.io.results import Run, new_run
from sitewatch.records import Pair, Scene, Site
from sitewatch.runs.about import about, learned_files, require_judged, with_digests
from sitewatch.runs.ground import whole_ground
from sitewatch.runs.judging import judge_overlap, judge_site
from sitewatch.runs.options import CompareOptions, Step, When, hints, silent
from sitewatch.runs.writing import finish, write_ground
from sitewatch.settings import Settings


class PairOptions(TypedDict):
    """What `judge_pair` needs beside a pair and its settings.

    Attributes
    ----------
    wanted : sequence of Site
        Sites that are judged on ground of their own; the whole overlap if empty.
    step : callable
        Called with a word after each step.
    jobs : int or None
        Threads.
    files : sequence of path
        What was read, other than what the settings name.
    buildings : FootprintReading or None
        Inside which damage is read.
    """

    wanted: Sequence[Site]
    step: Step
    jobs: int | None
    files: Sequence[str | Path]
    buildings: FootprintReading | None


def compare(
    before: str | Path, after: str | Path, *, out: str | Path, **options: Unpack[CompareOptions]
) -> Run:
    """Compare two images of one place and write what changed.

    Parameters
    ----------
    before, after : path
        Anything `catalogue.products.read_scene` reads. They may differ in grid, CRS, resolution, type and
        band order.
    out : path
        The run folder to write.
    **options
        See `CompareOptions`.

    Returns
    -------
    Run
        `run.changes`, `run.sites`, `run.change` and `run.score` read the folder.

    Raises
    ------
    SitewatchError
        One of its kinds, for any bad input; `out` is then as it was before.
    """
    settings = options.get("settings") or Settings()
    step = options.get("progress") or silent
    pair = open_pair(Path(before), Path(after), options)
    sites = _sites(options)
    buildings = options.get("buildings")
    footprints = read_footprints(Path(buildings)) if buildings is not None else None
    wanted = sites.require() if options.get("sites_only") else ()
    with new_run(Path(out), overwrite=options.get("overwrite", False)) as folder:
        step("reading")
        aoi = options.get("aoi")
        judge_pair(
            folder,
            pair,
            sites,
            settings,
            wanted=wanted,
            step=step,
            jobs=options.get("jobs"),
            files=[*scene_files((pair.before, pair.after)), *([aoi] if aoi is not None else [])],
            buildings=footprints,
        )
    return Run.open(out)


def judge_pair(
    folder: Path, pair: Pair, sites: SiteReading, settings: Settings, **options: Unpack[PairOptions]
) -> None:
    """Judge a pair and fill a run folder.

    Raises
    ------
    SitewatchError
        If nothing could be judged, or the folder cannot be written.
    """
    wanted, step = options["wanted"], options["step"]
    buildings = options["buildings"]
    footprints = buildings.footprints if buildings is not None else ()
    info = about(
        "compare",
        [pair],
        sites.sites,
        settings,
        extent="sites" if wanted else "overlap",
        buildings=buildings.sha256 if buildings is not None else None,
    )
    with _pool(options["jobs"]) as pool:
        judged = (
            (judge_site(site, pair, settings, pool=pool, footprints=footprints) for site in wanted)
            if wanted
            else iter(
                [
                    judge_overlap(
                        pair, whole_ground(pair), sites.sites, settings, pool=pool, footprints=footprints
                    )
                ]
            )
        )
        grounds, left = [], settings.chips.most
        for ground in judged:
            grounds.append(
                write_ground(folder, ground, settings.chips, run_id=info["run_id"], most_chips=left)
            )
            left -= grounds[-1].chips
            step(ground.name)
    require_judged(grounds)
    files = [*options["files"], *learned_files(settings)]
    finish(folder, grounds, {**info, "unread": _refused(sites)}, files, buildings=buildings)


def open_pair(before: Path, after: Path, options: CompareOptions) -> Pair:
    """Read what two images are, and what speaks against comparing them; no pixels yet.

    Raises
    ------
    SitewatchError
        If one of them cannot be read.
    """
    first = _scene(before, options, options.get("before_date"))
    second = _scene(after, options, options.get("after_date"))
    if first.id == second.id:
        # Two files of one name in two folders are usual ("before/scene.tif", "after/scene.tif").
        first, second = replace(first, id=f"{first.id}-before"), replace(second, id=f"{second.id}-after")
    notes = (*first.notes, *second.notes)
    cautions = (*check_pair(first, second), *_depths(first, second), *dict.fromkeys(notes))
    return Pair(first, second, reasons=("chosen by the user",), cautions=cautions)


def _depths(first: Scene, second: Scene) -> Iterator[str]:
    """Say that two scenes hold numbers of different size: one a picture, the other a measurement."""
    before, after = (describe(scene.bands[0].href).dtype for scene in (first, second))
    if before != after and "uint8" in (before, after):
        yield (
            f"before holds {before} numbers and after {after}: they were brought together by a straight "
            "line, which a picture made for the eye may not follow"
        )


def _scene(path: Path, options: CompareOptions, when: When | None) -> Scene:
    scene = read_scene(path, hints(options, when))
    return with_digests(scene)


def _sites(options: CompareOptions) -> SiteReading:
    aoi = options.get("aoi")
    if aoi is not None:
        return read_sites(Path(aoi))
    if options.get("sites_only"):
        raise SettingsError(
            "sites only, but no sites",
            "a file of sites is needed",
            "give --aoi FILE, or leave --sites-only out",
        )
    return SiteReading((), ())


def _refused(sites: SiteReading) -> list[dict[str, str]]:
    return [{"name": name, "error": str(error)} for name, error in sites.refused]


@contextmanager
def _pool(jobs: int | None) -> Iterator[Executor | None]:
    if jobs == 1:
        yield None
        return
    with blocks.workers(jobs) as pool:
        yield pool
