"""Writes the model folder: config, scheduler and ONNX weights. `python3 export.py CHECKPOINT`."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from model import EPSILON, frequencies
from onnx_writer import Graph
from shapes import SHAPES, SIZE

MODEL_DIR = Path(__file__).resolve().parent.parent


def graph(weights: dict[str, np.ndarray]) -> Graph:
    g = Graph("shape-painter")
    sample = g.input("sample", "float32", ["batch_size", 1, SIZE, SIZE])
    timestep = g.input("timestep", "float32", ["batch_size"])
    labels = g.input("class_labels", "int64", ["batch_size"])
    g.output("velocity", "float32", ["batch_size", 1, SIZE, SIZE])
    one = g.constant(np.float32([1]))
    epsilon = g.constant(np.float32([EPSILON]))
    second_axis, last_axes = g.ints(1), g.ints(2, 3)

    def weight(name: str) -> str:
        return g.constant(weights[name], name)

    def conv(x: str, name: str, stride: int = 1, size: int = 3) -> str:
        pad = size // 2
        shape = {"kernel_shape": [size, size], "pads": [pad] * 4, "strides": [stride, stride]}
        return g.op("Conv", x, weight(f"{name}.weight"), weight(f"{name}.bias"), **shape)

    def up(x: str, name: str) -> str:
        shape = {"kernel_shape": [2, 2], "strides": [2, 2]}
        return g.op("ConvTranspose", x, weight(f"{name}.weight"), weight(f"{name}.bias"), **shape)

    def linear(x: str, name: str) -> str:
        product = g.op("MatMul", x, g.constant(weights[f"{name}.weight"].T, f"{name}.weight"))
        return g.op("Add", product, weight(f"{name}.bias"))

    def silu(x: str) -> str:
        return g.op("Mul", x, g.op("Sigmoid", x))

    angles = g.op("Mul", g.op("Unsqueeze", timestep, second_axis), g.constant(frequencies().numpy(), "frequencies"))
    waves = g.op("Concat", g.op("Sin", angles), g.op("Cos", angles), axis=1)
    asked = g.op("Gather", weight("labels.weight"), labels)
    condition = silu(linear(silu(g.op("Add", linear(waves, "time"), asked)), "mix"))

    def modulated(x: str, name: str) -> str:
        width = weights[f"{name}.first.bias"].shape[0]
        parts = g.op("Unsqueeze", linear(condition, f"{name}.modulation"), last_axes)
        scale, shift = g.nodes_for(
            "Split", [parts, g.ints(width, width)], [f"{name}_scale", f"{name}_shift"], axis=1
        )
        hidden = conv(silu(x), f"{name}.first")
        mean = g.op("ReduceMean", g.op("Mul", hidden, hidden), axes=[1], keepdims=1)
        normal = g.op("Div", hidden, g.op("Sqrt", g.op("Add", mean, epsilon)))
        moved = g.op("Add", g.op("Mul", normal, g.op("Add", scale, one)), shift)
        return g.op("Add", conv(x, f"{name}.skip", size=1), conv(silu(moved), f"{name}.second"))

    fine = modulated(conv(sample, "enter"), "fine")
    middle = modulated(conv(fine, "down", stride=2), "middle")
    coarse = modulated(conv(middle, "down_again", stride=2), "coarse")
    middle = modulated(g.op("Concat", up(coarse, "up"), middle, axis=1), "middle_again")
    fine = modulated(g.op("Concat", up(middle, "up_again"), fine, axis=1), "fine_again")
    kernel = {"kernel_shape": [3, 3], "pads": [1] * 4, "strides": [1, 1]}
    g.op("Conv", silu(fine), weight("leave.weight"), weight("leave.bias"), output="velocity", **kernel)
    return g


def write_json(name: str, value: dict) -> None:
    (MODEL_DIR / name).write_text(json.dumps(value, indent=2) + "\n")


def main() -> None:
    weights = {name: value.numpy() for name, value in torch.load(sys.argv[1], map_location="cpu")["weights"].items()}
    onnx = graph(weights).serialize("inferscan shape-painter")
    (MODEL_DIR / "onnx").mkdir(exist_ok=True)
    (MODEL_DIR / "onnx" / "model.onnx").write_bytes(onnx)
    labels = {str(index): name for index, name in enumerate(SHAPES)}
    write_json(
        "config.json",
        {
            "architectures": ["ShapePainterForImageGeneration"],
            "model_type": "inferscan_shape_painter",
            "num_channels": 1,
            "image_size": SIZE,
            "id2label": labels,
            "label2id": {name: int(index) for index, name in labels.items()},
            "unconditional_label_id": len(SHAPES),
            "torch_dtype": "float32",
        },
    )
    write_json(
        "scheduler_config.json",
        {"_class_name": "RectifiedFlowEuler", "num_inference_steps": 16, "guidance_scale": 1.5, "initial_noise": "standard normal"},
    )
    print(f"onnx/model.onnx {len(onnx)} bytes")


if __name__ == "__main__":
    main()
