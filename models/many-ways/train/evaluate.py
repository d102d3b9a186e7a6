"""Held-out accuracy, and accuracy against tokens. `python3 evaluate.py CHECKPOINT` prints both tables and writes them into the model's
folder."""

import json
import sys
from pathlib import Path

import torch

from data import CONTEXT, DIGITS, config
from llama import LlamaForCausalLM, generate
from multiplication import answer_of, decode, encode, held_out_pairs, prompt_text, vote

FOLDER = Path(__file__).resolve().parent.parent
MAX_NEW = {False: 2 * DIGITS + 1, True: CONTEXT - 10}
CHUNK = 512
TEMPERATURE = 0.3
#: Samples that are asked for each problem, and how many of them vote.
SAMPLES, VOTES = 15, (1, 3, 5, 15)
GREEDY_PROBLEMS, VOTED_PROBLEMS = 200, 100


def load(path: str) -> tuple[LlamaForCausalLM, dict]:
    checkpoint = torch.load(path, map_location="cpu")
    model = LlamaForCausalLM(config())
    model.load_state_dict(checkpoint["weights"])
    return model.eval(), checkpoint["training"]


def texts(model, pairs, reasoning: bool, temperature=0.0, generator=None) -> list[str]:
    """The model's text for each pair, <eos> included where it came to it, in the order of pairs."""
    by_length: dict[int, list[int]] = {}
    prompts = [encode(prompt_text(a, b, reasoning)) for a, b in pairs]
    for index, prompt in enumerate(prompts):
        by_length.setdefault(len(prompt), []).append(index)
    out = [""] * len(pairs)
    for indices in by_length.values():
        for start in range(0, len(indices), CHUNK):
            part = indices[start : start + CHUNK]
            rows = generate(model, [prompts[i] for i in part], MAX_NEW[reasoning], temperature, generator)
            for index, row in zip(part, rows):
                out[index] = decode(row)
    return out


def greedy_table(model) -> list[dict]:
    rows = []
    for digits in range(1, DIGITS + 1):
        pairs = held_out_pairs(digits, GREEDY_PROBLEMS)
        right = {
            name: sum(answer_of(t) == str(a * b) for (a, b), t in zip(pairs, texts(model, pairs, reasoning)))
            for name, reasoning in (("direct", False), ("reasoning", True))
        }
        rows.append({"digits": f"{digits}x{digits}", "n": len(pairs), **right})
    return rows


def curve(model) -> list[dict]:
    """Accuracy against generated tokens a problem: at once, reasoned greedily, and by the vote of several samples."""
    pairs = held_out_pairs(DIGITS, VOTED_PROBLEMS)
    wanted = [str(a * b) for a, b in pairs]
    rows = []
    for name, reasoning in (("direct", False), ("reasoning", True)):
        found = texts(model, pairs, reasoning)
        right = sum(answer_of(text) == want for text, want in zip(found, wanted))
        rows.append(row(name, right, len(pairs), sum(len(encode(text)) for text in found)))
    generator = torch.Generator().manual_seed(7)
    samples = texts(model, [pair for pair in pairs for _ in range(SAMPLES)], True, TEMPERATURE, generator)
    for votes in VOTES:
        right = tokens = 0
        for index, want in enumerate(wanted):
            chosen = samples[index * SAMPLES : index * SAMPLES + votes]
            right += vote([answer_of(text) for text in chosen]) == want
            tokens += sum(len(encode(text)) for text in chosen)
        rows.append(row("one sample" if votes == 1 else f"vote of {votes}", right, len(pairs), tokens))
    return rows


def row(method: str, right: int, n: int, tokens: int) -> dict:
    return {"method": method, "n": n, "right": right, "tokens": round(tokens / n, 1)}


def print_tables(greedy: list[dict], voted: list[dict]) -> None:
    print("| digits | held-out problems | direct | reasoning |\n| --- | --- | --- | --- |")
    for entry in greedy:
        direct, reasoning = (f"{100 * entry[key] / entry['n']:.1f} %" for key in ("direct", "reasoning"))
        print(f"| {entry['digits']} | {entry['n']} | {direct} | {reasoning} |")
    print("\n| method | tokens a problem | right |\n| --- | --- | --- |")
    for entry in voted:
        print(f"| {entry['method']} | {entry['tokens']} | {100 * entry['right'] / entry['n']:.1f} % |")


def main() -> None:
    torch.set_num_threads(1)
    model, training = load(sys.argv[1])
    greedy, voted = greedy_table(model), curve(model)
    print_tables(greedy, voted)
    metrics = {"training": training, "greedy": greedy, "voted": {"temperature": TEMPERATURE, "methods": voted}}
    (FOLDER / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")


if __name__ == "__main__":
    main()
