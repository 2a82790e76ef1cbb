"""Outlines of labelled pixels."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes
from shapely.geometry import MultiPolygon, Polygon


def trace(labels: NDArray[np.int32]) -> dict[int, Polygon | MultiPolygon]:
    """Trace the outline of each label along pixel edges.

    Parameters
    ----------
    labels : (rows, columns) int32
        0 is nothing.

    Returns
    -------
    dict of int to Polygon or MultiPolygon
        In pixel coordinates: x to the right, y down, the corner of the first pixel at (0, 0). Their areas are
        the labels' pixel counts.
    """
    parts: dict[int, list[Polygon]] = defaultdict(list)
    for outline, value in shapes(labels, mask=labels > 0, connectivity=4):
        parts[int(value)].append(Polygon(outline["coordinates"][0], outline["coordinates"][1:]))
    return {
        label: pieces[0] if len(pieces) == 1 else MultiPolygon(pieces)
        for label, pieces in sorted(parts.items())
    }
