"""The whole network: features of either date, compared by the decoder."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.examiner.backbone import Backbone
from training.examiner.decoder import Decoder


class Examiner(nn.Module):
    """Before and after, (n, 3, rows, cols) in -1..1, sides multiples of 16, to logits a cell of 2 x 2 pixels.

    Parameters
    ----------
    example : sequence of Tensor
        Some images of those that it will be fitted on: the decoder standardises features as they are there.
    """

    def __init__(self, example: Sequence[Tensor], width: int = 32) -> None:
        super().__init__()
        self.backbone = Backbone()
        with torch.no_grad():
            levels = [self.backbone(image) for image in example]
        joined = [torch.cat(level) for level in zip(*levels, strict=True)]
        mean = [level.mean((0, 2, 3)) for level in joined]
        spread = [level.std((0, 2, 3)) + 1e-3 for level in joined]
        self.decoder = Decoder(mean, spread, width)

    def forward(self, before: Tensor, after: Tensor) -> Tensor:
        """Return (n, 6, rows, cols): nothing (always 0) and `decoder.PLANES`."""
        number = len(before)
        levels = self.backbone(torch.cat([before, after]))
        odds = self.decoder([level[:number] for level in levels], [level[number:] for level in levels])
        return torch.cat([torch.zeros_like(odds[:, :1]), odds], dim=1)
