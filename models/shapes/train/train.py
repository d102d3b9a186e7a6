"""Trains the classifier. `python3 train.py CHECKPOINT [STEPS]`; uses CUDA where there is one. The seed fixes all data."""

import math
import sys
import time

import torch
from torch.nn import functional as F

from model import Classifier
from shapes import SHAPES, draw_labelled

SEED, STEPS, ROWS, PEAK_RATE = 40, 4000, 256, 2e-3


def main() -> None:
    path, steps = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else STEPS
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(SEED)
    generator = torch.Generator(device=device).manual_seed(SEED)
    model = Classifier(len(SHAPES)).to(device)
    print(f"parameters {model.parameter_count()} seed {SEED} steps {steps} device {device}", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.01)
    started = time.time()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * min(1, (step + 1) / 100) * max(0.01, 0.5 * (1 + math.cos(math.pi * step / steps)))
        pixels, labels = draw_labelled(ROWS, generator, device)
        loss = F.cross_entropy(model(pixels), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if (step + 1) % 500 == 0:
            print(f"step {step + 1} {time.time() - started:.0f} s loss {loss.item():.4f}", flush=True)
    training = {
        "seed": SEED,
        "steps": steps,
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
