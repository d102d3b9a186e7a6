"""Trains the model from scratch. `python3 train.py CHECKPOINT [SECONDS [WIDTH]]`; uses CUDA where there is one.

The seed fixes data and weights; how far training gets in the given time depends on the machine, so the card says which.
"""

import math
import random
import sys
import time

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

from data import config_of, draw_batch
from evaluate import accuracy
from llama import LlamaForCausalLM
from multiplication import PAD

SEED = 30
SECONDS = 240
WIDTH = 96
ROWS = {"direct": 256, "reasoning": 768}
PEAK_RATE, WARMUP_STEPS = 3e-3, 200
LOADERS = 10


class Problems(IterableDataset):
    """Endless batches; each loading process draws its own."""

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        rng = random.Random(SEED * 1_000 + (0 if worker is None else worker.id))
        while True:
            yield [torch.tensor(part) for kind in ROWS for part in draw_batch(rng, ROWS[kind], kind == "reasoning")]


def loss_of(model, inputs, targets):
    return F.cross_entropy(model(inputs).flatten(0, 1).float(), targets.flatten(), ignore_index=PAD)


def main() -> None:
    path, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    width = int(sys.argv[3]) if len(sys.argv) > 3 else WIDTH
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.manual_seed(SEED)
    model = LlamaForCausalLM(config_of(width)).to(device)
    fast = torch.compile(model) if device == "cuda" else model
    print(f"parameters {model.parameter_count()} seed {SEED} seconds {seconds} device {device}", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    batches = iter(DataLoader(Problems(), batch_size=None, num_workers=LOADERS if device == "cuda" else 0))
    step, started, told = 0, time.time(), 0.0
    while (elapsed := time.time() - started) < seconds:
        # The rate follows the clock: it reaches its end when the time does.
        rate = PEAK_RATE * min(1, (step + 1) / WARMUP_STEPS) * max(0.01, 0.5 * (1 + math.cos(math.pi * elapsed / seconds)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        tensors = [tensor.to(device, non_blocking=True) for tensor in next(batches)]
        direct, reasoned = loss_of(fast, *tensors[:2]), loss_of(fast, *tensors[2:])
        optimizer.zero_grad(set_to_none=True)
        (direct + reasoned).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if elapsed - told >= 20:
            told = elapsed
            model.eval()
            shown = {digits: accuracy(model, digits, 200, True) for digits in (3, 4, 5)}
            model.train()
            print(f"step {step} {elapsed:.0f} s direct {direct.item():.3f} reasoning {reasoned.item():.5f} right {shown}", flush=True)
    training = {
        "seed": SEED,
        "width": width,
        "steps": step,
        "rows_per_step": ROWS,
        "parameters": model.parameter_count(),
        "seconds": round(time.time() - started),
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "torch": str(torch.__version__),
    }
    weights = {name: value.cpu() for name, value in model.state_dict().items()}
    torch.save({"weights": weights, "training": training}, path)
    print("trained", training, flush=True)


if __name__ == "__main__":
    main()
