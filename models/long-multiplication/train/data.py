"""Long multiplication as text: what the model reads, what it should write, and which pairs it never trains on."""

import random

from llama import Config
from multiplication import TOKEN_FIELDS, column, is_held_out, prompt_text, training_rows

DIGITS = 5
CONTEXT = 128
#: Tokens of a direct problem with its answer.
DIRECT_WIDTH = 2 * DIGITS + 3 + 2 * DIGITS + 1


def config_of(width: int) -> Config:
    """Four layers of four heads."""
    return Config(
        max_position_embeddings=CONTEXT,
        **TOKEN_FIELDS,
        hidden_size=width,
        intermediate_size=width * 8 // 3,
        head_dim=width // 4,
    )


def reasoning_text(a: int, b: int) -> str:
    """Long multiplication in columns of fixed width, least significant digit first.

    The factors reversed, then the product of the first with each digit of the second, each followed by the sum so far:
    every step needs two columns and a carry.
    """
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
    """Rows of one length whatever is drawn, for compiled training."""
    pairs = [draw_pair(rng) for _ in range(rows)]
    texts = [(prompt_text(a, b, reasoning), completion_text(a, b, reasoning)) for a, b in pairs]
    return training_rows(texts, CONTEXT if reasoning else DIRECT_WIDTH)
