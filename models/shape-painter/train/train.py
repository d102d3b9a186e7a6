"""Trains the painter. `python3 train.py CHECKPOINT [SECONDS]`; uses CUDA where there is one. The seed fixes all data.

How far training gets in the given time depends on the machine, so the card says which.
"""

import math
import sys
import time

import torch

from model import Painter
from shapes import SHAPES, draw_labelled

SEED, SECONDS, ROWS, PEAK_RATE = 50, 240, 512, 1.5e-3
#: Share of the images whose shape is not told, for guidance.
UNTOLD = 0.1
AVERAGE = 0.999


def main() -> None:
    path, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.manual_seed(SEED)
    generator = torch.Generator(device=device).manual_seed(SEED)
    model = Painter(len(SHAPES)).to(device)
    fast = torch.compile(model) if device == "cuda" else model
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    print(f"parameters {model.parameter_count()} seed {SEED} seconds {seconds} device {device}", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=0.01)
    step, started = 0, time.time()
    while (elapsed := time.time() - started) < seconds:
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * min(1, (step + 1) / 200) * max(0.01, 0.5 * (1 + math.cos(math.pi * elapsed / seconds)))
        images, labels = draw_labelled(ROWS, generator, device)
        labels[torch.rand(ROWS, generator=generator, device=device) < UNTOLD] = len(SHAPES)
        noise = torch.randn(images.shape, generator=generator, device=device)
        # Times in the middle are the hardest: drawn more often.
        moment = torch.sigmoid(torch.randn(ROWS, generator=generator, device=device))
        mixed = noise + moment.view(-1, 1, 1, 1) * (images - noise)
        loss = (fast(mixed, moment, labels) - (images - noise)).pow(2).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        with torch.no_grad():
            keep = min(AVERAGE, (step + 1) / (step + 10))
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - keep)
        if step % 1000 == 0:
            print(f"step {step} {elapsed:.0f} s loss {loss.item():.4f}", flush=True)
    training = {
        "seed": SEED,
        "steps": step,
        "rows_per_step": ROWS,
        "parameters": model.parameter_count(),
        "seconds": round(time.time() - started),
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "torch": str(torch.__version__),
    }
    torch.save({"weights": {name: value.cpu() for name, value in average.items()}, "training": training}, path)
    print("trained", training, flush=True)


if __name__ == "__main__":
    main()
