"""What labelled changes say of each detection of a run: the decisions of a reviewer who knows the truth."""

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry import shape

from sitewatch.evaluate.objects import ENOUGH, MIN_LABELLED
from sitewatch.io.rasters import burn
from sitewatch.io.results import Run, read_features
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE


def decide(run: Run, truth: NDArray[np.uint8], grid: GeoBox) -> dict[str, str]:
    """Return a status a detection, by its id.

    Parameters
    ----------
    run : Run
    truth : (rows, columns) uint8
        Codes of `records.KIND_CODES`, 0 unchanged, 255 not labelled.
    grid : GeoBox
        Of `truth`.

    Returns
    -------
    dict of str to str
        ``confirmed`` if 30 % or more of its labelled ground is truth of its kind, else ``rejected``;
        ``uncertain`` if less than half of it is labelled.
    """
    found = {}
    for feature in read_features(run, "changes"):
        said = feature["properties"]
        inside = truth[burn([(shape(feature["geometry"]), 1)], grid) > 0]
        known = inside[inside != NOT_ASSESSABLE]
        if len(known) < max(1, MIN_LABELLED * len(inside)):
            found[said["id"]] = "uncertain"
        else:
            right = float((known == KIND_CODES[said["kind"]]).mean()) >= ENOUGH
            found[said["id"]] = "confirmed" if right else "rejected"
    return found
