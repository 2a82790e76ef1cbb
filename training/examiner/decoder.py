"""The siamese decoder: features of both dates to logits a cell, exactly symmetric in time.

One network looks at (earlier, later) and says what is *removed* and what is *burned*; the same network looks
at (later, earlier), where what it calls removed was *built*, and what it calls burned grew back. What changed
and is neither is *other*: the mean of both looks.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

# Planes of the result.
PLANES = ("removed", "burned", "built", "regrown", "other")


class Decoder(nn.Module):
    """Features at falling resolution (each half of the one before) to (n, 5, rows, cols) at the finest.

    Parameters
    ----------
    mean, spread : sequence of (channels,) tensors, one a level
        Of the features to begin with: they are standardised by these.
    width : int
        Channels within.
    """

    def __init__(self, mean: Sequence[Tensor], spread: Sequence[Tensor], width: int = 32) -> None:
        super().__init__()
        self.levels = nn.ModuleList(_Level(m, s, width) for m, s in zip(mean, spread, strict=True))
        depth = len(self.levels)
        self.blend = nn.ModuleList(_Residual(width) for _ in range(depth))
        self.last = _Residual(width)
        self.out = nn.Conv2d(width, 3, 1)
        nn.init.constant_(self.out.bias, -3.0)

    def forward(self, before: Sequence[Tensor], after: Sequence[Tensor]) -> Tensor:
        """Return logits against "nothing", which has logit 0, in the order of `PLANES`."""
        seen = [level.look(a) for level, a in zip(self.levels, before, strict=True)]
        then = [level.look(a) for level, a in zip(self.levels, after, strict=True)]
        forth, back = self._ordered(seen, then), self._ordered(then, seen)
        other = (forth[:, 2:] + back[:, 2:]) / 2
        return torch.cat([forth[:, :2], back[:, :2], other], dim=1)

    def _ordered(self, first: Sequence[Tensor], second: Sequence[Tensor]) -> Tensor:
        x: Tensor | None = None
        for level, blend, a, b in reversed(list(zip(self.levels, self.blend, first, second, strict=True))):
            joined = level.join(a, b)
            if x is not None:
                joined = joined + functional.interpolate(
                    x, scale_factor=2.0, mode="bilinear", align_corners=False
                )
            x = blend(joined)
        if x is None:
            raise ValueError("a decoder needs at least one level")
        return self.out(self.last(x))


class _Level(nn.Module):
    def __init__(self, mean: Tensor, spread: Tensor, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", mean[:, None, None].clone())
        self.register_buffer("scale", 1 / spread[:, None, None])
        self.project = nn.Conv2d(len(mean), width, 1)
        self.fuse = nn.Conv2d(3 * width, width, 1)

    def look(self, features: Tensor) -> Tensor:
        return functional.relu(self.project(((features - self.mean) * self.scale).clamp(-5, 5)))

    def join(self, first: Tensor, second: Tensor) -> Tensor:
        return functional.relu(self.fuse(torch.cat([first, second, (first - second).abs()], dim=1)))


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(width, width, 3, padding=1)
        self.two = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.two(functional.relu(self.one(x))))
