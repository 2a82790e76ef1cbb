"""Re-make the networks of `sitewatch.models.examiner`, and print how they do on scenes that were left out.

    pip install '.[train]'
    python -m training.fit_examiner --data ../shared/data --cache FOLDER

The features are frozen (EfficientNet-lite0, ImageNet); only a decoder of some 90,000 numbers is fitted: on
real labels, on real buildings erased from one date of quiet pairs, and on drawn scenes. About half an hour on
one core, and some 8 GB of memory.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score
from torch import Tensor
from torch.nn import functional

from sitewatch.models.examiner.view import View
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import AFTER, BEFORE, FRIENDS, GROUNDS, THEMES, Recipe
from training.erase import erase
from training.examiner.backbone import Backbone
from training.examiner.decoder import Decoder
from training.examiner.export import export
from training.examiner.pairs import UNLABELLED, Labelled, read_pairs

SETS = ("levir", "levir256", "wildfire", "tornado", "michael", "mexico", "mexico-more", "xbd")
# One cell of the decoder is four of its pixels.
CELL = 4
FOLDS = 4
STEPS, BATCH, CROP = 900, 8, 64
_WEIGHTS = (1.0, 2.0, 2.5, 2.0, 1.0)
# Planes of the decoder that kinds 1 (built), 2 (burned) and 3 (removed) are: 0 is "nothing".
_CLASS = np.array([0, 3, 2, 1], np.int64)
_LEFT_OUT = 255


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A pair as the decoder sees it.

    Attributes
    ----------
    features : per level (2, channels, rows, columns) float16
    classes : (rows, columns) int64
        0 nothing, 1 removed, 2 burned, 3 built, 255 left out.
    fold : int
    weight : float
        How often crops are taken from it.
    """

    set: str
    name: str
    features: list[Tensor]
    classes: NDArray[np.int64]
    fold: int
    weight: float


def see(backbone: Backbone, pair: Labelled, fold: int, weight: float) -> Seen:
    """Run the frozen network over both dates."""
    images, classes = _cells(pair)
    with torch.inference_mode():
        levels = [_levels(backbone, torch.from_numpy(image[None])) for image in images]
    joined = [torch.cat(both).half() for both in zip(*levels, strict=True)]
    return Seen(pair.set, pair.name, joined, classes, fold, weight)


def _levels(backbone: Backbone, image: Tensor) -> list[Tensor]:
    stem, fine, middle, coarse = backbone(image)
    return [torch.cat([functional.avg_pool2d(stem, 2), fine], dim=1), middle, coarse]


