"""A network's first layer, fed with pixels as decoders give them.

Preprocessing is a shift and a scale for each colour; so is what a convolution does with its
weights. Where no padding comes between (zeros are not black), the one is put into the other: for
a ViT-B/32 that saves a twentieth of all the work, and bytes stay bytes up to the multiplication.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import tower
from clipdesk.core.types import ImageSpec

if TYPE_CHECKING:
    import openvino

_WHITE = 255
_NHWC_TO_NCHW = (0, 3, 1, 2)
_LEVELS = 127


def takes_bytes(model: "openvino.Model", spec: ImageSpec) -> "openvino.Model":
    """Let a tower of float (n, 3, size, size) take uint8 (n, size, size, 3), 0–255, instead."""
    first = _first(model.get_parameters()[0])
    return _folded(model, first, spec) if first else _preprocessed(model, spec)


def in_bytes(model: "openvino.Model") -> None:
    """Let the first layer multiply bytes by bytes, where nothing is done with pixels before.

    Pixels are bytes, so nothing is lost of them; of the weights, what rounding takes.
    """
    first = _first(model.get_parameters()[0])
    if first is None:
        return
    op = tower.load().opset13
    weights = _numbers(first.input_value(1).get_node())
    steps = np.abs(weights).max(axis=(1, 2, 3), keepdims=True) / _LEVELS
    steps = np.maximum(steps, np.finfo(np.float32).tiny)
    whole = np.rint(weights / steps).astype(np.int8)
    low, high = np.float32(0), np.float32(_WHITE)
    seen = op.fake_quantize(first.input_value(0), low, high, low, high, _WHITE + 1)
    kept = op.multiply(op.convert(op.constant(whole), "f32"), op.constant(steps))
    _replace(first, op.convolution(seen, kept, *_geometry(first)))
    model.validate_nodes_and_infer_types()


def _first(pixels: Any) -> Any | None:
    """The convolution that alone makes something of the pixels, if it looks at nothing else."""
    readers = _readers(pixels)
    while len(readers) == 1 and readers[0].get_type_name() in ("Transpose", "Convert"):
        readers = _readers(readers[0])
    found = [node for node in readers if node.get_type_name() == "Convolution"]
    if len(found) != 1 or any(_padding(found[0])):
        return None
    return found[0] if _is_constant(found[0].input_value(1).get_node()) else None


def _folded(model: "openvino.Model", first: Any, spec: ImageSpec) -> "openvino.Model":
    ov = tower.load()
    op = ov.opset13
    mean = np.reshape(spec.mean, (1, 3, 1, 1)).astype(np.float32)
    std = np.reshape(spec.std, (1, 3, 1, 1)).astype(np.float32)
    weights = _numbers(first.input_value(1).get_node()) / std
    shift = -(weights * mean).sum(axis=(1, 2, 3)).reshape(1, -1, 1, 1)
    old = model.get_parameters()[0]
    pixels = op.parameter([-1, spec.size, spec.size, 3], ov.Type.u8, old.get_friendly_name())
    turned = op.transpose(pixels, np.array(_NHWC_TO_NCHW))
    # Divided afterwards: weights as small as that would be rough in halves.
    made = op.convolution(op.convert(turned, "f32"), op.constant(weights), *_geometry(first))
    made = op.add(op.multiply(made, op.constant(np.float32(1 / _WHITE))), op.constant(shift))
    _replace(first, made)
    for reader in old.output(0).get_target_inputs():  # who asks how many there are
        reader.replace_source_output(turned.output(0))
    built: openvino.Model = ov.Model(model.get_results(), [pixels], model.get_friendly_name())
    return built


def _preprocessed(model: "openvino.Model", spec: ImageSpec) -> "openvino.Model":
    ov = tower.load()
    steps = ov.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    steps.input().model().set_layout(ov.Layout("NCHW"))
    # Turned while they are bytes: each colour by itself is quicker to shift and to scale.
    turned = steps.input().preprocess().convert_layout(ov.Layout("NCHW"))
    turned.convert_element_type(ov.Type.f32).mean([_WHITE * mean for mean in spec.mean]).scale(
        [_WHITE * std for std in spec.std]
    )
    built: openvino.Model = steps.build()
    return built


def _readers(node: Any) -> list[Any]:
    """Who uses what a node makes, but for those that only ask for its shape."""
    nodes = [target.get_node() for target in node.output(0).get_target_inputs()]
    return [node for node in nodes if node.get_type_name() != "ShapeOf"]


def _replace(node: Any, by: Any) -> None:
    for reader in node.output(0).get_target_inputs():
        reader.replace_source_output(by.output(0))


def _padding(convolution: Any) -> list[int]:
    told = convolution.get_attributes()
    return [*told["pads_begin"], *told["pads_end"]]


def _geometry(convolution: Any) -> list[Any]:
    told = convolution.get_attributes()
    return [told[name] for name in ("strides", "pads_begin", "pads_end", "dilations")]


def _is_constant(node: Any) -> bool:
    if node.get_type_name() == "Convert":
        node = node.input_value(0).get_node()
    return bool(node.get_type_name() == "Constant")


def _numbers(node: Any) -> NDArray[np.float32]:
    if node.get_type_name() == "Convert":  # they are kept in halves
        node = node.input_value(0).get_node()
    return np.array(node.data, np.float32)
