"""A small convolutional classifier without normalisation layers."""

import torch
from torch import nn
from torch.nn import functional as F

CHANNELS = [16, 32, 48, 64]


class Classifier(nn.Module):
    def __init__(self, classes: int):
        super().__init__()
        sizes = [1, *CHANNELS]
        self.layers = nn.ModuleList(
            nn.Conv2d(inner, outer, 3, padding=1, stride=1 if index == 0 else 2)
            for index, (inner, outer) in enumerate(zip(sizes, sizes[1:]))
        )
        self.head = nn.Linear(CHANNELS[-1], classes)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            pixels = F.relu(layer(pixels))
        return self.head(pixels.mean((2, 3)))

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
