"""Writes the model folder: config, tokenizer, chat template and ONNX weights. `python3 export.py CHECKPOINT`."""

import json
import sys
from pathlib import Path

import torch

from data import BOS, CONFIG, EOS, PAD, SPECIAL, THINK, TOKEN_ID
from llama_graph import llama_graph
from llama import Config

MODEL_DIR = Path(__file__).resolve().parent.parent

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


def write_json(name: str, value: dict) -> None:
    (MODEL_DIR / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    weights = {name: value.numpy() for name, value in torch.load(sys.argv[1])["weights"].items()}
    onnx = llama_graph(CONFIG, weights).serialize("inferscan arithmetic")
    (MODEL_DIR / "onnx").mkdir(exist_ok=True)
    (MODEL_DIR / "onnx" / "model.onnx").write_bytes(onnx)
    (MODEL_DIR / "config.json").write_text(CONFIG.to_json())
    write_json("tokenizer.json", tokenizer())
    write_json("tokenizer_config.json", tokenizer_config(CONFIG))
    write_json(
        "generation_config.json",
        {"bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": PAD, "do_sample": False, "max_new_tokens": 48},
    )
    print(f"onnx/model.onnx {len(onnx)} bytes")


if __name__ == "__main__":
    main()
