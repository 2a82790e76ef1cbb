"""One piece of ground judged: the recipe run, and a refusal kept instead of raised."""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from odc.geo.geobox import GeoBox

from sitewatch.errors import OutputError, SitewatchError
from sitewatch.io.results import OVERLAP
from sitewatch.pipeline.detect import detect
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Footprint, Pair, Site, Verdict
from sitewatch.runs.ground import site_ground
from sitewatch.runs.judged import Judged
from sitewatch.runs.smallest import with_smallest
from sitewatch.settings import Settings
from sitewatch.verdicts import (
    Placebo,
    cleared,
    inside_site,
    judge,
    not_judged,
    pool_of,
    try_elsewhere,
    with_caveats,
)


def judge_overlap(
    pair: Pair,
    grid: GeoBox,
    sites: tuple[Site, ...],
    settings: Settings,
    *,
    pool: Executor | None,
    footprints: Sequence[Footprint] = (),
) -> Judged:
    """Judge the whole overlap of a pair, and each site from it.

    Raises
    ------
    SitewatchError
        What the recipe raises: with one piece of ground there is nothing else to go on with.
    """
    start = time.perf_counter()
    refused = {site.id: why for site in sites if (why := _unfit(site, pair)) is not None}
    detection = detect(pair, grid, settings, pool=pool, footprints=footprints)
    verdicts, placebos = _judged([site for site in sites if site.id not in refused], detection, settings)
    judged = Judged(
        name=OVERLAP,
        pair=pair,
        detection=detection,
        changes=detection.changes,
        verdicts=tuple(
            not_judged(site, refused[site.id], pair)
            if site.id in refused
            else with_caveats(verdicts[site.id], placebos.get(site.id))
            for site in sites
        ),
        refusals=refused,
        placebos=placebos,
        otherwise=_otherwise(verdicts.values(), placebos, settings),
    )
    judged = with_smallest(judged, settings, pool=pool)
    return replace(judged, seconds=time.perf_counter() - start)


def judge_site(
    site: Site,
    pair: Pair,
    settings: Settings,
    *,
    pool: Executor | None = None,
    footprints: Sequence[Footprint] = (),
) -> Judged:
    """Judge one site on its own ground; what the recipe raises becomes a refusal with its reason."""
    start = time.perf_counter()
    # Figures say what a pair was compared for.
    pair = replace(pair, site=site)
    try:
        detection = detect(
            pair, site_ground(site, pair), settings, pool=pool, name=site.id, footprints=footprints
        )
    except OutputError:
        raise
    except SitewatchError as error:
        return refuse(site, error, pair)
    verdicts, placebos = _judged([site], detection, settings)
    judged = Judged(
        name=site.id,
        pair=pair,
        detection=detection,
        changes=inside_site(site, detection.changes),
        verdicts=tuple(with_caveats(verdict, placebos.get(site.id)) for verdict in verdicts.values()),
        placebos=placebos,
        otherwise=_otherwise(verdicts.values(), placebos, settings),
    )
    judged = with_smallest(judged, settings, pool=pool)
    return replace(judged, seconds=time.perf_counter() - start)


def _judged(
    sites: Sequence[Site], detection: Detection, settings: Settings
) -> tuple[dict[str, Verdict], dict[str, Placebo]]:
    """Give sites of one ground their verdicts, and put them to the test."""
    pool = pool_of(str(detection.facts["model"]["name"]), settings.verdicts.pool)
    verdicts, placebos = {}, {}
    for site in sites:
        verdict = judge(site, detection, min_usable=settings.masking.min_usable)
        placebo = try_elsewhere(site, detection, pool)
        if placebo is not None:
            placebos[site.id] = placebo
            verdict = replace(verdict, p_value=placebo.p_value, reference=placebo.reference)
        verdicts[site.id] = verdict
    return verdicts, placebos


def _otherwise(
    verdicts: Iterable[Verdict], placebos: Mapping[str, Placebo], settings: Settings
) -> tuple[Verdict, ...]:
    least = settings.masking.min_usable
    return tuple(
        with_caveats(cleared(verdict, min_usable=least), placebos.get(verdict.site.id))
        for verdict in verdicts
        if verdict.kinds
    )


def refuse(site: Site, why: SitewatchError, pair: Pair | None = None) -> Judged:
    """Return a site that could not be judged, and why."""
    return Judged(name=site.id, pair=pair, verdicts=(not_judged(site, why, pair),), refusals={site.id: why})


def _unfit(site: Site, pair: Pair) -> SitewatchError | None:
    """Return why a site cannot be judged on a pair's ground, if it cannot."""
    try:
        site_ground(site, pair)
    except SitewatchError as error:
        return error
    return None
