"""What each of the three networks sees, and how a network is run both ways round in time."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sitewatch.models.fine.context import PLANES, context
from sitewatch.models.fine.features import DIRECTED, SINGLE, PairFeatures
from sitewatch.models.fine.network import Network

Image = NDArray[np.float32]
Order = NDArray[np.intp]

# Features that the verdict network sees beside the maps, to tell them by.
_SINGLE = ("greenness", "right_angle_25", "energy_9", "plain", "grey_15", "shadow_near")
_DIRECTED = ("gone_far", "kept_grey_17", "kept_edges_25", "rise_grey", "rise_greenness")


def roof_maps(network: Network, features: PairFeatures) -> Image:
    """Return how like a roof each cell looks before and after: two logits."""
    return np.concatenate([network.logits(features.before), network.logits(features.after)])


def change_inputs(features: PairFeatures, roofs: Image) -> Image:
    """Return what the change network sees: all features, and the roofs around a cell."""
    return np.concatenate([
        features.before, features.after, features.forward, features.backward,
        context(roofs[0]), context(roofs[1]),
    ])  # fmt: skip


@cache
def change_order() -> Order:
    """Return the order that turns `change_inputs` into those of the pair reversed in time."""
    return _exchange((len(SINGLE), len(DIRECTED), PLANES))


def verdict_inputs(features: PairFeatures, roofs: Image, changes: Image) -> Image:
    """Return what the verdict network sees: the maps around a cell, and a few features to tell them by."""
    single = [SINGLE.index(name) for name in _SINGLE]
    directed = [DIRECTED.index(name) for name in _DIRECTED]
    return np.concatenate([
        *(context(plane) for plane in changes), *(context(plane) for plane in roofs),
        features.before[single], features.after[single],
        features.forward[directed], features.backward[directed],
    ])  # fmt: skip


@cache
def verdict_order() -> Order:
    """Return the order that turns `verdict_inputs` into those of the pair reversed in time."""
    return _exchange((2 * PLANES, PLANES, len(_SINGLE), len(_DIRECTED)))


def both_ways(network: Network, inputs: Image, order: Order) -> Image:
    """Return built, burnt, removed and regrown: two logits of the pair, two of the pair reversed in time."""
    return np.concatenate([network.logits(inputs), network.logits(inputs, order)])


def softmax(logits: Image) -> Image:
    """Return the probabilities of nothing (logit 0), built, burnt, removed, regrown; they sum to 1."""
    padded = np.concatenate([np.zeros_like(logits[:1]), logits])
    power = np.exp(padded - padded.max(axis=0))
    shares: Image = power / power.sum(axis=0)
    return shares


def _exchange(widths: tuple[int, ...]) -> Order:
    """Exchange the halves of couples of equal width that follow one another."""
    order, start = [], 0
    for width in widths:
        order += [np.arange(width) + start + width, np.arange(width) + start]
        start += 2 * width
    return np.concatenate(order)
