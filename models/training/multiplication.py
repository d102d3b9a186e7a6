"""What every multiplication model shares: its tokens, its prompts, and which pairs of factors it never trains on."""

import hashlib
import random
from collections import Counter

SPECIAL = ["<pad>", "<bos>", "<eos>", "<unk>", "<think>", "</think>"]
TOKENS = SPECIAL + list("0123456789*+=")
TOKEN_ID = {token: index for index, token in enumerate(TOKENS)}
PAD, BOS, EOS, UNK, THINK, END_THINK = range(len(SPECIAL))
TOKEN_FIELDS = {"vocab_size": len(TOKENS), "pad_token_id": PAD, "bos_token_id": BOS, "eos_token_id": EOS}

HELD_OUT_ONE_IN = 20


def is_held_out(a: int, b: int) -> bool:
    """True for one pair in HELD_OUT_ONE_IN; a*b and b*a are always on the same side."""
    name = f"{max(a, b)}*{min(a, b)}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:4], "big") % HELD_OUT_ONE_IN == 0


def held_out_pairs(digits: int, count: int) -> list[tuple[int, int]]:
    """Held-out problems whose factors both have that many digits, drawn with a fixed seed."""
    rng = random.Random(f"held out {digits}")
    pairs: set[tuple[int, int]] = set()
    low = 0 if digits == 1 else 10 ** (digits - 1)
    # Of one-digit factors hardly any are held out.
    for _ in range(count * 200):
        a, b = rng.randrange(low, 10**digits), rng.randrange(low, 10**digits)
        if is_held_out(a, b):
            pairs.add((a, b))
        if len(pairs) == count:
            break
    return sorted(pairs)


def prompt_text(a: int, b: int, reasoning: bool) -> str:
    return f"<bos>{a}*{b}=" + ("<think>" if reasoning else "")


def column(value: int, width: int) -> str:
    """The digits of a value, the least significant first, padded to a width."""
    return f"{value:0{width}d}"[::-1]


def encode(text: str) -> list[int]:
    ids, at = [], 0
    while at < len(text):
        token = text[at]
        if token == "<":
            token = text[at : text.index(">", at) + 1]
        ids.append(TOKEN_ID[token])
        at += len(token)
    return ids


def decode(ids: list[int]) -> str:
    return "".join(TOKENS[index] for index in ids)


def training_rows(texts: list[tuple[str, str]], width: int | None = None) -> tuple[list[list[int]], list[list[int]]]:
    """Token rows of prompts and completions, padded to one length, and their targets (PAD where no loss is due).

    width: of the rows; without it, what the longest needs.
    """
    pairs = [(encode(prompt), encode(completion)) for prompt, completion in texts]
    length = (width or max(len(prompt) + len(completion) for prompt, completion in pairs) - 1) + 1
    inputs, targets = [], []
    for prompt, completion in pairs:
        padding = [PAD] * (length - len(prompt) - len(completion))
        inputs.append((prompt + completion + padding)[:-1])
        targets.append(([PAD] * len(prompt) + completion + padding)[1:])
    return inputs, targets


def answer_of(text: str) -> str:
    return text.removesuffix("<eos>").rsplit("</think>", 1)[-1]


def vote(answers: list[str]) -> str:
    """The answer given most often; the first of those given equally often."""
    counts = Counter(answers)
    return max(answers, key=lambda answer: counts[answer])
