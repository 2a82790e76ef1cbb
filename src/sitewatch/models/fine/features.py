"""The hand-made features of a pair of fine images: what each date shows, and how the two differ.

Everything is worked out on cells of about 1 m. Windows are therefore the same in metres for every image.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels import difference, structure

Image = NDArray[np.float32]

# Deviation below which a window counts as plain, in units of the stretched image (0..1).
_PLAIN = 0.015
_SURROUNDINGS = 61
# Cells a result depends on around it; the sum of the widest chain below (texture, then surroundings).
REACH_CELLS = 76

SINGLE = (
    "grey", "grey_15", "grey_61", "greenness", "greenness_15", "red_blue", "saturation", "deviation_3",
    "deviation_9", "deviation_25", "plain", "plain_9", "energy_9", "corner_9", "coherence_9", "right_angle_9",
    "energy_25", "corner_25", "coherence_25", "right_angle_25", "bright_small", "dark_small", "bright_large",
    "dark_large", "shadow_near", "rim_7", "energy_soft_9", "corner_soft_9", "coherence_soft_9",
    "right_angle_soft_17", "corner_soft_17", "chroma_deviation_7", "plain_share_15",
)  # fmt: skip
DIRECTED = (
    "gone_near", "gone_far", "gone_chroma", "kept_grey_9", "kept_grey_17", "kept_edges_9", "kept_edges_25",
    "rise_grey", "rise_greenness", "rise_red_blue", "rise_energy", "rise_plain",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """Features of a pair, cell by cell; each (features, rows, columns) float32.

    Attributes
    ----------
    before, after : one plane a name of `SINGLE`
    forward, backward : one plane a name of `DIRECTED`
        `forward` asks what of the before image the after image lacks; `backward` the same with the dates
        exchanged. Exchanging the images exchanges both couples and does nothing else.
    """

    before: Image
    after: Image
    forward: Image
    backward: Image

    def swapped(self) -> "PairFeatures":
        """Return the features of the pair reversed in time."""
        return PairFeatures(self.after, self.before, self.backward, self.forward)


def pair_features(before: Image, after: Image, usable: NDArray[np.bool_]) -> PairFeatures:
    """Work out all features.

    Parameters
    ----------
    before, after : (3, rows, columns) float32
        Red, green, blue on cells of about 1 m, stretched so that ground lies in about 0..1; NaN where not
        usable.
    usable : (rows, columns) bool
    """
    first, second = (
        np.stack([structure.fill_unusable(band, usable, 31) for band in image]) for image in (before, after)
    )
    single_1, single_2 = single_features(first), single_features(second)
    forward, backward = _directed(first, second)
    rises = _rises(single_1, single_2, usable)
    return PairFeatures(
        single_1, single_2, np.concatenate([forward, rises]), np.concatenate([backward, -rises])
    )


def single_features(image: Image) -> Image:
    """Return the planes of `SINGLE` for one date; image as in `pair_features`, no NaN."""
    red, green, blue = image
    mean = structure.window_mean
    grey = (red + green + blue) / 3
    total = np.maximum(red + green + blue, 0.0) + np.float32(0.15)
    greenness = (2 * green - red - blue) / total
    red_blue = (red - blue) / total
    saturation = (image.max(axis=0) - image.min(axis=0)) / total
    smooth = mean(grey, 3)
    plain = structure.plainness(grey, 5)
    small_bright, small_dark = structure.top_hats(smooth, (5, 9, 13))
    large_bright, large_dark = structure.top_hats(smooth, (19, 27))
    slopes = structure.gradient(grey)
    near, wide = structure.edges(slopes, 9), structure.edges(slopes, 25)
    soft_slopes = structure.gradient(cv2.GaussianBlur(grey, (0, 0), 1.5, borderType=cv2.BORDER_REFLECT))
    soft_near, soft_wide = structure.edges(soft_slopes, 9), structure.edges(soft_slopes, 17)
    root = np.sqrt
    return np.stack([
        smooth, smooth - mean(grey, 15), smooth - mean(grey, _SURROUNDINGS),
        mean(greenness, 3), mean(greenness, 15), mean(red_blue, 3), mean(saturation, 3),
        root(structure.window_deviation(grey, 3)), root(structure.window_deviation(grey, 9)),
        root(structure.window_deviation(grey, 25)), root(plain), root(mean(plain, 9)),
        root(near.energy), root(near.corner), near.coherence, near.right_angle,
        root(wide.energy), root(wide.corner), wide.coherence, wide.right_angle,
        root(small_bright), root(small_dark), root(large_bright), root(large_dark),
        root(structure.nearby_maximum(small_dark, 13)),
        root(np.abs(mean(grey, 7) - mean(grey, 15))),
        root(soft_near.energy), root(soft_near.corner), soft_near.coherence,
        soft_wide.right_angle, root(soft_wide.corner),
        root(structure.window_deviation(greenness, 7) + structure.window_deviation(red_blue, 7)),
        mean((plain < _PLAIN).astype(np.float32), 15),
    ])  # fmt: skip


def _directed(first: Image, second: Image) -> tuple[Image, Image]:
    gone_near, new_near = difference.least_difference(first, second, shift=2, size=3)
    gone_far, new_far = difference.least_difference(first, second, shift=3, size=7)
    chroma_1, chroma_2 = (image - image.mean(axis=0) for image in (first, second))
    gone_chroma, new_chroma = difference.least_difference(chroma_1, chroma_2, shift=2, size=5)
    grey_1, grey_2 = first.mean(axis=0), second.mean(axis=0)
    edges_1, edges_2 = (structure.steepness(structure.gradient(grey)) for grey in (grey_1, grey_2))
    couples = [
        (np.sqrt(a), np.sqrt(b))
        for a, b in ((gone_near, new_near), (gone_far, new_far), (gone_chroma, new_chroma))
    ]
    for pictures, size in (
        ((grey_1, grey_2), 9),
        ((grey_1, grey_2), 17),
        ((edges_1, edges_2), 9),
        ((edges_1, edges_2), 25),
    ):
        couples.append(difference.best_correlation(*pictures, shift=3, size=size, floor=_PLAIN))
    return np.stack([one for one, _ in couples]), np.stack([other for _, other in couples])


def _rises(first: Image, second: Image, usable: NDArray[np.bool_]) -> Image:
    """How much each of a few features rose, less what the surroundings did."""
    names = ("grey", "greenness", "red_blue", "energy_9", "plain")
    return np.stack([
        difference.against_surroundings(
            second[SINGLE.index(name)] - first[SINGLE.index(name)], usable, _SURROUNDINGS
        )
        for name in names
    ])  # fmt: skip
