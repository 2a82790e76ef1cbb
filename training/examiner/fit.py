"""Fitting: backbone and decoder together, on sets of possibilities, with a running mean of the weights."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.examiner.crops import Crops
from training.examiner.labels import BUILT, BURNED, NOTHING, OTHER, REGROWN, REMOVED, WORDS
from training.examiner.network import Examiner
from training.examiner.scenes import Scene

# A cell that changed weighs more than one of the many that did not.
_CHANGED = 2.0
_OVERLAP = 0.2
_EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast: what was tried is in docs/method/examiner.md."""

    steps: int = 1300
    batch: int = 8
    backbone_rate: float = 3e-4
    decoder_rate: float = 3e-3
    decay: float = 1e-2
    # Share of the weights of a step before that the running mean keeps.
    keeps: float = 0.99


def fit(scenes: Sequence[Scene], seed: int, course: Course, say: Callable[[str], None]) -> Examiner:
    """Fit on crops of some scenes; the mean of the last hundreds of steps' weights is what is returned."""
    torch.manual_seed(seed)
    crops = Crops(scenes, seed)
    model = Examiner([torch.from_numpy(crops.batch(course.batch)[0]) for _ in range(_EXAMPLES)])
    model = model.to(memory_format=torch.channels_last).train()
    mean = copy.deepcopy(model)
    groups = [
        {"params": model.backbone.parameters(), "lr": course.backbone_rate},
        {"params": model.decoder.parameters(), "lr": course.decoder_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=course.decay)
    rates = [course.backbone_rate, course.decoder_rate]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=course.steps)
    lately = 0.0
    for step in range(1, course.steps + 1):
        before, after, sets = (torch.from_numpy(part) for part in crops.batch(course.batch))
        dates = [date.contiguous(memory_format=torch.channels_last) for date in (before, after)]
        loss = set_loss(model(*dates), sets)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        _follow(mean, model, min(course.keeps, step / (step + 10)))
        lately += float(loss.detach())
        if step % 100 == 0:
            say(f"  step {step} of {course.steps}: loss {lately / 100:.4f}")
            lately = 0.0
    return mean.eval()


def _follow(mean: Examiner, model: Examiner, keeps: float) -> None:
    with torch.no_grad():
        for old, new in zip(mean.parameters(), model.parameters(), strict=True):
            old.lerp_(new, 1 - keeps)


def set_loss(odds: Tensor, sets: Tensor) -> Tensor:
    """Minus the logarithm of the probability of all that is possible, and how badly each plane overlaps.

    Parameters
    ----------
    odds : (n, 6, rows, cols)
    sets : (n, rows, cols) uint8
        `labels.possible`, on cells. Where everything is possible nothing is asked.
    """
    planes = torch.arange(len(WORDS))[None, :, None, None]
    allowed = (sets[:, None].long() >> planes) & 1 == 1
    whole = odds.logsumexp(dim=1)
    right = odds.masked_fill(~allowed, -torch.inf).logsumexp(dim=1)
    certain = ~allowed[:, NOTHING]
    weight = torch.where(certain, _CHANGED, 1.0) * (~allowed.all(dim=1))
    loss = ((whole - right) * weight).sum() / weight.sum().clamp(min=1)
    shares = odds.softmax(dim=1)
    alone = allowed.sum(dim=1) == 1
    for plane in (REMOVED, BURNED, BUILT, REGROWN, OTHER):
        true = (allowed[:, plane] & alone).float()
        told = shares[:, plane] * (alone | ~allowed[:, plane])
        loss = loss + _OVERLAP * (1 - 2 * (told * true).sum() / (told.sum() + true.sum() + 20)) * (
            true.sum() > 0
        )
    return loss
