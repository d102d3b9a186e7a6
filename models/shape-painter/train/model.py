"""A small U-Net that gives the velocity of a rectified flow from noise to an image of a wanted shape."""

import math

import torch
from torch import nn
from torch.nn import functional as F

WIDTHS = (32, 64, 64)
TIME_FEATURES, CONDITION = 16, 64
EPSILON = 1e-5


class Modulated(nn.Module):
    """Two convolutions around a shift and scale by the condition, added to their input."""

    def __init__(self, inner: int, outer: int):
        super().__init__()
        self.first = nn.Conv2d(inner, outer, 3, padding=1)
        self.modulation = nn.Linear(CONDITION, 2 * outer)
        self.second = nn.Conv2d(outer, outer, 3, padding=1)
        self.skip = nn.Conv2d(inner, outer, 1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.modulation.weight)

    def forward(self, x, condition):
        scale, shift = self.modulation(condition)[:, :, None, None].chunk(2, dim=1)
        hidden = self.first(F.silu(x))
        # Normalised over the channels of each pixel.
        hidden = hidden * torch.rsqrt(hidden.pow(2).mean(1, keepdim=True) + EPSILON) * (1 + scale) + shift
        return self.skip(x) + self.second(F.silu(hidden))


class Painter(nn.Module):
    """`labels` has one more value than there are shapes: the last one asks for any."""

    def __init__(self, shapes: int):
        super().__init__()
        a, b, c = WIDTHS
        self.labels = nn.Embedding(shapes + 1, CONDITION)
        self.time = nn.Linear(2 * TIME_FEATURES, CONDITION)
        self.mix = nn.Linear(CONDITION, CONDITION)
        self.enter = nn.Conv2d(1, a, 3, padding=1)
        self.fine = Modulated(a, a)
        self.down = nn.Conv2d(a, b, 3, padding=1, stride=2)
        self.middle = Modulated(b, b)
        self.down_again = nn.Conv2d(b, c, 3, padding=1, stride=2)
        self.coarse = Modulated(c, c)
        self.up = nn.ConvTranspose2d(c, b, 2, stride=2)
        self.middle_again = Modulated(2 * b, b)
        self.up_again = nn.ConvTranspose2d(b, a, 2, stride=2)
        self.fine_again = Modulated(2 * a, a)
        self.leave = nn.Conv2d(a, 1, 3, padding=1)
        self.register_buffer("frequencies", frequencies(), persistent=False)

    def forward(self, sample, timestep, labels):
        angles = timestep[:, None] * self.frequencies
        condition = self.time(torch.cat([angles.sin(), angles.cos()], dim=1)) + self.labels(labels)
        condition = F.silu(self.mix(F.silu(condition)))
        fine = self.fine(self.enter(sample), condition)
        middle = self.middle(self.down(fine), condition)
        coarse = self.coarse(self.down_again(middle), condition)
        middle = self.middle_again(torch.cat([self.up(coarse), middle], dim=1), condition)
        fine = self.fine_again(torch.cat([self.up_again(middle), fine], dim=1), condition)
        return self.leave(F.silu(fine))

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())


def frequencies() -> torch.Tensor:
    """From half a turn over the whole flow to many."""
    return math.pi * torch.exp(torch.linspace(0, math.log(64), TIME_FEATURES))


@torch.no_grad()
def paint(model: Painter, labels: torch.Tensor, noise: torch.Tensor, steps: int, guidance: float) -> torch.Tensor:
    """From noise (time 0) to images (time 1) in equal Euler steps; guidance above 1 pushes away from just any shape."""
    any_shape = torch.full_like(labels, model.labels.num_embeddings - 1)
    sample = noise
    for step in range(steps):
        time = torch.full((len(labels),), step / steps, device=noise.device)
        velocity = model(sample, time, labels)
        if guidance != 1:
            free = model(sample, time, any_shape)
            velocity = free + guidance * (velocity - free)
        sample = sample + velocity / steps
    return sample.clamp(-1, 1)
