"""The decoder as an ONNX graph with a key/value cache, inputs and outputs named as Optimum names them."""

import math

import numpy as np

from llama import Config, rope_tables
from onnx_writer import ELEMENT_TYPE, Graph

MASKED = np.float32(-1e9)


def llama_graph(config: Config, weights: dict[str, np.ndarray]) -> Graph:
    g = Graph("llama")
    heads, kv_heads, width = config.num_attention_heads, config.num_key_value_heads, config.head_dim
    assert heads == kv_heads, "grouped queries are not written by this exporter"

    g.input("input_ids", "int64", ["batch_size", "sequence_length"])
    g.input("attention_mask", "int64", ["batch_size", "total_sequence_length"])
    g.input("position_ids", "int64", ["batch_size", "sequence_length"])
    g.output("logits", "float32", ["batch_size", "sequence_length", config.vocab_size])

    first_axis, second_axis = g.ints(1), g.ints(1, 2)
    split_heads, join_heads = g.ints(0, 0, heads, width), g.ints(0, 0, heads * width)
    half = g.ints(width // 2, width // 2)
    epsilon = g.constant(np.float32(config.rms_norm_eps).reshape(1))
    scale = g.constant(np.float32(1 / math.sqrt(width)).reshape(1))

    def linear(x: str, name: str) -> str:
        return g.op("MatMul", x, g.constant(weights[name].T, name))

    def rms_norm(x: str, name: str) -> str:
        mean = g.op("ReduceMean", g.op("Mul", x, x), axes=[-1], keepdims=1)
        normal = g.op("Div", x, g.op("Sqrt", g.op("Add", mean, epsilon)))
        return g.op("Mul", normal, g.constant(weights[name], name))

    def attention_bias() -> str:
        """[batch, 1, sequence, total]: 0 where a query may look, MASKED elsewhere."""
        zero, one = g.constant(np.int64(0).reshape(())), g.constant(np.int64(1).reshape(()))
        total = g.op("Gather", g.op("Shape", "attention_mask"), one, axis=0)
        sequence = g.op("Gather", g.op("Shape", "input_ids"), one, axis=0)
        keys = g.op("Range", zero, total, one)
        queries = g.op("Unsqueeze", g.op("Range", g.op("Sub", total, sequence), total, one), first_axis)
        causal = g.op("LessOrEqual", keys, queries)
        present = g.op("Unsqueeze", g.op("Cast", "attention_mask", to=ELEMENT_TYPE["bool"]), second_axis)
        allowed = g.op("And", causal, present)
        return g.op("Where", allowed, g.constant(np.zeros(1, np.float32)), g.constant(MASKED.reshape(1)))

    tables = rope_tables(config)
    cos, sin = (
        g.op("Unsqueeze", g.op("Gather", g.constant(table.numpy(), name), "position_ids"), first_axis)
        for table, name in zip(tables, ("rope_cos", "rope_sin"))
    )

    def rotate(x: str, layer_name: str) -> str:
        left, right = g.nodes_for("Split", [x, half], [f"{layer_name}_left", f"{layer_name}_right"], axis=-1)
        turned = g.op("Concat", g.op("Neg", right), left, axis=-1)
        return g.op("Add", g.op("Mul", x, cos), g.op("Mul", turned, sin))

    def heads_of(x: str) -> str:
        return g.op("Transpose", g.op("Reshape", x, split_heads), perm=[0, 2, 1, 3])

    def cached(index: int, kind: str, new: str) -> str:
        past = g.input(
            f"past_key_values.{index}.{kind}", "float32", ["batch_size", kv_heads, "past_sequence_length", width]
        )
        name = f"present.{index}.{kind}"
        g.output(name, "float32", ["batch_size", kv_heads, "total_sequence_length", width])
        return g.op("Concat", past, new, axis=2, output=name)

    bias = attention_bias()

    def attention(x: str, index: int) -> str:
        prefix = f"model.layers.{index}.self_attn"
        q = rotate(heads_of(linear(x, f"{prefix}.q_proj.weight")), f"{prefix}.q")
        k = rotate(heads_of(linear(x, f"{prefix}.k_proj.weight")), f"{prefix}.k")
        keys = cached(index, "key", k)
        values = cached(index, "value", heads_of(linear(x, f"{prefix}.v_proj.weight")))
        scores = g.op("Mul", g.op("MatMul", q, g.op("Transpose", keys, perm=[0, 1, 3, 2])), scale)
        probabilities = g.op("Softmax", g.op("Add", scores, bias), axis=-1)
        mixed = g.op("Transpose", g.op("MatMul", probabilities, values), perm=[0, 2, 1, 3])
        return linear(g.op("Reshape", mixed, join_heads), f"{prefix}.o_proj.weight")

    def mlp(x: str, index: int) -> str:
        prefix = f"model.layers.{index}.mlp"
        gate = linear(x, f"{prefix}.gate_proj.weight")
        silu = g.op("Mul", gate, g.op("Sigmoid", gate))
        return linear(g.op("Mul", silu, linear(x, f"{prefix}.up_proj.weight")), f"{prefix}.down_proj.weight")

    embedding = g.constant(weights["model.embed_tokens.weight"], "model.embed_tokens.weight")
    x = g.op("Gather", embedding, "input_ids")
    for index in range(config.num_hidden_layers):
        layer = f"model.layers.{index}"
        x = g.op("Add", x, attention(rms_norm(x, f"{layer}.input_layernorm.weight"), index))
        x = g.op("Add", x, mlp(rms_norm(x, f"{layer}.post_attention_layernorm.weight"), index))
    lm_head = g.constant(weights["lm_head.weight"].T, "lm_head.weight")
    g.op("MatMul", rms_norm(x, "model.norm.weight"), lm_head, output="logits")
    return g
