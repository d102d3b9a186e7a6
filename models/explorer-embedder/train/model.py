"""A small pre-norm transformer encoder; a text's vector is the mean over its tokens, of length 1."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from tokens import MAX_TOKENS, PAD


@dataclass(frozen=True)
class Config:
    vocab_size: int
    hidden_size: int = 64
    intermediate_size: int = 128
    num_hidden_layers: int = 2
    num_attention_heads: int = 4
    max_position_embeddings: int = MAX_TOKENS
    layer_norm_eps: float = 1e-5


class Layer(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_attention_heads
        self.attention_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.mlp_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.up = nn.Linear(width, config.intermediate_size)
        self.down = nn.Linear(config.intermediate_size, width)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        rows, length, width = x.shape
        qkv = self.qkv(self.attention_norm(x)).view(rows, length, 3, self.heads, -1)
        q, k, v = (part.transpose(1, 2) for part in qkv.unbind(2))
        scores = q @ k.transpose(-1, -2) / (width // self.heads) ** 0.5 + bias
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, length, width)
        x = x + self.out(mixed)
        return x + self.down(F.relu(self.up(self.mlp_norm(x))))


class Encoder(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.positions = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        for embedding in (self.tokens, self.positions):
            nn.init.normal_(embedding.weight, std=0.1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """[rows, length] of ids, padded with PAD, to vectors [rows, hidden_size]."""
        present = (ids != PAD).float()
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1]))
        bias = (present[:, None, None, :] - 1) * 1e9
        for layer in self.layers:
            x = layer(x, bias)
        summed = (self.norm(x) * present[:, :, None]).sum(1)
        return F.normalize(summed / present.sum(1, keepdim=True), dim=-1)

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())


def padded(rows: list[list[int]]) -> torch.Tensor:
    length = max(len(row) for row in rows)
    return torch.tensor([row + [PAD] * (length - len(row)) for row in rows])
