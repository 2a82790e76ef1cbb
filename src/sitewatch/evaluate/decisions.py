"""What labelled changes say of each detection of a run: the decisions of a reviewer who knows the truth."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry import shape

from sitewatch.evaluate.objects import ENOUGH, MIN_LABELLED
from sitewatch.io.rasters import burn
from sitewatch.io.results import Run, read_features
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE, Kind


def decide(
    run: Run, truth: NDArray[np.uint8], grid: GeoBox, *, kinds: Mapping[str, Kind] | None = None
) -> dict[str, str]:
    """Return a status a detection, by its id.

    Parameters
    ----------
    run : Run
    truth : (rows, columns) uint8
        Codes of `records.KIND_CODES`, 0 unchanged, 255 not labelled.
    grid : GeoBox
        Of `truth`.
    kinds : mapping of str to Kind, optional
        By id, in the place of the kinds that the run says.

    Returns
    -------
    dict of str to str
        ``confirmed`` if 30 % or more of its labelled ground is truth of its kind, else ``rejected``;
        ``uncertain`` if less than half of it is labelled.
    """
    found = {}
    for feature in read_features(run, "changes"):
        said = feature["properties"]
        kind: Kind = said["kind"] if kinds is None else kinds[said["id"]]
        inside = truth[burn([(shape(feature["geometry"]), 1)], grid) > 0]
        known = inside[inside != NOT_ASSESSABLE]
        if len(known) < max(1, MIN_LABELLED * len(inside)):
            found[said["id"]] = "uncertain"
        else:
            right = float((known == KIND_CODES[kind]).mean()) >= ENOUGH
            found[said["id"]] = "confirmed" if right else "rejected"
    return found
