"""A workspace's sites judged: the best pair of scenes for each, one run folder for all."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

from sitewatch import blocks
from sitewatch.catalogue.footprints import FootprintReading, read_footprints
from sitewatch.catalogue.pairs import Choice, Wish, choose
from sitewatch.catalogue.scenes import load_scenes
from sitewatch.catalogue.sites import load_sites, site_files
from sitewatch.catalogue.usable import usable_share
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import OutputError, SiteError
from sitewatch.evidence import scene_files
from sitewatch.io.results import Run, new_run
from sitewatch.records import Footprint, Pair, Scene, Site
from sitewatch.runs.about import about, learned_files, require_judged, scene_facts, with_digests
from sitewatch.runs.following import follow
from sitewatch.runs.judged import Ground, Judged
from sitewatch.runs.judging import judge_site, refuse
from sitewatch.runs.options import Step, silent
from sitewatch.runs.resume import check_resume, forget, keep, take_over
from sitewatch.runs.writing import finish, write_ground
from sitewatch.settings import Settings


class DetectOptions(TypedDict, total=False):
    """Keywords of `detect`; each may be left out.

    Attributes
    ----------
    sites : sequence of str
        Ids; all sites of the workspace if left out.
    buildings : path
        Footprints in any vector format: each on a site gets a damage reading.
    before, after : scene id or (datetime, precision)
        Instead of the best.
    resume : str
        Id of a run that was stopped: its finished sites are not judged again.
    overwrite : bool
        Make a run again that is there already.
    jobs : int
        Threads; as many as processors if left out. The result does not depend on it.
    settings : Settings
    progress : callable
        Called with a site's id after each site.
    """

    sites: Sequence[str]
    buildings: str | Path | None
    before: Wish | None
    after: Wish | None
    resume: str | None
    overwrite: bool
    jobs: int | None
    settings: Settings
    progress: Step


class ChoiceOptions(TypedDict):
    """What `judge_choices` needs beside the pairs and their settings.

    Attributes
    ----------
    info : mapping
        The head of ``run.json`` (`about`).
    scenes : sequence of Scene
        Among which changes are looked for again.
    done : mapping of site id to Ground
        Sites that a stopped run has judged.
    step : callable
        Called with a site's id after each site.
    jobs : int or None
        Threads.
    files : sequence of path
        What was read, other than scenes and what the settings name.
    buildings : FootprintReading or None
        Inside which damage is read.
    """

    info: Mapping[str, Any]
    scenes: Sequence[Scene]
    done: dict[str, Ground]
    step: Step
    jobs: int | None
    files: Sequence[str | Path]
    buildings: FootprintReading | None


def detect(workspace: Workspace, **options: Unpack[DetectOptions]) -> Run:
    """Judge the sites of a workspace and write ``outputs/<run-id>/``.

    The same sites, scenes and settings have the same run id, so that nothing is worked out twice by mistake.

    Raises
    ------
    SiteError
        If there is no site to judge.
    OutputError
        If the run is there already (`overwrite` makes it again), or cannot be written.
    RunError
        If the run that is to be resumed is not there, or was made from other inputs.
    """
    settings = options.get("settings") or Settings()
    given = options.get("buildings")
    buildings = read_footprints(Path(given)) if given is not None else None
    choices, unread = choose_pairs(workspace, **options)
    choices = _digested(choices)
    pairs = [choice.pair for choice in choices if choice.pair is not None]
    scenes = load_scenes(workspace).scenes if settings.sequence.scenes else ()
    # What changes are looked for again in belongs to what a run was made of.
    extent = " ".join(["sites", *(scene.id for scene in scenes)])
    info = about(
        "detect",
        pairs,
        [choice.site for choice in choices],
        settings,
        extent=extent,
        buildings=buildings.sha256 if buildings is not None else None,
    )
    name = info["run_id"]
    _refuse_done(workspace.outputs / name, overwrite=options.get("overwrite", False))
    check_resume(options.get("resume"), name, workspace.outputs)
    with new_run(workspace.outputs / name, overwrite=options.get("overwrite", False)) as folder:
        done = take_over(workspace.outputs, name, folder) if options.get("resume") else {}
        judge_choices(
            folder,
            choices,
            settings,
            info={**info, "unread": unread},
            scenes=scenes,
            done=done,
            step=options.get("progress") or silent,
            jobs=options.get("jobs"),
            files=site_files(workspace),
            buildings=buildings,
        )
    return Run.open(workspace.outputs / name)


def judge_choices(
    folder: Path, choices: Sequence[Choice], settings: Settings, **options: Unpack[ChoiceOptions]
) -> None:
    """Judge each site on its pair and fill a run folder.

    Raises
    ------
    SitewatchError
        If nothing could be judged, or the folder cannot be written.
    """
    info, scenes, buildings = options["info"], options["scenes"], options["buildings"]
    footprints = buildings.footprints if buildings is not None else ()
    # The run's limit of chips is shared out evenly: what one site gets must not hang on which was first.
    most = max(3, settings.chips.most // len(choices)) if settings.chips.most else 0
    work = functools.partial(
        _work,
        judge=functools.partial(_judge, settings=settings, scenes=scenes, footprints=footprints),
        write=functools.partial(
            write_ground, folder, chips=settings.chips, run_id=info["run_id"], most_chips=most
        ),
        folder=folder,
        done=options["done"],
    )
    grounds: list[Ground] = []
    with blocks.workers(options["jobs"]) as pool:
        for ground in blocks.run(work, choices, pool):
            grounds.append(ground)
            options["step"](ground.name)
    require_judged(grounds)
    forget(folder)
    seen = [scene for choice in choices if choice.pair for scene in (choice.pair.before, choice.pair.after)]
    files = [*options["files"], *scene_files([*seen, *scenes]), *learned_files(settings)]
    finish(folder, grounds, {**info, "further_scenes": _further(scenes)}, files, buildings=buildings)


def _further(scenes: Sequence[Scene]) -> dict[str, Any]:
    """Return the scenes among which changes were looked for again."""
    return {scene.id: scene_facts(scene) for scene in scenes}


def choose_pairs(
    workspace: Workspace, **options: Unpack[DetectOptions]
) -> tuple[list[Choice], list[dict[str, str]]]:
    """Choose the scenes for each site, and list the sites and scenes that could not be read.

    Raises
    ------
    SiteError
        If there is no site to judge.
    """
    sites = load_sites(workspace, tuple(options.get("sites") or ()))
    scenes = load_scenes(workspace)
    unread = [{"name": name, "error": str(error)} for name, error in (*sites.refused, *scenes.refused)]
    if not sites.sites:
        raise SiteError(
            f"{workspace.root} has no site that can be judged",
            "at least one is needed",
            "add some with `sitewatch sites add FILE`",
        )
    choices = [
        choose(
            site,
            scenes.scenes,
            before=options.get("before"),
            after=options.get("after"),
            seen=usable_share,
        )
        for site in sites.sites
    ]
    return choices, unread


def _refuse_done(target: Path, *, overwrite: bool) -> None:
    if target.exists() and not overwrite:
        raise OutputError(
            f"run {target.name} is there already",
            "the same sites, scenes and settings make the same run",
            f"look at {target / 'index.html'}, or make it again with --overwrite",
        )


def _digested(choices: Sequence[Choice]) -> list[Choice]:
    """Give the scenes that will be compared their digests, each file read once."""
    known: dict[str, Scene] = {}
    digested = []
    for choice in choices:
        if choice.pair is None:
            digested.append(choice)
            continue
        for scene in (choice.pair.before, choice.pair.after):
            if scene.id not in known:
                known[scene.id] = with_digests(scene)
        digested.append(_with_scenes(choice, known))
    return digested


def _with_scenes(choice: Choice, known: dict[str, Scene]) -> Choice:
    pair = choice.pair
    if pair is None:
        return choice
    return replace(
        choice, pair=replace(pair, before=known[pair.before.id], after=known[pair.after.id], site=choice.site)
    )


def _judge(
    site: Site,
    pair: Pair,
    *,
    settings: Settings,
    scenes: Sequence[Scene],
    footprints: Sequence[Footprint],
) -> Judged:
    judged = judge_site(site, pair, settings, footprints=footprints)
    return follow(judged, scenes, settings) if scenes else judged


def _work(
    choice: Choice,
    *,
    judge: Callable[[Site, Pair], Judged],
    write: Callable[[Judged], Ground],
    folder: Path,
    done: dict[str, Ground],
) -> Ground:
    site = choice.site
    if site.id in done:
        return done[site.id]
    if choice.pair is None:
        judged = refuse(site, choice.refusal or SiteError(f"site {site.id} has no pair", "", ""))
    else:
        judged = judge(site, choice.pair)
    ground = write(judged)
    keep(folder, ground)
    return ground
