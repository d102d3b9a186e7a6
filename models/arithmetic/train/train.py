"""Trains the model from scratch on one core. `python3 train.py CHECKPOINT [STEPS]`; the seed fixes data and weights."""

import math
import random
import sys
import time

import torch
from torch.nn import functional as F

from data import CONFIG, draw_batch
from evaluate import accuracy_table, format_table
from llama import LlamaForCausalLM
from multiplication import PAD

SEED = 20
STEPS = 2000
ROWS = {"direct": 64, "reasoning": 96}
PEAK_RATE, WARMUP_STEPS, FINAL_SHARE = 3e-3, 100, 0.02


def learning_rate(step: int, steps: int) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return PEAK_RATE * min(1, (step + 1) / WARMUP_STEPS) * max(FINAL_SHARE, cosine)


def batch_loss(model, rng: random.Random, reasoning: bool):
    inputs, targets = draw_batch(rng, ROWS["reasoning" if reasoning else "direct"], reasoning)
    logits = model(torch.tensor(inputs))
    return F.cross_entropy(logits.flatten(0, 1), torch.tensor(targets).flatten(), ignore_index=PAD)


def main() -> None:
    checkpoint_path = sys.argv[1]
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else STEPS
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    model = LlamaForCausalLM(CONFIG)
    print(f"parameters {model.parameter_count()} seed {SEED} steps {steps}", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    started = time.time()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps)
        direct, reasoned = batch_loss(model, rng, False), batch_loss(model, rng, True)
        optimizer.zero_grad()
        (direct + reasoned).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            seconds = time.time() - started
            print(f"step {step + 1} {seconds:.0f} s direct {direct.item():.3f} reasoning {reasoned.item():.4f}", flush=True)
        if (step + 1) % 500 == 0 and step + 1 < steps:
            print(format_table(accuracy_table(model, limit=100)[-3:]), flush=True)
    training = {
        "seed": SEED,
        "steps": steps,
        "rows_per_step": ROWS,
        "parameters": model.parameter_count(),
        "seconds": round(time.time() - started),
        "threads": 1,
        "torch": str(torch.__version__),
    }
    torch.save({"weights": model.state_dict(), "training": training}, checkpoint_path)
    print("trained", training, flush=True)


if __name__ == "__main__":
    main()
