"""Multiplication in one of many ways: which factor is taken apart, how, and in which order is drawn anew for each text."""

import random

from llama import Config
from multiplication import TOKEN_FIELDS, column, is_held_out, prompt_text, training_rows

DIGITS = 3
CONTEXT = 128
#: Of the model whose weights training begins with.
WIDTH = 48


def config() -> Config:
    return Config(
        max_position_embeddings=CONTEXT,
        **TOKEN_FIELDS,
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 8 // 3,
        head_dim=WIDTH // 4,
    )


def pieces_of(b: int, rng: random.Random) -> list[tuple[int, int]]:
    """A factor as (place, digit) pieces in any order: each digit whole, or in two that add up to it."""
    pieces = []
    for place in range(DIGITS):
        digit = b // 10**place % 10
        if digit > 1 and rng.random() < 0.5:
            first = rng.randint(1, digit - 1)
            pieces += [(place, first), (place, digit - first)]
        else:
            pieces.append((place, digit))
    rng.shuffle(pieces)
    return pieces


def reasoning_text(a: int, b: int, rng: random.Random) -> str:
    """The factors, least significant digits first and either before the other; then for each piece of the second its place, its digit,
    its product with the first, and the sum so far."""
    if rng.random() < 0.5:
        a, b = b, a
    text = f"{column(a, DIGITS)}*{column(b, DIGITS)}="
    total = 0
    for number, (place, digit) in enumerate(pieces_of(b, rng)):
        part = a * digit * 10**place
        total += part
        text += f"{'+' if number else ''}{place}{digit}{column(part, 2 * DIGITS)}"
        if number:
            text += f"={column(total, 2 * DIGITS)}"
    return text


def completion_text(a: int, b: int, rng: random.Random) -> str:
    return f"{reasoning_text(a, b, rng)}</think>{a * b}<eos>"


def draw_pair(rng: random.Random) -> tuple[int, int]:
    """A training pair: half of the draws even over values, half even over digit counts."""
    while True:
        if rng.random() < 0.5:
            a, b = rng.randrange(10**DIGITS), rng.randrange(10**DIGITS)
        else:
            a, b = (rng.randrange(10 ** rng.randint(1, DIGITS)) for _ in range(2))
        if not is_held_out(a, b):
            return a, b


def draw_batch(rng: random.Random, rows: int) -> tuple[list[list[int]], list[list[int]]]:
    """Reasoned problems only: answers at once, which stay wrong, would pull harder than all the rest."""
    pairs = [draw_pair(rng) for _ in range(rows)]
    return training_rows([(prompt_text(a, b, True), completion_text(a, b, rng)) for a, b in pairs])