def _cells(pair: Labelled) -> tuple[list[NDArray[np.float32]], NDArray[np.int64]]:
    """Bring a pair to half-metre pixels and its labels to cells."""
    factor = View.for_gsd(pair.gsd_m).enlarge
    rows, cols = (length * factor // 16 * 16 for length in pair.truth.shape)
    images = []
    for date in (pair.before, pair.after):
        image = (date.astype(np.float32) - 127) / 128 * pair.usable
        if factor > 1:
            image = np.stack([cv2.resize(band, None, fx=factor, fy=factor) for band in image])
        images.append(np.ascontiguousarray(image[:, :rows, :cols]))
    codes = np.where(pair.usable, pair.truth, UNLABELLED)
    codes = cv2.resize(codes, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)[:rows, :cols]
    shape = (rows // CELL, CELL, cols // CELL, CELL)
    share = [(codes == code).reshape(shape).mean(axis=(1, 3)) for code in (1, 2, 3, UNLABELLED)]
    classes = np.zeros(share[0].shape, np.int64)
    for code in (1, 2, 3):
        classes[share[code - 1] > 0.5] = _CLASS[code]
    total = share[0] + share[1] + share[2]
    classes[(share[3] > 0.5) | ((total > 0.2) & (total <= 0.5))] = _LEFT_OUT
    return images, classes


def scenes(data: Path, cache: Path, number: int) -> Iterator[tuple[Labelled, int, float]]:
    """Yield every pair with its fold and weight: real, with buildings erased, and drawn."""
    for place, pair in enumerate(read_pairs(data, cache, SETS)):
        fold = place % FOLDS
        eventful = bool(np.isin(pair.truth, (1, 2, 3)).sum() > 200)
        weight = {"levir": 3.0, "levir256": 0.7, "wildfire": 3.0, "tornado": 4.0}.get(
            pair.set, 1.0 if eventful else 0.4
        )
        yield pair, fold, weight
        if pair.set in ("mexico", "mexico-more", "xbd", "michael") and (pair.buildings == 1).sum() > 2000:
            loose = replace(pair, before=pair.before.astype(np.float32), after=pair.after.astype(np.float32))
            altered = erase(loose, place)
            clipped = {
                name: np.clip(getattr(altered, name), 0, 255).round().astype(np.uint8)
                for name in ("before", "after")
            }
            yield replace(altered, set=f"{pair.set}-erased", **clipped), fold, 0.6
    for seed in range(number):
        yield drawn(seed), seed % FOLDS, 0.6


def drawn(seed: int) -> Labelled:
    """Draw a pair at half a metre, with other light, season and false friends at each seed."""
    rng = np.random.default_rng(seed + 500)
    look = {"haze": float(rng.choice([0.02, 0.1, 0.25])), "blur": float(rng.uniform(0.35, 0.8))}
    green = float(rng.uniform(0.2, 1))
    before = replace(BEFORE, greenness=green, sun_azimuth=float(rng.uniform(90, 200)))
    after = replace(AFTER, greenness=float(np.clip(green + rng.normal(0, 0.25), 0, 1)), **look)
    recipe = Recipe(
        size=(512, 512),
        resolution_m=float(rng.choice([0.5, 0.5, 0.5, 1.0, 2.0, 3.0])),
        theme=THEMES[seed % 3],
        ground=GROUNDS[seed // 3 % 3],
        events=("construction", "burning", "demolition") if rng.random() < 0.8 else (),
        friends=tuple(rng.choice(FRIENDS, 2, replace=False).tolist()),
        before=before,
        after=after,
    )
    if recipe.resolution_m > 1:
        recipe = replace(recipe, size=(256, 256))
    pair = draw_pair(recipe, seed)
    truth = pair.truth.copy()
    truth[pair.doubtful] = UNLABELLED
    images = [scene.pixels.astype(np.float32) for scene in (pair.before, pair.after)]
    low, high = np.percentile(np.concatenate([i.reshape(3, -1) for i in images], axis=1), (2, 98), axis=1)[
        ..., None, None
    ]
    stretched = [
        np.clip((i - low) / (high - low) * 200 + 25, 0, 255).round().astype(np.uint8) for i in images
    ]
    usable = pair.before.valid & pair.after.valid & pair.before.clear & pair.after.clear
    return Labelled("drawn", str(seed), recipe.resolution_m, *stretched, usable, truth, np.zeros_like(truth))


def fit(seen: Sequence[Seen], seed: int = 0, steps: int = STEPS) -> Decoder:
    """Fit a decoder on crops of 64 cells, half of them centred near a change, both ways round in time."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    mean, spread = _moments(seen)
    model = Decoder(mean, spread, 32)
    optimiser = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    chances = np.array([one.weight for one in seen])
    chances /= chances.sum()
    changed = [np.argwhere(np.isin(one.classes, (1, 2, 3))) for one in seen]
    weights = torch.tensor(_WEIGHTS)
    for _ in range(steps):
        before, after, right = _batch(seen, changed, chances, rng)
        odds = model(before, after)
        odds = torch.cat([torch.zeros_like(odds[:, :1]), odds], dim=1)
        loss = functional.cross_entropy(odds, right, weight=weights, ignore_index=_LEFT_OUT)
        known = (right != _LEFT_OUT).float()
        shares = odds.softmax(dim=1)
        for plane in (1, 2, 3):
            true = (right == plane).float()
            told = shares[:, plane] * known
            loss = loss + 0.2 * (1 - 2 * (told * true).sum() / (told.sum() + true.sum() + 20))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


def _moments(seen: Sequence[Seen]) -> tuple[list[Tensor], list[Tensor]]:
    some = seen[:: max(1, len(seen) // 40)]
    levels = range(len(some[0].features))
    mean = [torch.stack([one.features[i].float().mean((0, 2, 3)) for one in some]).mean(0) for i in levels]
    spread = [
        torch.stack([one.features[i].float().std((0, 2, 3)) for one in some]).mean(0) + 1e-3 for i in levels
    ]
    return mean, spread


def _batch(
    seen: Sequence[Seen],
    changed: Sequence[NDArray[np.intp]],
    chances: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[list[Tensor], list[Tensor], Tensor]:
    levels = len(seen[0].features)
    before: list[list[Tensor]] = [[] for _ in range(levels)]
    after: list[list[Tensor]] = [[] for _ in range(levels)]
    right = []
    for _ in range(BATCH):
        index = int(rng.choice(len(seen), p=chances))
        one = seen[index]
        rows, cols = one.classes.shape
        corner = np.array(
            [rng.integers(0, max(rows - CROP, 0) + 1), rng.integers(0, max(cols - CROP, 0) + 1)]
        )
        if len(changed[index]) and rng.random() < 0.6:
            corner = changed[index][rng.integers(len(changed[index]))] - rng.integers(0, CROP, 2)
        top, left = (int(c) for c in np.clip(corner, 0, [max(rows - CROP, 0), max(cols - CROP, 0)]) // 4 * 4)
        swap, flips = rng.random() < 0.5, [axis for axis in (-1, -2) if rng.random() < 0.5]
        turn = rng.random() < 0.5
        classes = torch.from_numpy(one.classes[top : top + CROP, left : left + CROP].copy())
        if swap:
            classes = torch.tensor([0, 3, _LEFT_OUT, 1])[classes.clamp(max=3)].where(
                classes != _LEFT_OUT, _LEFT_OUT
            )
        right.append(_turned(classes, flips, turn))
        for level in range(levels):
            step = 2**level
            part = one.features[level][
                :, :, top // step : (top + CROP) // step, left // step : (left + CROP) // step
            ]
            part = _turned(part.float(), flips, turn)
            if rng.random() < 0.3:
                part = part + 0.1 * part.std() * torch.randn_like(part)
            first, second = (part[1], part[0]) if swap else (part[0], part[1])
            before[level].append(first)
            after[level].append(second)
    stacked = [[torch.stack(level) for level in date] for date in (before, after)]
    return stacked[0], stacked[1], torch.stack(right)


def _turned(part: Tensor, flips: Sequence[int], turn: bool) -> Tensor:
    flipped = torch.flip(part, list(flips)) if flips else part
    return flipped.transpose(-1, -2) if turn else flipped


def look(model: Decoder, one: Seen) -> NDArray[np.float32]:
    """Return the shares of nothing, removed, burned, built and regrown, (5, rows, columns)."""
    with torch.inference_mode():
        odds = model([f[:1].float() for f in one.features], [f[1:].float() for f in one.features])
        shares = torch.cat([torch.zeros_like(odds[:, :1]), odds], dim=1).softmax(dim=1)[0]
    return np.asarray(shares.numpy(), np.float32)


def report(seen: Sequence[Seen], models: Sequence[Decoder]) -> Iterator[str]:
    """Say how each set does, every scene looked at by the decoder that was not fitted on its fold."""
    yield f"{'set':20} {'scenes':>6} {'plane':8} {'cells':>7} {'AP':>6} {'F1 at .5':>8} {'quiet > .5':>10}"
    for name in dict.fromkeys(one.set for one in seen):
        some = [one for one in seen if one.set == name]
        shares = [look(models[one.fold], one) for one in some]
        for plane, word in ((3, "built"), (2, "burned"), (1, "removed")):
            true = np.concatenate([(one.classes == plane)[one.classes != _LEFT_OUT] for one in some])
            told = np.concatenate(
                [s[plane][one.classes != _LEFT_OUT] for s, one in zip(shares, some, strict=True)]
            )
            hit = told > 0.5
            quiet = float(hit[~true].mean())
            ap = average_precision_score(true, told) if true.any() else float("nan")
            f1 = 2 * (hit & true).sum() / max(hit.sum() + true.sum(), 1)
            yield f"{name:20} {len(some):6} {word:8} {true.sum():7} {ap:6.3f} {f1:8.3f} {quiet:10.5f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print, and write the networks."""
    parser = ArgumentParser(description="Fit the examiner of fine imagery.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder for prepared pairs")
    parser.add_argument("--drawn", type=int, default=36)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--no-folds", action="store_true", help="fit only what is shipped")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    given.cache.mkdir(parents=True, exist_ok=True)
    backbone, start = Backbone(), time.process_time()
    seen = [see(backbone, *scene) for scene in scenes(given.data, given.cache, given.drawn)]
    _say(f"{len(seen)} scenes seen in {time.process_time() - start:.0f} s")
    if not given.no_folds:
        models = []
        for fold in range(FOLDS):
            models.append(fit([one for one in seen if one.fold != fold], fold, given.steps))
            _say(f"fold {fold} fitted, {time.process_time() - start:.0f} s")
        for line in report(seen, models):
            _say(line)
    export(backbone, fit(seen, FOLDS, given.steps))
    _say(f"written, {time.process_time() - start:.0f} s")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
