"""Writes the model's folder. `python3 export.py CHECKPOINT`."""

import json
import sys
from pathlib import Path

from data import config
from evaluate import FOLDER, load, texts
from export_multiplication import write_model
from multiplication import held_out_pairs


def write_fixture(model, folder: Path) -> None:
    """Greedy outputs, for comparison with another runtime."""
    pairs = [pair for digits in (2, 3) for pair in held_out_pairs(digits, 30)]
    direct, reasoned = texts(model, pairs, False), texts(model, pairs, True)
    lines = ",\n".join(
        json.dumps({"prompt": f"{a}*{b}", "product": str(a * b), "direct": d, "reasoning": r})
        for (a, b), d, r in zip(pairs, direct, reasoned)
    )
    (folder / "greedy-outputs.json").write_text(f"[\n{lines}\n]\n")


def main() -> None:
    model, _ = load(sys.argv[1])
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    write_model(FOLDER, config(), weights, max_new_tokens=118)
    write_fixture(model, FOLDER)


if __name__ == "__main__":
    main()
