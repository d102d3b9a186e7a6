"""Trains the encoder on one core. `python3 train.py CHECKPOINT [STEPS]`; the seed fixes data and weights."""

import math
import random
import sys
import time
from dataclasses import asdict

import torch
from torch.nn import functional as F

from data import pages
from model import Config, Encoder, padded
from tokens import encode, learn

SEED, STEPS, ROWS = 60, 2500, 128
PEAK_RATE, WARMUP_STEPS, FINAL_SHARE = 3e-3, 100, 0.02
TEMPERATURE, TYPO_SHARE, VOCABULARY_TEXTS = 0.05, 0.2, 20_000


def learning_rate(step: int, steps: int) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return PEAK_RATE * min(1, (step + 1) / WARMUP_STEPS) * max(FINAL_SHARE, cosine)


def draw_batch(by_kind: dict[str, list], rng: random.Random):
    """Half of the rows are of one kind, so that they differ in a value or two only."""
    kind = rng.choice(list(by_kind))
    near = rng.sample(by_kind[kind], min(ROWS // 2, len(by_kind[kind])))
    others = [rng.choice(by_kind[rng.choice(list(by_kind))]) for _ in range(ROWS - len(near))]
    return list(dict.fromkeys(near + others))


def main() -> None:
    path, steps = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else STEPS
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    trained = [page for page in pages() if not page.held_out]
    texts = [page.question(rng, held_out=False) for page in rng.choices(trained, k=VOCABULARY_TEXTS)]
    vocabulary = learn(texts + [page.text for page in trained])
    ids = {token: index for index, token in enumerate(vocabulary)}
    by_kind: dict[str, list] = {}
    for page in trained:
        by_kind.setdefault(page.kind.name, []).append(page)
    model = Encoder(Config(vocab_size=len(vocabulary)))
    print(f"parameters {model.parameter_count()} vocabulary {len(vocabulary)} pages {len(trained)} seed {SEED}", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.01)
    started = time.time()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps)
        batch = draw_batch(by_kind, rng)
        asked = [encode(page.question(rng, False, typo=rng.random() < TYPO_SHARE), ids) for page in batch]
        scores = model(padded(asked)) @ model(padded([encode(page.text, ids) for page in batch])).T / TEMPERATURE
        right = torch.arange(len(batch))
        loss = (F.cross_entropy(scores, right) + F.cross_entropy(scores.T, right)) / 2
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} {time.time() - started:.0f} s loss {loss.item():.3f}", flush=True)
    training = {
        "seed": SEED,
        "steps": steps,
        "rows_per_step": ROWS,
        "parameters": model.parameter_count(),
        "pages": len(trained),
        "seconds": round(time.time() - started),
        "threads": 1,
        "torch": str(torch.__version__),
    }
    torch.save(
        {"weights": model.state_dict(), "config": asdict(model.config), "vocabulary": vocabulary, "training": training}, path
    )
    print("trained", training, flush=True)


if __name__ == "__main__":
    main()
