"""Writes the model folder: config and ONNX weights. `python3 export.py CHECKPOINT`."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from environment import ACTIONS, FEATURES, SLOTS
from onnx_writer import Graph

MODEL_DIR = Path(__file__).resolve().parent.parent


def graph(weights: dict[str, np.ndarray]) -> Graph:
    g = Graph("queue-policy")
    g.input("observation", "float32", ["batch_size", ACTIONS, len(FEATURES)])
    g.output("logits", "float32", ["batch_size", ACTIONS])

    def linear(x: str, name: str) -> str:
        product = g.op("MatMul", x, g.constant(weights[f"{name}.weight"].T, f"{name}.weight"))
        return g.op("Add", product, g.constant(weights[f"{name}.bias"], f"{name}.bias"))

    each = g.op("Relu", linear("observation", "first"))
    mean = g.op("ReduceMean", each, axes=[1], keepdims=1)
    together = g.op("Expand", mean, g.op("Shape", each))
    hidden = g.op("Relu", linear(g.op("Concat", each, together, axis=-1), "second"))
    scores = linear(g.op("Relu", linear(hidden, "third")), "score")
    g.op("Squeeze", scores, g.ints(2), output="logits")
    return g


def main() -> None:
    weights = {name: value.numpy() for name, value in torch.load(sys.argv[1], map_location="cpu")["weights"].items()}
    onnx = graph(weights).serialize("inferscan queue-policy")
    (MODEL_DIR / "onnx").mkdir(exist_ok=True)
    (MODEL_DIR / "onnx" / "model.onnx").write_bytes(onnx)
    actions = {str(slot): f"admit {slot}" for slot in range(SLOTS)} | {str(SLOTS): "wait"}
    config = {
        "architectures": ["QueuePolicyForAction"],
        "model_type": "inferscan_queue_policy",
        "observation_shape": [ACTIONS, len(FEATURES)],
        "feature_names": FEATURES,
        "id2label": actions,
        "label2id": {name: int(index) for index, name in actions.items()},
        "torch_dtype": "float32",
    }
    (MODEL_DIR / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"onnx/model.onnx {len(onnx)} bytes")


if __name__ == "__main__":
    main()
