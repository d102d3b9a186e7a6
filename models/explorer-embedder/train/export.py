"""Writes the model folder: config, tokenizer, pooling and ONNX weights. `python3 export.py CHECKPOINT`."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch

from model import Config
from onnx_writer import ELEMENT_TYPE, Graph
from tokens import tokenizer_json

MODEL_DIR = Path(__file__).resolve().parent.parent


def graph(config: Config, weights: dict[str, np.ndarray]) -> Graph:
    g = Graph("explorer-embedder")
    width, heads = config.hidden_size, config.num_attention_heads
    g.input("input_ids", "int64", ["batch_size", "sequence_length"])
    g.input("attention_mask", "int64", ["batch_size", "sequence_length"])
    g.output("last_hidden_state", "float32", ["batch_size", "sequence_length", width])
    zero, one = g.constant(np.int64(0).reshape(())), g.constant(np.int64(1).reshape(()))
    split_heads, join_heads = g.ints(0, 0, heads, width // heads), g.ints(0, 0, width)
    middle, thirds = g.ints(1, 2), g.ints(width, width, width)
    scale = g.constant(np.float32(1 / math.sqrt(width // heads)).reshape(1))

    def linear(x: str, name: str) -> str:
        product = g.op("MatMul", x, g.constant(weights[f"{name}.weight"].T, f"{name}.weight"))
        return g.op("Add", product, g.constant(weights[f"{name}.bias"], f"{name}.bias"))

    def norm(x: str, name: str, output: str | None = None) -> str:
        scale_and_bias = [g.constant(weights[f"{name}.{part}"], f"{name}.{part}") for part in ("weight", "bias")]
        return g.op("LayerNormalization", x, *scale_and_bias, output=output, axis=-1, epsilon=config.layer_norm_eps)

    def heads_of(x: str, perm: list[int]) -> str:
        return g.op("Transpose", g.op("Reshape", x, split_heads), perm=perm)

    present = g.op("Cast", g.op("Unsqueeze", "attention_mask", middle), to=ELEMENT_TYPE["float32"])
    absent = g.op("Sub", present, g.constant(np.ones(1, np.float32)))
    bias = g.op("Mul", absent, g.constant(np.full(1, 1e9, np.float32)))
    length = g.op("Gather", g.op("Shape", "input_ids"), one, axis=0)
    places = g.op("Gather", g.constant(weights["positions.weight"], "positions.weight"), g.op("Range", zero, length, one))
    x = g.op("Add", g.op("Gather", g.constant(weights["tokens.weight"], "tokens.weight"), "input_ids"), places)
    for index in range(config.num_hidden_layers):
        layer = f"layers.{index}"
        qkv = linear(norm(x, f"{layer}.attention_norm"), f"{layer}.qkv")
        q, k, v = g.nodes_for("Split", [qkv, thirds], [f"{layer}.{part}" for part in "qkv"], axis=-1)
        scores = g.op("Mul", g.op("MatMul", heads_of(q, [0, 2, 1, 3]), heads_of(k, [0, 2, 3, 1])), scale)
        mixed = g.op("MatMul", g.op("Softmax", g.op("Add", scores, bias), axis=-1), heads_of(v, [0, 2, 1, 3]))
        joined = g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), join_heads)
        x = g.op("Add", x, linear(joined, f"{layer}.out"))
        up = g.op("Relu", linear(norm(x, f"{layer}.mlp_norm"), f"{layer}.up"))
        x = g.op("Add", x, linear(up, f"{layer}.down"))
    norm(x, "norm", output="last_hidden_state")
    return g


def write_json(name: str, value: dict) -> None:
    path = MODEL_DIR / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def main() -> None:
    checkpoint = torch.load(sys.argv[1], map_location="cpu")
    config = Config(**checkpoint["config"])
    weights = {name: value.numpy() for name, value in checkpoint["weights"].items()}
    onnx = graph(config, weights).serialize("inferscan explorer-embedder")
    (MODEL_DIR / "onnx").mkdir(exist_ok=True)
    (MODEL_DIR / "onnx" / "model.onnx").write_bytes(onnx)
    write_json(
        "config.json",
        {
            "architectures": ["ExplorerEmbedderModel"],
            "model_type": "inferscan_explorer_embedder",
            **checkpoint["config"],
            "pad_token_id": 0,
            "torch_dtype": "float32",
        },
    )
    write_json("tokenizer.json", tokenizer_json(checkpoint["vocabulary"]))
    write_json(
        "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "model_max_length": config.max_position_embeddings,
            "clean_up_tokenization_spaces": False,
        },
    )
    write_json(
        "1_Pooling/config.json",
        {"word_embedding_dimension": config.hidden_size, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True},
    )
    print(f"onnx/model.onnx {len(onnx)} bytes")


if __name__ == "__main__":
    main()
