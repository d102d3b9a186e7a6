"""Held-out accuracy, and accuracy against tokens. `python3 evaluate.py CHECKPOINT FOLDER [TEMPERATURE]` prints both
tables and writes them into the model's folder."""

import json
import sys
from pathlib import Path

import torch

from data import CONTEXT, DIGITS, config_of
from llama import LlamaForCausalLM, generate
from multiplication import answer_of, decode, encode, held_out_pairs, prompt_text, vote

MAX_NEW = {False: 2 * DIGITS + 1, True: CONTEXT - 14}
CHUNK = 2048
#: Samples that are asked for each problem, and how many of them vote.
SAMPLES, VOTES = 15, (1, 3, 5, 15)
TEMPERATURE = 0.7
VOTED_DIGITS, VOTED_PROBLEMS = (4, 5), 400


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


def accuracy(model, digits: int, count: int, reasoning: bool) -> float:
    pairs = held_out_pairs(digits, count)
    found = texts(model, pairs, reasoning)
    return sum(answer_of(text) == str(a * b) for (a, b), text in zip(pairs, found)) / max(1, len(pairs))


def greedy_table(model) -> list[dict]:
    rows = []
    for digits in range(1, DIGITS + 1):
        pairs = held_out_pairs(digits, 1000)
        right = {
            name: sum(answer_of(t) == str(a * b) for (a, b), t in zip(pairs, texts(model, pairs, reasoning)))
            for name, reasoning in (("direct", False), ("reasoning", True))
        }
        rows.append({"digits": f"{digits}x{digits}", "n": len(pairs), **right})
    return rows


def curve(model, device, temperature: float) -> list[dict]:
    """Accuracy against generated tokens a problem: at once, reasoned, and by the vote of several samples."""
    rows = []
    for digits in VOTED_DIGITS:
        pairs = held_out_pairs(digits, VOTED_PROBLEMS)
        wanted = [str(a * b) for a, b in pairs]
        for name, reasoning in (("direct", False), ("reasoning", True)):
            found = texts(model, pairs, reasoning)
            right = sum(answer_of(text) == want for text, want in zip(found, wanted))
            rows.append(row(digits, name, right, len(pairs), sum(len(encode(t)) for t in found)))
        generator = torch.Generator(device=device).manual_seed(7)
        samples = texts(model, [p for p in pairs for _ in range(SAMPLES)], True, temperature, generator)
        for votes in VOTES:
            right = tokens = 0
            for index, want in enumerate(wanted):
                chosen = samples[index * SAMPLES : index * SAMPLES + votes]
                right += vote([answer_of(text) for text in chosen]) == want
                tokens += sum(len(encode(text)) for text in chosen)
            rows.append(row(digits, f"vote of {votes}", right, len(pairs), tokens))
    return rows


def row(digits: int, method: str, right: int, n: int, tokens: int) -> dict:
    return {"digits": f"{digits}x{digits}", "method": method, "n": n, "right": right, "tokens": round(tokens / n, 1)}


def print_tables(greedy: list[dict], voted: list[dict]) -> None:
    print("| digits | held-out problems | direct | reasoning |\n| --- | --- | --- | --- |")
    for entry in greedy:
        direct, reasoning = (f"{100 * entry[key] / entry['n']:.1f} %" for key in ("direct", "reasoning"))
        print(f"| {entry['digits']} | {entry['n']} | {direct} | {reasoning} |")
    print("\n| digits | method | tokens a problem | right |\n| --- | --- | --- | --- |")
    for entry in voted:
        right = f"{100 * entry['right'] / entry['n']:.1f} %"
        print(f"| {entry['digits']} | {entry['method']} | {entry['tokens']} | {right} |")


def main() -> None:
    folder, temperature = Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else TEMPERATURE
    device = "cuda" if torch.cuda.is_available() else "cpu"
    checkpoint = torch.load(sys.argv[1], map_location="cpu")
    model = LlamaForCausalLM(config_of(checkpoint["training"].get("width", 96)))
    model.load_state_dict(checkpoint["weights"])
    model.to(device).eval()
    greedy, voted = greedy_table(model), curve(model, device, temperature)
    print_tables(greedy, voted)
    metrics = {
        "training": checkpoint["training"],
        "greedy": greedy,
        "curve": {"temperature": temperature, "rows": voted},
    }
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")


if __name__ == "__main__":
    main()
