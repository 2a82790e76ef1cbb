"""Which cells of which scenes a network learns from, and with what weight."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.models.fine.features import SINGLE
from training.scenes import Scene

Array = NDArray[np.float32]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cells of a scene: flat places, labels as `fit_changes` numbers them, weights."""

    places: Places
    labels: NDArray[np.int64]
    weights: Array


def change_cells(
    scene: Scene, draw: np.random.Generator, most: tuple[int, int], hard: Array | None
) -> Chosen:
    """Pick cells of every label of a scene.

    Parameters
    ----------
    scene : Scene
    draw : Generator
    most : (int, int)
        At most so many cells of each changed label, and of unchanged ground.
    hard : (rows, columns) float32, optional
        Probability of change by the network below: half of the unchanged cells are drawn by it.
    """
    labelled = scene.usable & (scene.truth != 255)
    quiet = labelled & (scene.truth == 0)
    if scene.fires:
        quiet &= scene.buildings > 0
    parts = [_quiet_cells(scene, np.flatnonzero(quiet), draw, most=most[1], hard=hard)]
    for kind in (1, 2, 3):
        places = np.flatnonzero(labelled & (scene.truth == kind))
        picked = _pick(places, draw, most[0])
        weight = np.full(len(picked), len(places) / max(1, len(picked)))
        parts.append(_chosen(scene, picked, kind, weight))
    return Chosen(
        np.concatenate([part.places for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def _quiet_cells(
    scene: Scene, places: Places, draw: np.random.Generator, *, most: int, hard: Array | None
) -> Chosen:
    if hard is None or not len(places):
        picked = _pick(places, draw, most)
        return _chosen(scene, picked, 0, np.full(len(picked), len(places) / max(1, len(picked))))
    half = min(len(places), most // 2)
    chance = hard.ravel()[places].astype(np.float64) + 1e-4
    plain = draw.choice(places, half, replace=False)
    tough = draw.choice(len(places), half, replace=False, p=chance / chance.sum())
    # Half of the weight to either; the hard ones by the inverse of their chance, so that the odds stay true.
    weight = np.concatenate([np.ones(half), chance.mean() / chance[tough]]) * (0.5 * len(places) / half)
    return _chosen(scene, np.concatenate([plain, places[tough]]), 0, weight)


def _chosen(scene: Scene, picked: Places, kind: int, weight: NDArray[np.float64]) -> Chosen:
    # Between counting every cell and counting every scene alike.
    tempered = weight**0.6 * _importance(scene, kind)
    return Chosen(picked, np.full(len(picked), kind), tempered.astype(np.float32))


def _importance(scene: Scene, kind: int) -> float:
    """Coarse or repetitive scenes count less, real events and the few fires more."""
    weight = 0.1 if scene.set == "dsifn" else 0.5 if scene.set.startswith("mexico") else 1.0
    if kind and not scene.altered and scene.set != "dsifn":
        weight *= 4
    return weight * (2 if kind == 2 else 1)


def roof_cells(scene: Scene, draw: np.random.Generator, most: int) -> tuple[Array, NDArray[np.int64]]:
    """Pick features of one date, on and off buildings: (samples, features), and 0 or 1."""
    rows, labels = [np.zeros((0, len(SINGLE)), np.float32)], [np.zeros(0, np.int64)]
    for planes, building, known in _roof_labels(scene):
        for value in (False, True):
            places = _pick(np.flatnonzero(known & (building == value)), draw, most)
            rows.append(planes.reshape(len(planes), -1)[:, places].T)
            labels.append(np.full(len(places), int(value)))
    return np.concatenate(rows), np.concatenate(labels)


def _roof_labels(scene: Scene) -> list[tuple[Array, Mask, Mask]]:
    """For each date that has outlines: its planes, whether a building stands, where that is known."""
    if scene.altered or scene.set == "dsifn":
        return []
    features = scene.features()
    if scene.set.startswith("levir"):
        # Only new buildings are outlined: nothing is known of the rest.
        built = scene.truth == 1
        return [(features.after, built, built & scene.usable)]
    building = scene.buildings > 0
    rim = cv2.morphologyEx(building.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    known = scene.usable & ~rim
    unhurt = known & (scene.buildings <= 1) & (scene.truth == 0)
    return [(features.before, building, known), (features.after, building, unhurt)]


def _pick(places: Places, draw: np.random.Generator, most: int) -> Places:
    return places if len(places) <= most else draw.choice(places, most, replace=False)
