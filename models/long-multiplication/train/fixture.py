"""Greedy outputs, for comparison with another runtime. `python3 fixture.py CHECKPOINT FOLDER` writes them, on the CPU."""

import json
import sys
from pathlib import Path

import torch

from data import config_of
from evaluate import texts
from llama import LlamaForCausalLM
from multiplication import held_out_pairs


def main() -> None:
    checkpoint = torch.load(sys.argv[1], map_location="cpu")
    model = LlamaForCausalLM(config_of(checkpoint["training"]["width"]))
    model.load_state_dict(checkpoint["weights"])
    model.eval()
    pairs = [pair for digits in (3, 4, 5) for pair in held_out_pairs(digits, 20)]
    direct, reasoned = texts(model, pairs, False), texts(model, pairs, True)
    lines = ",\n".join(
        json.dumps({"prompt": f"{a}*{b}", "product": str(a * b), "direct": d, "reasoning": r})
        for (a, b), d, r in zip(pairs, direct, reasoned)
    )
    (Path(sys.argv[2]) / "greedy-outputs.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
