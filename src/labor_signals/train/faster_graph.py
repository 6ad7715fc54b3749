"""An ONNX graph rewritten so that onnxruntime has less to compute; what comes out is the same up to rounding."""

from typing import Final

import numpy as np
import onnx
from onnx import helper, numpy_helper

from labor_signals.tag.onnx_runner import SEGMENT_PIECES, SEGMENTS
from labor_signals.tag.packed_model import FIRST_PIECES_ONLY

ATTENTION: Final = "MultiHeadAttention"
OF_ONNXRUNTIME: Final = "com.microsoft"
PIECES, QUERIES_AND_KEYS = "axis_of_pieces", "axes_of_queries_and_keys"


def in_segments(graph: onnx.GraphProto) -> None:
    """Has pieces read in segments, each of which looks no further than to the end of its last utterance.

    An utterance never sees a later one, so that nearly half of the attention would be computed for nothing. Segments
    begin at fixed places, so that later talk changes nothing in how an earlier piece is computed. Where each one stops
    looking is a further input, `ends`.
    """
    attention = [node for node in graph.node if node.op_type == ATTENTION][:-FIRST_PIECES_ONLY]
    graph.input.append(helper.make_tensor_value_info("ends", onnx.TensorProto.INT64, [SEGMENTS]))
    _constant(graph, PIECES, np.array([1]))
    _constant(graph, QUERIES_AND_KEYS, np.array([2, 3]))
    for number in range(SEGMENTS + 1):
        _constant(graph, f"border_{number}", np.array([number * SEGMENT_PIECES]))
    _constant(graph, "one_each", np.ones(SEGMENTS, dtype=np.int64))
    ends = [f"end_{number}" for number in range(SEGMENTS)]
    split = helper.make_node("Split", ["ends", "one_each"], ends)
    new, biases = [split], dict[str, list[str]]()
    for node in attention:
        query, key, value, _, _, seen = node.input
        found = [f"{node.output[0]}_segment_{number}" for number in range(SEGMENTS)]
        if seen not in biases:
            biases[seen] = [f"{seen}_segment_{number}" for number in range(SEGMENTS)]
            for number, bias in enumerate(biases[seen]):
                _constant(graph, f"begin_{number}", np.array([number * SEGMENT_PIECES, 0]))
                new.append(helper.make_node("Concat", [f"border_{number + 1}", ends[number]], [f"{bias}_end"], axis=0))
                new.append(_slice(seen, f"begin_{number}", f"{bias}_end", QUERIES_AND_KEYS, bias))
        for number, (out, bias) in enumerate(zip(found, biases[seen], strict=True)):
            new.append(_slice(query, f"border_{number}", f"border_{number + 1}", PIECES, f"{out}_query"))
            new += [
                _slice(part, "border_0", ends[number], PIECES, f"{out}_{name}")
                for part, name in ((key, "key"), (value, "value"))
            ]
            inputs = [f"{out}_query", f"{out}_key", f"{out}_value", "", "", bias]
            part = helper.make_node(ATTENTION, inputs, [out], domain=OF_ONNXRUNTIME, name=out)
            part.attribute.extend(node.attribute)
            new.append(part)
        new.append(helper.make_node("Concat", found, [node.output[0]], axis=1))
    _replace(graph, attention, new)


def with_bias(graph: onnx.GraphProto) -> None:
    """Joins each 8-bit matrix product with the bias that is added to it, which onnxruntime does not by itself.

    It would join a bias with the GELU after it, which takes twice as long as GELU alone.
    """
    made = {output: node for node in graph.node for output in node.output}
    read = {name: [node for node in graph.node if name in node.input] for name in made}
    constants = {constant.name for constant in graph.initializer}
    old, new = [], []
    for product in [node for node in graph.node if node.op_type == "MatMul"]:
        sides = [made[name] for name in product.input if name in made]
        after = read[product.output[0]]
        bias = [name for node in after for name in node.input if name in constants]
        if [side.op_type for side in sides] != ["DequantizeLinear"] * 2 or len(after) != 1 or not bias:
            continue
        inputs, out = [*(side.input[place] for place in range(3) for side in sides), bias[0]], after[0].output
        name = f"{product.name}_with_bias"
        new.append(helper.make_node("MatMulIntegerToFloat", inputs, out, domain=OF_ONNXRUNTIME, name=name))
        old += [product, after[0]]
    _replace(graph, old, new)
    # onnxruntime would go on computing, at every call, what is restored from 8 bits and no longer read
    read_by_now = {name for node in graph.node for name in node.input}
    idle = [node for node in graph.node if node.op_type == "DequantizeLinear" and node.output[0] not in read_by_now]
    _replace(graph, idle, [])


def _slice(data: str, begin: str, end: str, axes: str, out: str) -> onnx.NodeProto:
    return helper.make_node("Slice", [data, begin, end, axes], [out], name=out)


def _constant(graph: onnx.GraphProto, name: str, value: np.ndarray) -> None:
    graph.initializer.append(numpy_helper.from_array(value, name))


def _replace(graph: onnx.GraphProto, old: list[onnx.NodeProto], new: list[onnx.NodeProto]) -> None:
    """Takes nodes out and puts others in; nodes stay in an order in which each comes after those that it reads."""
    gone = {node.output[0] for node in old}
    left = [node for node in graph.node if node.output[0] not in gone] + new
    known = {part.name for part in (*graph.input, *graph.initializer)} | {""}
    del graph.node[:]
    while left:
        waiting = []
        for node in left:
            if set(node.input) <= known:
                graph.node.append(node)
                known.update(node.output)
            else:
                waiting.append(node)
        left = waiting
