"""Writes the model folder. `python3 export.py CHECKPOINT`."""

import sys
from pathlib import Path

import torch

from data import CONFIG
from export_multiplication import write_model

MODEL_DIR = Path(__file__).resolve().parent.parent


def main() -> None:
    weights = {name: value.numpy() for name, value in torch.load(sys.argv[1], map_location="cpu")["weights"].items()}
    write_model(MODEL_DIR, CONFIG, weights, max_new_tokens=48)


if __name__ == "__main__":
    main()
