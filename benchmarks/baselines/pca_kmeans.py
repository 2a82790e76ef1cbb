"""PCA-KMeans: the neighbourhood of each pixel in the difference image, put into one of two clusters."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from benchmarks.baselines.change_vector import score as change_vector

# Side of a neighbourhood, pixels, and how many of its components are kept; Celik found 3 to 7 pixels alike.
SIDE = 5
COMPONENTS = 3
# Neighbourhoods that the clusters are fitted on; all are put into one.
_FITTED = 100_000
_SEED = 0


def score(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return how much nearer each pixel's neighbourhood lies to the cluster of change (Celik 2009).

    Components are fitted on the blocks of `SIDE` x `SIDE` pixels of the difference image (length of the
    z-scored change vector) that do not overlap, two clusters on the neighbourhoods of all pixels; that with
    the larger mean difference is change. doi:10.1109/LGRS.2009.2025059

    Parameters
    ----------
    before, after : (bands, rows, columns) float
    usable : (rows, columns) bool

    Returns
    -------
    (rows, columns) float32
        ``d_unchanged / (d_unchanged + d_change)`` of the distances to the two centres, 0..1: above 0.5 is the
        cluster of change. NaN where not usable.
    """
    out = np.full(usable.shape, np.nan, np.float32)
    difference = np.nan_to_num(change_vector(before, after, usable), nan=0.0)
    blocks = _blocks(difference)
    if len(blocks) < COMPONENTS or not difference.any():
        return out
    components = PCA(COMPONENTS, random_state=_SEED).fit(blocks).components_
    layers = [ndimage.correlate(difference, part.reshape(SIDE, SIDE), mode="nearest") for part in components]
    vectors = np.stack([layer[usable] for layer in layers], axis=1)
    step = max(len(vectors) // _FITTED, 1)
    clusters = KMeans(2, n_init=4, random_state=_SEED).fit(vectors[::step])
    distance = clusters.transform(vectors)
    label = distance.argmin(axis=1)
    known = difference[usable]
    means = [known[label == which].mean() if (label == which).any() else 0.0 for which in (0, 1)]
    change = int(np.argmax(means))
    out[usable] = distance[:, 1 - change] / np.maximum(distance.sum(axis=1), 1e-12)
    return out


def _blocks(image: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, cols = (length // SIDE for length in image.shape)
    cut = image[: rows * SIDE, : cols * SIDE].reshape(rows, SIDE, cols, SIDE)
    blocks: NDArray[np.float32] = cut.transpose(0, 2, 1, 3).reshape(rows * cols, SIDE * SIDE)
    return blocks
