"""Held-out accuracy, greedy, by size of the factors. `python3 evaluate.py CHECKPOINT` prints the table and writes it."""

import json
import random
import sys
from pathlib import Path

import torch

from data import CONFIG, held_out_pairs
from llama import LlamaForCausalLM, generate
from multiplication import decode, encode, prompt_text

SIZES = [(1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (3, 2), (2, 3)]
MAX_NEW = {False: 8, True: 40}
MODEL_DIR = Path(__file__).resolve().parent.parent


def answers(model, pairs, reasoning: bool) -> list[str]:
    """The model's greedy text for each pair, without <eos>, in the order of pairs."""
    by_length: dict[int, list[int]] = {}
    prompts = [encode(prompt_text(a, b, reasoning)) for a, b in pairs]
    for index, prompt in enumerate(prompts):
        by_length.setdefault(len(prompt), []).append(index)
    texts = [""] * len(pairs)
    for indices in by_length.values():
        rows = generate(model, [prompts[i] for i in indices], MAX_NEW[reasoning])
        for index, row in zip(indices, rows):
            texts[index] = decode(row).removesuffix("<eos>")
    return texts


def is_right(pair: tuple[int, int], text: str) -> bool:
    return text.rsplit("</think>", 1)[-1] == str(pair[0] * pair[1])


def sample_pairs(size: tuple[int, int], limit: int) -> list[tuple[int, int]]:
    pairs = held_out_pairs(*size)
    return pairs if len(pairs) <= limit else random.Random(f"{size}").sample(pairs, limit)


def accuracy_table(model, limit: int) -> list[dict]:
    """One row per size and one for all of them; n is the number of held-out problems asked."""
    rows, total = [], {"n": 0, "direct": 0, "reasoning": 0}
    for size in SIZES:
        pairs = sample_pairs(size, limit)
        row = {"n": len(pairs)}
        for name, reasoning in (("direct", False), ("reasoning", True)):
            row[name] = sum(is_right(p, t) for p, t in zip(pairs, answers(model, pairs, reasoning)))
        rows.append({"size": f"{size[0]}x{size[1]}", **row})
        for key in total:
            total[key] += row[key]
    return [*rows, {"size": "all", **total}]


def format_table(rows: list[dict]) -> str:
    lines = ["| digits | held-out problems | direct | reasoning |", "| --- | --- | --- | --- |"]
    for row in rows:
        percent = {key: f"{100 * row[key] / row['n']:.1f} %" for key in ("direct", "reasoning")}
        lines.append(f"| {row['size']} | {row['n']} | {percent['direct']} | {percent['reasoning']} |")
    return "\n".join(lines)


def fixture(model, count: int) -> list[dict]:
    """Greedy outputs on held-out 3x2 and 2x3 problems, for comparison with another runtime."""
    pairs = sample_pairs((3, 2), count // 2) + sample_pairs((2, 3), count // 2)
    direct, reasoned = answers(model, pairs, False), answers(model, pairs, True)
    return [
        {"prompt": f"{a}*{b}", "product": str(a * b), "direct": d, "reasoning": r}
        for (a, b), d, r in zip(pairs, direct, reasoned)
    ]


def main() -> None:
    torch.set_num_threads(1)
    checkpoint = torch.load(sys.argv[1])
    model = LlamaForCausalLM(CONFIG)
    model.load_state_dict(checkpoint["weights"])
    model.eval()
    rows = accuracy_table(model, limit=1000)
    print(format_table(rows))
    metrics = {"training": checkpoint["training"], "decoding": "greedy", "held_out": rows}
    (MODEL_DIR / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    lines = ",\n".join(json.dumps(entry) for entry in fixture(model, 100))
    (MODEL_DIR / "greedy-outputs.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
