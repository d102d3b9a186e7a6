"""Reads weights back from an ONNX file of onnx_writer.py, so that training can go on from a model that is shipped."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

#: Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer, and of TensorProto.
GRAPH, INITIALIZER = 7, 5
DIMS, DATA_TYPE, NAME, RAW_DATA = 1, 2, 8, 9
FLOAT = 1


def varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Numbers and values of a protobuf message's fields: varints, or bytes with a length, which is all that the writer uses."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            width = {1: 8, 5: 4}[tag & 7]
            value, at = data[at : at + width], at + width
        yield tag >> 3, value


def read_weights(path: Path) -> dict[str, np.ndarray]:
    """Every initializer of floats, by name, as it lies in the file."""
    graph = next(value for number, value in fields(memoryview(path.read_bytes())) if number == GRAPH)
    weights = {}
    for number, tensor in fields(graph):
        if number != INITIALIZER:
            continue
        dims: list[int] = []
        parts: dict[int, int | memoryview] = {}
        for part, value in fields(tensor):
            if part == DIMS and isinstance(value, memoryview):
                at = 0
                while at < len(value):
                    dim, at = varint(value, at)
                    dims.append(dim)
            elif part == DIMS:
                dims.append(value)
            else:
                parts[part] = value
        if parts.get(DATA_TYPE) == FLOAT and RAW_DATA in parts:
            name = bytes(parts[NAME]).decode()
            weights[name] = np.frombuffer(parts[RAW_DATA], dtype="<f4").reshape(dims).copy()
    return weights
