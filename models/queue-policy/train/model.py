"""The same small network scores every row; it also sees the mean over all rows, so that places may be in any order."""

import torch
from torch import nn
from torch.nn import functional as F

from environment import FEATURES

FORBIDDEN = -1e9


class Policy(nn.Module):
    def __init__(self, width: int = 64):
        super().__init__()
        self.first = nn.Linear(len(FEATURES), width)
        self.second = nn.Linear(2 * width, width)
        self.third = nn.Linear(width, width)
        self.score = nn.Linear(width, 1)

    def forward(self, observation: torch.Tensor) -> torch.Tensor:
        """[rows, actions, features] to logits [rows, actions]."""
        each = F.relu(self.first(observation))
        together = each.mean(1, keepdim=True).expand_as(each)
        hidden = F.relu(self.second(torch.cat([each, together], -1)))
        return self.score(F.relu(self.third(hidden))).squeeze(-1)

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())


class Critic(nn.Module):
    """What a state is worth; needed for training only."""

    def __init__(self, width: int = 64):
        super().__init__()
        self.first = nn.Linear(len(FEATURES), width)
        self.second = nn.Linear(width, width)
        self.value = nn.Linear(width, 1)

    def forward(self, observation: torch.Tensor) -> torch.Tensor:
        return self.value(F.relu(self.second(F.relu(self.first(observation)).mean(1)))).squeeze(-1)


def masked(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    return torch.where(allowed, logits, torch.full_like(logits, FORBIDDEN))
