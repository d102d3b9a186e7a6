"""Writes the model folder: config, preprocessor and ONNX weights. `python3 export.py CHECKPOINT`."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from onnx_writer import Graph
from shapes import SHAPES, SIZE

MODEL_DIR = Path(__file__).resolve().parent.parent


def graph(weights: dict[str, np.ndarray]) -> Graph:
    g = Graph("shapes")
    x = g.input("pixel_values", "float32", ["batch_size", 1, SIZE, SIZE])
    g.output("logits", "float32", ["batch_size", len(SHAPES)])
    for index in range(sum(name.endswith(".weight") and name.startswith("layers.") for name in weights)):
        kernel, bias = (g.constant(weights[f"layers.{index}.{part}"], f"layers.{index}.{part}") for part in ("weight", "bias"))
        stride = 1 if index == 0 else 2
        x = g.op("Relu", g.op("Conv", x, kernel, bias, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[stride, stride]))
    pooled = g.op("ReduceMean", x, axes=[2, 3], keepdims=0)
    head = g.op("MatMul", pooled, g.constant(weights["head.weight"].T, "head.weight"))
    g.op("Add", head, g.constant(weights["head.bias"], "head.bias"), output="logits")
    return g


def write_json(name: str, value: dict) -> None:
    (MODEL_DIR / name).write_text(json.dumps(value, indent=2) + "\n")


def main() -> None:
    weights = {name: value.numpy() for name, value in torch.load(sys.argv[1], map_location="cpu")["weights"].items()}
    onnx = graph(weights).serialize("inferscan shapes")
    (MODEL_DIR / "onnx").mkdir(exist_ok=True)
    (MODEL_DIR / "onnx" / "model.onnx").write_bytes(onnx)
    labels = {str(index): name for index, name in enumerate(SHAPES)}
    write_json(
        "config.json",
        {
            "architectures": ["ShapesForImageClassification"],
            "model_type": "inferscan_shapes",
            "num_channels": 1,
            "image_size": SIZE,
            "id2label": labels,
            "label2id": {name: int(index) for index, name in labels.items()},
            "torch_dtype": "float32",
        },
    )
    write_json(
        "preprocessor_config.json",
        {
            "do_convert_grayscale": True,
            "do_resize": True,
            "size": {"height": SIZE, "width": SIZE},
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [0.5],
            "image_std": [0.5],
        },
    )
    print(f"onnx/model.onnx {len(onnx)} bytes")


if __name__ == "__main__":
    main()
