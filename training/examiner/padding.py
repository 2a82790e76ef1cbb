"""Let convolutions pad for themselves: a padding of its own makes the runtime write every plane anew."""

import onnx
from onnx import helper


def fold_padding(model: onnx.ModelProto) -> onnx.ModelProto:
    """Put what `Pad` adds in front of a convolution into the convolution, in place.

    The backbone pads as TensorFlow's ``SAME`` does, by sizes that it works out anew from each image. Where an
    image's sides are multiples of all strides together, as the examiner's are, they are always the same.

    Returns
    -------
    ModelProto
        The same model; what the paddings were worked out from is gone.
    """
    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        before = made.get(node.input[0]) if node.op_type == "Conv" else None
        if before is not None and before.op_type == "Pad":
            _pad_itself(node)
            node.input[0] = before.input[0]
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    return model


def _pad_itself(convolution: onnx.NodeProto) -> None:
    said = {each.name: helper.get_attribute_value(each) for each in convolution.attribute}
    more = [max(size - step, 0) for size, step in zip(said["kernel_shape"], said["strides"], strict=True)]
    pads = [*(both // 2 for both in more), *(both - both // 2 for both in more)]
    rest = [each for each in convolution.attribute if each.name != "pads"]
    del convolution.attribute[:]
    convolution.attribute.extend([*rest, helper.make_attribute("pads", pads)])
