"""Crop, resize and recolour whole batches by two small matrix products per picture.

`axis_weights` resamples any box of any size with a triangle filter (antialiased, as Pillow does);
the same box, asked of the teacher's map, gives the teacher's answer for that very crop.
"""

from __future__ import annotations

import torch

Box = tuple[torch.Tensor, torch.Tensor]  # where the box begins and ends on one axis, 0 to 1


def axis_weights(box: Box, size: int, out: int) -> torch.Tensor:
    """Resampling weights (n, out, size) of a box on one axis; a box that ends first is mirrored."""
    low, high = (edge[:, None, None] * size for edge in box)
    device = low.device
    steps = (torch.arange(out, device=device)[None, :, None] + 0.5) / out
    centre = low + steps * (high - low)
    reach = ((high - low).abs() / out).clamp(min=1.0)
    cells = torch.arange(size, device=device)[None, None, :] + 0.5
    weights = (1 - (cells - centre.clamp(0.5, size - 0.5)).abs() / reach).clamp(min=0)
    return weights / weights.sum(-1, keepdim=True)


def resample(x: torch.Tensor, rows: Box, columns: Box, out: int) -> torch.Tensor:
    """Boxes of pictures or maps (n, h, w, c) as (n, out, out, c)."""
    n, h, w, c = x.shape
    y = torch.bmm(axis_weights(rows, h, out), x.reshape(n, h, w * c)).view(n, out, w, c)
    y = y.transpose(1, 2).reshape(n, w, out * c)
    y = torch.bmm(axis_weights(columns, w, out), y).view(n, out, out, c)
    return y.transpose(1, 2)


def sharpen(x: torch.Tensor, rng: torch.Generator, most: float) -> torch.Tensor:
    """Pictures (n, c, h, w in -1..1), each sharpened by its own amount, a third of them not at all.

    The corpus is small, so that its crops are blurred; what people keep is not. A tower that never
    saw anything sharp sees little in it.
    """
    n = len(x)
    amount = torch.rand(n, 1, 1, 1, generator=rng) * most
    amount = amount * (torch.rand(n, 1, 1, 1, generator=rng) < 0.67)
    padded = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="replicate")
    soft = torch.nn.functional.avg_pool2d(padded, 3, 1)
    return (x + amount.to(x.device) * (x - soft)).clamp(-1, 1)


def random_boxes(
    n: int, rng: torch.Generator, area: tuple[float, float], mirror: float
) -> tuple[Box, Box]:
    """Boxes of random area, shape and place inside the picture; some mirrored left to right."""
    part = torch.empty(n).uniform_(*area, generator=rng)
    shape = torch.empty(n).uniform_(-0.29, 0.29, generator=rng).exp().sqrt()
    high = (part.sqrt() * shape).clamp(max=1)
    wide = (part.sqrt() / shape).clamp(max=1)
    top = torch.rand(n, generator=rng) * (1 - high)
    left = torch.rand(n, generator=rng) * (1 - wide)
    right = left + wide
    flip = torch.rand(n, generator=rng) < mirror
    return (top, top + high), (torch.where(flip, right, left), torch.where(flip, left, right))


def placed_boxes(n: int, rng: torch.Generator, scale: tuple[float, float]) -> tuple[Box, Box]:
    """Square boxes around an icon, from a close cut to much air, shifted within the air."""
    side = torch.empty(n).uniform_(*scale, generator=rng)
    stretch = torch.empty(n).uniform_(0.93, 1.07, generator=rng)
    slack = (side - 1).clamp(min=0.04) / 2
    middle = [0.5 + slack * torch.empty(n).uniform_(-1, 1, generator=rng) for _ in range(2)]
    half = side / 2
    rows = (middle[0] - half * stretch, middle[0] + half * stretch)
    return rows, (middle[1] - half, middle[1] + half)


def recolour(x: torch.Tensor, rng: torch.Generator, strength: float, grey: float) -> torch.Tensor:
    """Light, contrast and saturation changed a little (x in 0..1, NHWC); some without colour."""
    n = len(x)

    def factor(amount: float) -> torch.Tensor:
        values = torch.empty(n, 1, 1, 1).uniform_(-amount, amount, generator=rng)
        return (1 + values).to(x.device)

    luma = (x * torch.tensor([0.299, 0.587, 0.114], device=x.device)).sum(-1, keepdim=True)
    colourless = (torch.rand(n, 1, 1, 1, generator=rng) < grey).to(x.device)
    saturation = torch.where(colourless, torch.zeros_like(factor(0)), factor(strength))
    x = luma + (x - luma) * saturation
    mean = luma.mean((1, 2), keepdim=True)
    x = (x - mean) * factor(strength) + mean * factor(strength)
    return x.clamp(0, 1)


def contrasting_colours(n: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Front and ground colours (n, 3) that differ in lightness; often black on white."""
    front, ground = torch.rand(n, 3, generator=rng), torch.rand(n, 3, generator=rng)
    # Two colours drawn apart: the front in the darker 45 %, the ground in the lighter, or swapped.
    front, ground = front * 0.55, 0.5 + ground * 0.5
    roll = torch.rand(n, 1, generator=rng)
    front = torch.where(roll < 0.55, torch.rand(n, 1, generator=rng) * 0.2, front)
    ground = torch.where(roll < 0.45, 1 - torch.rand(n, 1, generator=rng) * 0.06, ground)
    swap = torch.rand(n, 1, generator=rng) < 0.22
    return torch.where(swap, ground, front), torch.where(swap, front, ground)


def compose_icons(
    icons: torch.Tensor, coloured: torch.Tensor, rng: torch.Generator
) -> torch.Tensor:
    """Icons (n, h, w, 4 in 0..1) on grounds; one-colour icons painted anew, some drawn thicker."""
    n = len(icons)
    alpha = icons[..., 3:]
    thick = torch.rand(n, generator=rng) < 0.2
    if thick.any():
        grown = torch.nn.functional.max_pool2d(alpha[thick].permute(0, 3, 1, 2), 3, 1, 1)
        alpha = alpha.clone()
        alpha[thick] = grown.permute(0, 2, 3, 1)
    front, ground = (c.to(icons.device) for c in contrasting_colours(n, rng))
    pale = (coloured & (torch.rand(n, generator=rng) < 0.7)).to(icons.device)
    ground = torch.where(pale[:, None], torch.ones_like(ground), ground)
    paint = torch.where(
        coloured.to(icons.device)[:, None, None, None], icons[..., :3], front[:, None, None]
    )
    return paint * alpha + ground[:, None, None] * (1 - alpha)
