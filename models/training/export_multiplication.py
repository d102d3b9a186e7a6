"""Writes the folder of a multiplication model: config, tokenizer, chat template and ONNX weights."""

import json
from pathlib import Path

import numpy as np

from llama import Config
from llama_graph import llama_graph
from multiplication import BOS, EOS, PAD, SPECIAL, THINK, TOKEN_ID

CHAT_TEMPLATE = (
    "{%- set question = messages[-1]['content'] | trim -%}"
    "{{- bos_token + question -}}"
    "{%- if not question.endswith('=') -%}{{- '=' -}}{%- endif -%}"
    "{%- if enable_thinking is defined and enable_thinking -%}{{- '<think>' -}}{%- endif -%}"
)


def tokenizer() -> dict:
    """One token per character; spaces vanish and the typographic times sign counts as an asterisk."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": index,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": index < THINK,
            }
            for index, token in enumerate(SPECIAL)
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": ""},
                {"type": "Replace", "pattern": {"String": "×"}, "content": "*"},
            ],
        },
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": "[\\s\\S]"},
            "behavior": "Isolated",
            "invert": False,
        },
        "post_processor": None,
        "decoder": {"type": "Fuse"},
        "model": {"type": "WordLevel", "vocab": TOKEN_ID, "unk_token": "<unk>"},
    }


def tokenizer_config(config: Config) -> dict:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "model_max_length": config.max_position_embeddings,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }


def write_model(folder: Path, config: Config, weights: dict[str, np.ndarray], max_new_tokens: int) -> None:
    def write_json(name: str, value: dict) -> None:
        (folder / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    onnx = llama_graph(config, weights).serialize(f"inferscan {folder.resolve().name}")
    (folder / "onnx").mkdir(exist_ok=True)
    (folder / "onnx" / "model.onnx").write_bytes(onnx)
    (folder / "config.json").write_text(config.to_json())
    write_json("tokenizer.json", tokenizer())
    write_json("tokenizer_config.json", tokenizer_config(config))
    write_json(
        "generation_config.json",
        {
            "bos_token_id": BOS,
            "eos_token_id": EOS,
            "pad_token_id": PAD,
            "do_sample": False,
            "max_new_tokens": max_new_tokens,
        },
    )
    print(f"onnx/model.onnx {len(onnx)} bytes")
