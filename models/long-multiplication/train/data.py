"""Long multiplication as text: what the model reads, what it should write, and which pairs it never trains on."""

import hashlib
import random

from llama import Config

SPECIAL = ["<pad>", "<bos>", "<eos>", "<unk>", "<think>", "</think>"]
TOKENS = SPECIAL + list("0123456789*+=")
TOKEN_ID = {token: index for index, token in enumerate(TOKENS)}
PAD, BOS, EOS, UNK, THINK, END_THINK = range(len(SPECIAL))

DIGITS = 5
HELD_OUT_ONE_IN = 20
CONTEXT = 128
#: Tokens of a direct problem with its answer.
DIRECT_WIDTH = 2 * DIGITS + 3 + 2 * DIGITS + 1


def config_of(width: int) -> Config:
    """Four layers of four heads."""
    return Config(
        vocab_size=len(TOKENS),
        max_position_embeddings=CONTEXT,
        pad_token_id=PAD,
        bos_token_id=BOS,
        eos_token_id=EOS,
        hidden_size=width,
        intermediate_size=width * 8 // 3,
        head_dim=width // 4,
    )


def is_held_out(a: int, b: int) -> bool:
    """True for one pair in HELD_OUT_ONE_IN; a*b and b*a are always on the same side."""
    name = f"{max(a, b)}*{min(a, b)}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:4], "big") % HELD_OUT_ONE_IN == 0


def prompt_text(a: int, b: int, reasoning: bool) -> str:
    return f"<bos>{a}*{b}=" + ("<think>" if reasoning else "")


def reasoning_text(a: int, b: int) -> str:
    """Long multiplication in columns of fixed width, least significant digit first.

    The factors reversed, then the product of the first with each digit of the second, each followed by the sum so far:
    every step needs two columns and a carry.
    """

    def column(value: int, width: int) -> str:
        return f"{value:0{width}d}"[::-1]

    text = f"{column(a, DIGITS)}*{column(b, DIGITS)}={column(a * (b % 10), DIGITS + 1)}"
    total = a * (b % 10)
    for place in range(1, DIGITS):
        part = a * (b // 10**place % 10) * 10**place
        total += part
        width = DIGITS + 1 + place
        text += f"+{column(part, width)}={column(total, width)}"
    return text


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
    """A training pair: half of the draws even over values, half even over digit counts."""
    while True:
        if rng.random() < 0.5:
            a, b = rng.randrange(10**DIGITS), rng.randrange(10**DIGITS)
        else:
            a, b = (rng.randrange(10 ** rng.randint(1, DIGITS)) for _ in range(2))
        if not is_held_out(a, b):
            return a, b


def draw_batch(rng: random.Random, rows: int, reasoning: bool) -> tuple[list[list[int]], list[list[int]]]:
    """Token rows padded to the context's length, and their targets (PAD where no loss is due: prompt and padding)."""
    inputs, targets = [], []
    width = CONTEXT if reasoning else DIRECT_WIDTH
    for _ in range(rows):
        a, b = draw_pair(rng)
        prompt = encode(prompt_text(a, b, reasoning))
        completion = encode(completion_text(a, b, reasoning))
        padding = [PAD] * (width + 1 - len(prompt) - len(completion))
        inputs.append((prompt + completion + padding)[:width])
        targets.append(([PAD] * len(prompt) + completion + padding)[1 : width + 1])
    return inputs, targets


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
