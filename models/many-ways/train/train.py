"""Goes on from the weights of long-multiplication-small, on one core, in rounds: each begins with a high rate again.
`python3 train.py CHECKPOINT [ROUNDS_DONE]`; with ROUNDS_DONE it goes on from that checkpoint."""

import math
import random
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from data import config, draw_batch
from llama import LlamaForCausalLM
from multiplication import PAD
from onnx_reader import read_weights

START = Path(__file__).resolve().parents[2] / "long-multiplication-small" / "onnx" / "model.onnx"
SEED = 41
STEPS = (1300, 800)
ROWS = 64
PEAK_RATE, WARMUP_STEPS = 1.5e-3, 50


def start_weights(model: LlamaForCausalLM) -> dict[str, torch.Tensor]:
    """ONNX has matrices with inputs first, PyTorch with outputs first; embeddings are a table in both."""
    read = read_weights(START)
    weights = {}
    for name, like in model.state_dict().items():
        value = torch.tensor(read[name])
        if value.dim() == 2 and name != "model.embed_tokens.weight":
            value = value.T.contiguous()
        assert value.shape == like.shape, name
        weights[name] = value
    return weights


def train_round(model: LlamaForCausalLM, number: int) -> None:
    """Problems and steps depend on nothing but the round and the weights that it begins with."""
    steps = STEPS[number]
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    rng = random.Random(SEED + number)
    started = time.process_time()
    for step in range(steps):
        rate = PEAK_RATE * min(1, (step + 1) / WARMUP_STEPS) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        inputs, targets = (torch.tensor(part) for part in draw_batch(rng, ROWS))
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten(), ignore_index=PAD)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 99:
            print(f"round {number + 1} step {step + 1} {time.process_time() - started:.0f} s loss {loss.item():.4f}", flush=True)


def main() -> None:
    path, done = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    torch.set_num_threads(1)
    model = LlamaForCausalLM(config())
    model.load_state_dict(torch.load(path)["weights"] if done else start_weights(model))
    for number in range(done, len(STEPS)):
        train_round(model, number)
    training = {
        "seed": SEED,
        "start": START.parents[1].name,
        "steps": list(STEPS),
        "rows_per_step": ROWS,
        "parameters": model.parameter_count(),
        "torch": str(torch.__version__),
    }
    torch.save({"weights": model.state_dict(), "training": training}, path)
    print("trained", training, flush=True)


if __name__ == "__main__":
    main()
