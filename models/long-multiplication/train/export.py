"""Writes a model folder. `python3 export.py CHECKPOINT FOLDER`."""

import sys
from pathlib import Path

import torch

from data import config_of
from export_multiplication import write_model


def main() -> None:
    checkpoint = torch.load(sys.argv[1], map_location="cpu")
    weights = {name: value.numpy() for name, value in checkpoint["weights"].items()}
    write_model(Path(sys.argv[2]), config_of(checkpoint["training"]["width"]), weights, max_new_tokens=112)


if __name__ == "__main__":
    main()
