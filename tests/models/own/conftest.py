"""Small real networks in ONNX files: what a user would bring, with an arithmetic that numpy can repeat."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, checker, helper, save

BASIS: dict[str, Any] = {
    "bands": ["red", "green", "blue"],
    "normalisation": {"method": "min_max", "low": [0, 0, 0], "high": [1, 1, 1]},
    "layout": "two_inputs",
    "tile": 32,
    "overlap": 8,
    "classes": ["construction"],
    "activation": "sigmoid",
}
GAIN, EVEN = 20.0, 0.2

Make = Callable[..., Path]


def difference(
    folder: Path, *, stacked: bool = False, box: int = 1, side: Any = "side", opset: int = 17
) -> Path:
    """Write a network: ``GAIN * (mean over bands of |after - before|, over a box, - EVEN)`` a pixel."""
    bands = len(BASIS["bands"])
    names = ["before", "after"]
    if stacked:
        start = (
            [helper.make_node("Split", ["both"], names, axis=1, num_outputs=2)]
            if opset >= 18
            else [helper.make_node("Split", ["both", "halves"], names, axis=1)]
        )
        puts = [helper.make_tensor_value_info("both", TensorProto.FLOAT, [1, 2 * bands, side, side])]
    else:
        start = []
        puts = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, bands, side, side]) for n in names]
    kernel = np.full((1, bands, box, box), 1 / (bands * box * box), np.float32)
    nodes = [
        *start,
        helper.make_node("Sub", ["after", "before"], ["change"]),
        helper.make_node("Abs", ["change"], ["size"]),
        helper.make_node("Conv", ["size", "kernel"], ["mean"], pads=[box // 2] * 4),
        helper.make_node("Sub", ["mean", "even"], ["above"]),
        helper.make_node("Mul", ["above", "gain"], ["logit"]),
    ]
    constants = [
        helper.make_tensor("kernel", TensorProto.FLOAT, kernel.shape, kernel.ravel().tolist()),
        helper.make_tensor("even", TensorProto.FLOAT, [], [EVEN]),
        helper.make_tensor("gain", TensorProto.FLOAT, [], [GAIN]),
        helper.make_tensor("halves", TensorProto.INT64, [2], [bands, bands]),
    ]
    out = helper.make_tensor_value_info("logit", TensorProto.FLOAT, [1, 1, None, None])
    graph = helper.make_graph(nodes, "difference", puts, [out], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    checker.check_model(model)
    save(model, folder / "change.onnx")
    return folder / "change.onnx"


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what writes a network with its sidecar: options of `difference`, then entries of the sidecar."""

    def made(network: dict[str, Any] | None = None, **sidecar: Any) -> Path:
        path = difference(tmp_path, **(network or {}))
        path.with_suffix(".json").write_text(json.dumps({**BASIS, **sidecar}))
        return path

    return made
