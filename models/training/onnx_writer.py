"""Writes ONNX files without the onnx package: the few protobuf messages that a graph needs, encoded by hand.

Field numbers are those of onnx.proto3; see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
"""

import struct

import numpy as np

IR_VERSION, OPSET = 8, 17
ELEMENT_TYPE = {"float32": 1, "int64": 7, "bool": 9}
INT, FLOAT, INTS = 2, 1, 7
VARINT, FIXED32, BYTES = 0, 5, 2


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number: int, value) -> bytes:
    """One protobuf field: int as varint, float as fixed32, str and bytes length-delimited."""
    if isinstance(value, int):
        return varint(number << 3 | VARINT) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | FIXED32) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | BYTES) + varint(len(data)) + data


def attribute(name: str, value) -> bytes:
    if isinstance(value, list):
        return field(1, name) + b"".join(field(8, item) for item in value) + field(20, INTS)
    if isinstance(value, float):
        return field(1, name) + field(2, value) + field(20, FLOAT)
    return field(1, name) + field(3, value) + field(20, INT)


def tensor(name: str, array: np.ndarray) -> bytes:
    dims = b"".join(field(1, size) for size in array.shape)
    little_endian = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    return dims + field(2, ELEMENT_TYPE[array.dtype.name]) + field(8, name) + field(9, little_endian.tobytes())


def value_info(name: str, element: str, dims: list) -> bytes:
    shape = b"".join(field(1, field(2, d) if isinstance(d, str) else field(1, d)) for d in dims)
    return field(1, name) + field(2, field(1, field(1, ELEMENT_TYPE[element]) + field(2, shape)))


class Graph:
    """Collects nodes in execution order; every method that adds a value returns the value's name."""

    def __init__(self, name: str):
        self.name = name
        self.nodes: list[bytes] = []
        self.initializers: list[bytes] = []
        self.inputs: list[bytes] = []
        self.outputs: list[bytes] = []

    def input(self, name: str, element: str, dims: list) -> str:
        self.inputs.append(value_info(name, element, dims))
        return name

    def output(self, name: str, element: str, dims: list) -> None:
        self.outputs.append(value_info(name, element, dims))

    def constant(self, array: np.ndarray, name: str | None = None) -> str:
        name = name or f"const_{len(self.initializers)}"
        self.initializers.append(tensor(name, array))
        return name

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def nodes_for(self, op: str, inputs: list[str], outputs: list[str], **attributes) -> list[str]:
        self.nodes.append(
            b"".join(field(1, name) for name in inputs)
            + b"".join(field(2, name) for name in outputs)
            + field(3, f"{op}_{len(self.nodes)}")
            + field(4, op)
            + b"".join(field(5, attribute(key, value)) for key, value in attributes.items())
        )
        return outputs

    def op(self, op: str, *inputs: str, output: str | None = None, **attributes) -> str:
        output = output or f"{op}_{len(self.nodes)}_out"
        return self.nodes_for(op, list(inputs), [output], **attributes)[0]

    def serialize(self, producer: str) -> bytes:
        body = (
            b"".join(field(1, node) for node in self.nodes)
            + field(2, self.name)
            + b"".join(field(5, item) for item in self.initializers)
            + b"".join(field(11, item) for item in self.inputs)
            + b"".join(field(12, item) for item in self.outputs)
        )
        opset = field(1, "") + field(2, OPSET)
        return field(1, IR_VERSION) + field(2, producer) + field(7, body) + field(8, opset)
