"""From pixels and objects to what is said of a site: what was found, and what could be seen.

A site changed if something of the three kinds was found inside it; it shows no visible change if nothing was
found and enough of it could be seen; otherwise it is not assessable. What could not be seen never becomes "no
change". Whether that much is found where nothing happened, too, is for `placebo` and `control` to say.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from sitewatch.catalogue.usable import BLANK, REASONS, STALE
from sitewatch.errors import SitewatchError
from sitewatch.grid import pixel_area_m2
from sitewatch.io.rasters import burn
from sitewatch.pipeline.detection import Detection
from sitewatch.records import KIND_CODES, KINDS, UNSEEN, Change, Kind, Pair, Site, Verdict, VerdictWord
from sitewatch.verdicts.area import changed_intervals

_GEOD = Geod(ellps="WGS84")
_THREE: tuple[Kind, ...] = ("construction", "burning", "demolition")
# In coarse imagery a change is what unchanged ground does not do. A site with less than this share of the
# ground that could be seen around it may change as a whole and pass for unchanged: burns that took 60 % of
# the ground were found on a fifth of it, those that took 70 % on a tenth (docs/method/verdicts.md).
_LEAST_CONTROL = 0.4
_TILES = {
    BLANK: "of the site is a tile of one colour in one of the images",
    STALE: "of the site shows the very same pixels on both dates: one image holds a copy of the other",
}


def judge(site: Site, detection: Detection, *, min_usable: float) -> Verdict:
    """Give a site its verdict from the ground that was judged around it.

    Parameters
    ----------
    min_usable : float
        Smallest share of the site that must have been seen for "no visible change", 0..1.
    """
    inside = burn([(site.geometry, 1)], detection.grid) > 0
    area = abs(_GEOD.geometry_area_perimeter(site.geometry)[0])
    pixel = pixel_area_m2(detection.grid)
    # Ground of the site beyond the scenes' edges was not seen either.
    covered = min(1.0, float(inside.sum()) * pixel / area) if area > 0 else 0.0
    unseen = _shares(detection.unseen[inside], covered)
    usable = 1.0 - sum(unseen.values())
    changed = {kind: float((detection.change[inside] == KIND_CODES[kind]).sum()) * pixel for kind in KINDS}
    found = tuple(kind for kind in _THREE if changed[kind] > 0)
    control = control_share(inside, detection)
    lonely = not found and usable >= min_usable and control < _LEAST_CONTROL
    verdict: VerdictWord = (
        "change"
        if found
        else "no_visible_change"
        if usable >= min_usable and not lonely
        else "not_assessable"
    )
    reason = _reason(changed, usable, unseen, min_usable=min_usable)
    if lonely:
        reason += (
            f"; but too little control ground: {control:.0%} of what could be seen lies outside of the site, "
            f"and at least {_LEAST_CONTROL:.0%} is needed to learn what unchanged ground does"
        )
    ranges = changed_intervals(site, detection)
    return Verdict(
        site=site,
        verdict=verdict,
        reason=reason,
        usable_fraction=max(0.0, usable),
        kinds=found,
        changed_m2=changed,
        changed_fraction={kind: value / area if area > 0 else 0.0 for kind, value in changed.items()},
        changed_m2_range=ranges,
        changed_fraction_range={
            kind: (low / area, high / area) if area > 0 else (0.0, 0.0)
            for kind, (low, high) in ranges.items()
        },
        before=detection.pair.before,
        after=detection.pair.after,
        unseen=unseen,
        findings=_findings(unseen),
    )


def not_judged(site: Site, why: SitewatchError, pair: Pair | None = None) -> Verdict:
    """Give the verdict of a site that no scenes, or no work on them, could say anything about."""
    return Verdict(
        site=site,
        verdict="not_assessable",
        reason=f"{why.found}; {why.needed}",
        usable_fraction=0.0,
        before=pair.before if pair is not None else None,
        after=pair.after if pair is not None else None,
    )


def cleared(verdict: Verdict, *, min_usable: float) -> Verdict:
    """Return what is said of a site where as much was found as at quiet places like it.

    The finds stay in the table of changes, and their areas with the site.
    """
    seen = verdict.usable_fraction >= min_usable
    p_value = verdict.p_value if verdict.p_value is not None else math.nan
    common = f"but as much is found at places like it where nothing happened (p = {p_value:.2g})"
    found, _, rest = verdict.reason.rpartition("; ")
    return replace(
        verdict,
        verdict="no_visible_change" if seen else "not_assessable",
        kinds=(),
        reason=f"{found}, {common}: look at the finds; {rest}",
    )


def control_share(inside: NDArray[np.bool_], detection: Detection) -> float:
    """Return the share of the ground seen that lies outside of a site, 0..1.

    1 where the model does not learn from it what unchanged ground does: the examiner of fine imagery, and
    networks of the user's own.
    """
    if detection.facts.get("model", {}).get("name") != "coarse":
        return 1.0
    seen = detection.unseen == 0
    return float((seen & ~inside).sum()) / max(int(seen.sum()), 1)


def inside_site(site: Site, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the changes that reach into a site."""
    return tuple(change for change in changes if change.geometry.intersects(site.geometry))


def _findings(unseen: Mapping[str, float]) -> tuple[str, ...]:
    shares = {code: unseen.get(REASONS[code], 0.0) for code in _TILES}
    return tuple(f"{share:.1%} {_TILES[code]}" for code, share in shares.items() if share > 0)


def _shares(codes: NDArray[np.uint8], covered: float) -> dict[str, float]:
    """Return the share of the site that each reason hides, largest first; they sum to what was not seen."""
    shares = {
        word: float((codes == code).mean()) * covered
        for code, word in REASONS.items()
        if code and (codes == code).any()
    }
    if covered < 0.995:
        shares[UNSEEN[-1]] = 1.0 - covered
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _reason(
    changed: Mapping[Kind, float], usable: float, unseen: Mapping[str, float], *, min_usable: float
) -> str:
    hidden = ", ".join(f"{word} {share:.0%}" for word, share in unseen.items() if share >= 0.005)
    seen = f"{usable:.0%} of the site could be seen" + (f" (not seen: {hidden})" if hidden else "")
    found = [f"{kind} on {_area(changed[kind])}" for kind in _THREE if changed[kind] > 0]
    if found:
        return f"{'; '.join(found)}; {seen}"
    if usable < min_usable:
        return f"only {seen}; at least {min_usable:.0%} is needed to say that nothing changed"
    other = f", other change on {_area(changed['other'])}" if changed["other"] > 0 else ""
    return f"nothing of the three kinds was found{other}; {seen}"


def _area(square_metres: float) -> str:
    return f"{square_metres:,.0f} m2" if square_metres < 1e5 else f"{square_metres / 1e4:,.0f} ha"
