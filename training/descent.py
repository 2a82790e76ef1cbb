"""Fits the networks of `sitewatch.models.fine` by stochastic gradient descent, in plain numpy."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.models.fine.network import Network

Array = NDArray[np.float32]
Layers = list[tuple[Array, Array]]

_BATCH, _LIMIT = 2048, 4.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is fitted."""

    hidden: tuple[int, ...] = (64, 32)
    epochs: int = 4
    rate: float = 2e-3
    decay: float = 1e-3
    dropout: float = 0.1
    noise: float = 0.1
    seed: int = 0


def fit_roofs(x: Array, y: NDArray[np.int64], weight: Array, *, recipe: Recipe) -> Network:
    """Fit one logit: does a building stand here? `x` (samples, features), `y` 0 or 1."""
    mean, scale = x.mean(0), x.std(0) + np.float32(1e-4)

    def loss(out: Array, pick: NDArray[np.intp]) -> Array:
        slope: Array = 1 / (1 + np.exp(-out[:, 0])) - y[pick]
        return (slope * weight[pick])[:, None]

    weight = weight / weight.mean()
    return Network(
        mean, scale, tuple(_descend((x - mean) / scale, None, outputs=1, loss=loss, recipe=recipe))
    )


def fit_changes(
    x: Array, swap: NDArray[np.intp], y: NDArray[np.int64], weight: Array, *, recipe: Recipe
) -> Network:
    """Fit two logits, *built* and *burnt*, of a network that sees each pair both ways round.

    It is run on the features and on the features of the pair reversed in time; the five logits (nothing = 0,
    built, burnt, removed = built reversed, regrown = burnt reversed) go through one softmax. `y` numbers them
    so, 0 to 4.
    """
    mean = (0.5 * (x.mean(0) + x[:, swap].mean(0))).astype(np.float32)
    scale = np.sqrt(0.5 * ((x - mean) ** 2).mean(0) + 0.5 * ((x[:, swap] - mean) ** 2).mean(0)) + np.float32(
        1e-4
    )
    weight = weight / weight.mean()

    def loss(out: Array, pick: NDArray[np.intp]) -> Array:
        count = len(pick)
        logits = np.concatenate([np.zeros((count, 1), np.float32), out[:count], out[count:]], axis=1)
        power = np.exp(logits - logits.max(axis=1, keepdims=True))
        slope = power / power.sum(axis=1, keepdims=True)
        slope[np.arange(count), y[pick]] -= 1
        slope *= weight[pick][:, None]
        return np.concatenate([slope[:, 1:3], slope[:, 3:5]])

    return Network(
        mean, scale, tuple(_descend((x - mean) / scale, swap, outputs=2, loss=loss, recipe=recipe))
    )


def _descend(
    z: Array,
    swap: NDArray[np.intp] | None,
    *,
    outputs: int,
    loss: Callable[[Array, NDArray[np.intp]], Array],
    recipe: Recipe,
) -> Layers:
    """Adam with a warm-up and a cosine; `loss` gives the slope at the outputs for a batch."""
    draw = np.random.default_rng(recipe.seed)
    z = np.clip(z, -_LIMIT, _LIMIT).astype(np.float32)
    layers = _start(draw, (z.shape[1], *recipe.hidden, outputs))
    flat = [part for layer in layers for part in layer]
    first, second = [np.zeros_like(p) for p in flat], [np.zeros_like(p) for p in flat]
    step, steps = 0, recipe.epochs * (len(z) // _BATCH)
    for _ in range(recipe.epochs):
        order = draw.permutation(len(z))
        for start in range(0, len(z) - _BATCH + 1, _BATCH):
            pick = order[start : start + _BATCH]
            part = z[pick] + recipe.noise * draw.standard_normal((_BATCH, z.shape[1]), dtype=np.float32)
            if swap is not None:
                part = np.concatenate([part, part[:, swap]])
            step += 1
            rate = recipe.rate * min(step / (0.1 * steps), 0.5 * (1 + np.cos(np.pi * step / steps)))
            slopes = _slopes(
                part,
                layers,
                lambda out, pick=pick: loss(out, pick) / _BATCH,
                dropout=recipe.dropout,
                draw=draw,
            )
            for k, (p, g) in enumerate(zip(flat, slopes, strict=True)):
                first[k] = 0.9 * first[k] + 0.1 * g
                second[k] = 0.999 * second[k] + 0.001 * g * g
                move = first[k] / (1 - 0.9**step) / (np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8)
                p[:] -= rate * (move + recipe.decay * p * (p.ndim == 2))
    return layers


def _start(draw: np.random.Generator, sizes: tuple[int, ...]) -> Layers:
    layers = [
        ((draw.normal(size=(a, b)) * np.sqrt(2 / a)).astype(np.float32), np.zeros(b, np.float32))
        for a, b in itertools.pairwise(sizes)
    ]
    layers[-1][0][:] *= 0.3
    layers[-1][1][:] -= 2
    return layers


def _slopes(
    part: Array, layers: Layers, loss: Callable[[Array], Array], *, dropout: float, draw: np.random.Generator
) -> list[Array]:
    acts, masks = [part], []
    for weight, bias in layers[:-1]:
        hidden = acts[-1] @ weight + bias
        mask = (hidden > 0).astype(np.float32)
        if dropout:
            mask *= (draw.random(hidden.shape, dtype=np.float32) > dropout) / np.float32(1 - dropout)
        acts.append(hidden * mask)
        masks.append(mask)
    slope = loss(acts[-1] @ layers[-1][0] + layers[-1][1])
    slopes: list[Array] = []
    for i in range(len(layers) - 1, -1, -1):
        slopes[:0] = [acts[i].T @ slope, slope.sum(axis=0)]
        if i:
            slope = (slope @ layers[i][0].T) * masks[i - 1]
    return slopes
