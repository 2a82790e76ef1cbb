"""Pieces that registration is refined on lie where they say."""

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.kernels.align import Alignment
from sitewatch.pipeline.cutting import Drawn
from sitewatch.pipeline.registration import Registration

MARGIN = 26


@pytest.mark.parametrize(("side", "pieces"), [(300, 1), (1100, 16)])
def test_pieces_of_a_drawn_pair_lie_where_they_say(side: int, pieces: int):
    grid = GeoBox((side, side + 40), Affine(1, 0, 500_000, 0, -1, 4_000_000), "EPSG:32631").pad(MARGIN)
    row, col = np.indices(grid.shape, np.float32)
    moved = Alignment((1.0, 0.0, 7.0, 0.0, 1.0, -3.0))
    edges = np.zeros((2, *grid.shape), np.float32)
    drawn = Drawn(grid, MARGIN, Registration(grid, moved), (col[None], row[None]), edges, edges)
    patches, matrix = drawn.patches(Registration(grid))
    assert matrix == moved.matrix
    assert len(patches) == pieces
    for patch in patches:
        assert patch.corner == (patch.before[0, 0] - MARGIN, patch.after[0, 0] - MARGIN)
        assert patch.before.shape == patch.after.shape
    assert sum(patch.before.size for patch in patches) < 600_000
    assert min(patch.corner for patch in patches) == (-MARGIN, -MARGIN)
    ends = [np.add(patch.corner, patch.before.shape[::-1]) for patch in patches]
    assert tuple(np.max(ends, axis=0)) == (side + 40 + MARGIN, side + MARGIN)
