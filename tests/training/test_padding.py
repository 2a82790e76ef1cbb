"""Convolutions that pad for themselves."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from training.examiner.padding import fold_padding

from sitewatch.models import examiner


def padded(size: int, step: int) -> onnx.ModelProto:
    """Return a convolution of 16 x 16 pixels behind a padding as TensorFlow's ``SAME``."""
    both = max(size - step, 0)
    pads = np.array([0, 0, both // 2, both // 2, 0, 0, both - both // 2, both - both // 2])
    kernel = np.random.default_rng(size).normal(size=(2, 3, size, size)).astype(np.float32)
    nodes = [
        helper.make_node("Pad", ["image", "pads"], ["wide"]),
        helper.make_node(
            "Conv", ["wide", "kernel"], ["out"], kernel_shape=[size, size], strides=[step, step]
        ),
    ]
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, bands, "rows", "cols"])
        for name, bands in (("image", 3), ("out", 2))
    ]
    held = [numpy_helper.from_array(pads, "pads"), numpy_helper.from_array(kernel, "kernel")]
    graph = helper.make_graph(nodes, "padded", values[:1], values[1:], held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: onnx.ModelProto, image: np.ndarray) -> np.ndarray:
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"image": image})[0]


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("size", [1, 3, 5])
def test_a_convolution_that_pads_for_itself_gives_the_same(size: int, step: int):
    image = np.random.default_rng(0).normal(size=(1, 3, 16, 32)).astype(np.float32)
    expected = run(padded(size, step), image)
    folded = fold_padding(padded(size, step))
    assert [node.op_type for node in folded.graph.node] == ["Conv"]
    np.testing.assert_allclose(run(folded, image), expected, rtol=1e-5, atol=1e-5)


def test_the_features_that_ship_pad_for_themselves():
    model = onnx.load(str(Path(examiner.__file__).with_name("features.onnx")))
    assert {"Conv"} <= {node.op_type for node in model.graph.node}
    assert "Pad" not in {node.op_type for node in model.graph.node}
