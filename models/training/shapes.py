"""Small grey images of eight shapes, drawn from their distance functions; every one is new."""

import math

import torch

SHAPES = ["circle", "ring", "square", "triangle", "pentagon", "star", "cross", "crescent"]
SIZE = 24


def regular(points, corners: int):
    """Distance-like field of a regular polygon of circumradius 1, a corner up; negative inside."""
    angle = torch.atan2(points[..., 0], -points[..., 1])
    sector = 2 * math.pi / corners
    folded = (angle + sector / 2) % sector - sector / 2
    radius = points.norm(dim=-1)
    return radius * torch.cos(sector / 2 - folded.abs()) - math.cos(sector / 2)


def star(points):
    """Five points; the inner corners at 0.45 of the outer radius."""
    angle = torch.atan2(points[..., 0], -points[..., 1])
    sector = 2 * math.pi / 5
    folded = ((angle + sector / 2) % sector - sector / 2).abs()
    radius = points.norm(dim=-1)
    x, y = radius * torch.cos(folded), radius * torch.sin(folded)
    # The edge from the outer corner (1, 0) to the inner one.
    inner_x, inner_y = 0.45 * math.cos(sector / 2), 0.45 * math.sin(sector / 2)
    normal_x, normal_y = inner_y, 1 - inner_x
    length = math.hypot(normal_x, normal_y)
    return ((x - 1) * normal_x + y * normal_y) / length


def fields(points):
    """The signed field of every shape at once, [..., 8]; negative inside."""
    x, y = points[..., 0], points[..., 1]
    radius = points.norm(dim=-1)
    box = torch.maximum(x.abs(), y.abs())
    bar = torch.minimum(torch.maximum(x.abs() - 0.33, y.abs() - 0.95), torch.maximum(y.abs() - 0.33, x.abs() - 0.95))
    bite = (points - torch.tensor([0.45, 0.0], device=points.device)).norm(dim=-1)
    return torch.stack(
        [
            radius - 0.9,
            (radius - 0.72).abs() - 0.2,
            box - 0.75,
            regular(points, 3),
            regular(points, 5),
            star(points),
            bar,
            torch.maximum(radius - 0.95, 0.75 - bite),
        ],
        dim=-1,
    )


def draw(labels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """[n, 1, SIZE, SIZE] in [-1, 1]: turned by up to 20 degrees, of varying size, place and brightness, with noise."""
    n, device = len(labels), labels.device

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=generator, device=device)

    axis = (torch.arange(SIZE, device=device) + 0.5) / SIZE * 2 - 1
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=-1).expand(n, SIZE, SIZE, 2)
    scale, turn = uniform(0.5, 0.85, 1, 1), uniform(-math.pi / 9, math.pi / 9, 1, 1)
    moved = grid - (uniform(-1, 1, 1, 1, 2) * (0.95 - scale[..., None]).clamp(min=0.05))
    cos, sin = torch.cos(turn), torch.sin(turn)
    points = torch.stack(
        [moved[..., 0] * cos + moved[..., 1] * sin, moved[..., 1] * cos - moved[..., 0] * sin], dim=-1
    ) / scale[..., None]
    distance = fields(points).gather(-1, labels.view(n, 1, 1, 1).expand(n, SIZE, SIZE, 1))[..., 0]
    # One pixel of soft edge.
    cover = torch.sigmoid(-distance * scale * SIZE / 2 * 2)
    ground, ink = uniform(-1, -0.5, 1, 1), uniform(0.3, 1, 1, 1)
    noise = 0.04 * torch.randn(n, SIZE, SIZE, generator=generator, device=device)
    return (ground + (ink - ground) * cover + noise).clamp(-1, 1)[:, None]


def draw_labelled(n: int, generator: torch.Generator, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    labels = torch.randint(len(SHAPES), (n,), generator=generator, device=device)
    return draw(labels, generator), labels
