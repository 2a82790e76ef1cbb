"""Write the networks as ONNX: features of one date, and the decoder of both."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from training.examiner.backbone import Backbone
from training.examiner.decoder import Decoder

TARGET = Path(__file__).parents[2] / "src" / "sitewatch" / "models" / "examiner"


class _Features(nn.Module):
    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the levels at strides 4, 8 and 16."""
        stem, fine, middle, coarse = self.backbone(image)
        return torch.cat([functional.avg_pool2d(stem, 2), fine], dim=1), middle, coarse


class _Verdict(nn.Module):
    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, *levels: Tensor) -> Tensor:
        """Take three levels before, three after; return the shares of nothing and the four planes."""
        odds = self.decoder(levels[:3], levels[3:])
        return torch.cat([torch.zeros_like(odds[:, :1]), odds], dim=1).softmax(dim=1)


def export(backbone: Backbone, decoder: Decoder) -> None:
    """Write ``features.onnx`` and ``decoder.onnx`` into the package, large weights as float16."""
    image = torch.zeros(1, 3, 64, 64)
    features = _Features(backbone)
    levels = features(image)
    free = {2: "rows", 3: "cols"}
    _write(features, (image,), "features.onnx", inputs=["image"], axes={"image": free})
    names = [f"{date}{i}" for date in ("before", "after") for i in range(3)]
    sizes = {name: {2: f"rows{name[-1]}", 3: f"cols{name[-1]}"} for name in names}
    _write(_Verdict(decoder), (*levels, *levels), "decoder.onnx", inputs=names, axes=sizes)


def _write(
    model: nn.Module,
    example: tuple[Tensor, ...],
    name: str,
    *,
    inputs: list[str],
    axes: dict[str, dict[int, str]],
) -> None:
    path = TARGET / name
    torch.onnx.export(
        model.eval(),
        example,
        str(path),
        input_names=inputs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    onnx.save(_halved(onnx.load(str(path))), str(path))


def _halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large weights in half precision and cast them when the model is loaded: half the size."""
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == "float32" and values.size > 256:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype("float16"), f"{name}.half"))
            casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model
