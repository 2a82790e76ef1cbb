"""Write the networks as ONNX: features of one date, and the decoder of both."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.examiner.network import Examiner
from training.examiner.padding import fold_padding

TARGET = Path(__file__).parents[2] / "src" / "sitewatch" / "models" / "examiner"


class _Features(nn.Module):
    def __init__(self, examiner: Examiner) -> None:
        super().__init__()
        self.backbone = examiner.backbone

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the levels at strides 2, 4, 8 and 16."""
        return tuple(self.backbone(image))


class _Verdict(nn.Module):
    def __init__(self, examiner: Examiner) -> None:
        super().__init__()
        self.decoder = examiner.decoder

    def forward(self, *levels: Tensor) -> Tensor:
        """Take the levels before, then those after; return the shares of nothing and the five planes."""
        half = len(levels) // 2
        odds = self.decoder(levels[:half], levels[half:])
        return torch.cat([torch.zeros_like(odds[:, :1]), odds], dim=1).softmax(dim=1)


def export(examiner: Examiner, folder: Path) -> None:
    """Write ``features.onnx`` and ``decoder.onnx`` into a folder, large weights as float16."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = examiner.to(memory_format=torch.contiguous_format)
    image = torch.zeros(1, 3, 64, 64)
    features = _Features(plain)
    levels = features(image)
    free = {2: "rows", 3: "cols"}
    _write(features, (image,), folder / "features.onnx", inputs=["image"], axes={"image": free})
    names = [f"{date}{i}" for date in ("before", "after") for i in range(len(levels))]
    sizes = {name: {2: f"rows{name[-1]}", 3: f"cols{name[-1]}"} for name in names}
    _write(_Verdict(plain), (*levels, *levels), folder / "decoder.onnx", inputs=names, axes=sizes)


def _write(
    model: nn.Module,
    example: tuple[Tensor, ...],
    path: Path,
    *,
    inputs: list[str],
    axes: dict[str, dict[int, str]],
) -> None:
    torch.onnx.export(
        model.eval(),
        example,
        str(path),
        input_names=inputs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    onnx.save(_halved(fold_padding(onnx.load(str(path)))), str(path))


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
