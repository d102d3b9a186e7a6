"""Multiplication problems as text: what the model reads, what it should write, and which pairs it never trains on."""

import hashlib
import random

from llama import Config

SPECIAL = ["<pad>", "<bos>", "<eos>", "<unk>", "<think>", "</think>"]
TOKENS = SPECIAL + list("0123456789*+=")
TOKEN_ID = {token: index for index, token in enumerate(TOKENS)}
PAD, BOS, EOS, UNK, THINK, END_THINK = range(len(SPECIAL))

CONFIG = Config(
    vocab_size=len(TOKENS), max_position_embeddings=64, pad_token_id=PAD, bos_token_id=BOS, eos_token_id=EOS
)

LONG_DIGITS, SHORT_DIGITS = 3, 2
HELD_OUT_ONE_IN = 20


def is_held_out(a: int, b: int) -> bool:
    """True for one pair in HELD_OUT_ONE_IN; a*b and b*a are always on the same side."""
    name = f"{max(a, b)}*{min(a, b)}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:4], "big") % HELD_OUT_ONE_IN == 0


def prompt_text(a: int, b: int, reasoning: bool) -> str:
    return f"<bos>{a}*{b}=" + ("<think>" if reasoning else "")


def reasoning_text(a: int, b: int) -> str:
    """Columns of fixed width, least significant digit first, so that every carry flows in writing order.

    384*57 -> 483*75=8862+00291=88812: the factors reversed (the longer one first), 384*7, 384*50, their sum.
    """
    long, short = (b, a) if b >= 10**SHORT_DIGITS else (a, b)
    ones, tens = long * (short % 10), long * (short // 10) * 10

    def column(value: int, width: int) -> str:
        return f"{value:0{width}d}"[::-1]

    return (
        f"{column(long, LONG_DIGITS)}*{column(short, SHORT_DIGITS)}"
        f"={column(ones, 4)}+{column(tens, 5)}={column(a * b, 5)}"
    )


def completion_text(a: int, b: int, reasoning: bool) -> str:
    thought = reasoning_text(a, b) + "</think>" if reasoning else ""
    return f"{thought}{a * b}<eos>"


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


def draw_pair(rng: random.Random) -> tuple[int, int]:
    """A training pair: half of the draws even over values, half even over digit counts, in either order."""
    while True:
        if rng.random() < 0.5:
            a, b = rng.randrange(10**LONG_DIGITS), rng.randrange(10**SHORT_DIGITS)
        else:
            a = rng.randrange(10 ** rng.randint(1, LONG_DIGITS))
            b = rng.randrange(10 ** rng.randint(1, SHORT_DIGITS))
        if is_held_out(a, b):
            continue
        return (a, b) if rng.random() < 0.5 else (b, a)


def draw_batch(rng: random.Random, rows: int, reasoning: bool) -> tuple[list[list[int]], list[list[int]]]:
    """Token rows padded to one length, and their targets (PAD where no loss is due: prompt and padding)."""
    pairs = [draw_pair(rng) for _ in range(rows)]
    prompts = [encode(prompt_text(a, b, reasoning)) for a, b in pairs]
    completions = [encode(completion_text(a, b, reasoning)) for a, b in pairs]
    width = max(len(p) + len(c) for p, c in zip(prompts, completions))
    inputs, targets = [], []
    for prompt, completion in zip(prompts, completions):
        padding = [PAD] * (width - len(prompt) - len(completion))
        inputs.append((prompt + completion + padding)[:-1])
        targets.append(([PAD] * len(prompt) + completion + padding)[1:])
    return inputs, targets


def held_out_pairs(digits_a: int, digits_b: int) -> list[tuple[int, int]]:
    """Every held-out problem whose first factor has digits_a digits and whose second has digits_b, in order."""

    def of_width(digits: int) -> range:
        return range(0 if digits == 1 else 10 ** (digits - 1), 10**digits)

    return [(a, b) for a in of_width(digits_a) for b in of_width(digits_b) if is_held_out(a, b)]
