"""Multiplication problems as text: what the model reads, what it should write, and which pairs it never trains on."""

import random

from llama import Config
from multiplication import TOKEN_FIELDS, column, is_held_out, prompt_text, training_rows

CONFIG = Config(max_position_embeddings=64, **TOKEN_FIELDS)

LONG_DIGITS, SHORT_DIGITS = 3, 2


def reasoning_text(a: int, b: int) -> str:
    """Columns of fixed width, least significant digit first, so that every carry flows in writing order.

    384*57 -> 483*75=8862+00291=88812: the factors reversed (the longer one first), 384*7, 384*50, their sum.
    """
    long, short = (b, a) if b >= 10**SHORT_DIGITS else (a, b)
    ones, tens = long * (short % 10), long * (short // 10) * 10
    return (
        f"{column(long, LONG_DIGITS)}*{column(short, SHORT_DIGITS)}"
        f"={column(ones, 4)}+{column(tens, 5)}={column(a * b, 5)}"
    )


def completion_text(a: int, b: int, reasoning: bool) -> str:
    thought = reasoning_text(a, b) + "</think>" if reasoning else ""
    return f"{thought}{a * b}<eos>"


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
    pairs = [draw_pair(rng) for _ in range(rows)]
    return training_rows([(prompt_text(a, b, reasoning), completion_text(a, b, reasoning)) for a, b in pairs])


def held_out_pairs(digits_a: int, digits_b: int) -> list[tuple[int, int]]:
    """Every held-out problem whose first factor has digits_a digits and whose second has digits_b, in order."""

    def of_width(digits: int) -> range:
        return range(0 if digits == 1 else 10 ** (digits - 1), 10**digits)

    return [(a, b) for a in of_width(digits_a) for b in of_width(digits_b) if is_held_out(a, b)]
