"""The image tower while it is trained: MobileNetV2 (Sandler et al. 2018) without batch norms.

Every unit's first pointwise layer is learned for inputs of mean 0 and spread 1, its last for
outputs likewise; the measured means and spreads are folded into the weights when they are used.
`to_timm` gives the same network as timm's `mobilenetv2_100`, its batch norms standing still.
Sides are 32 k + 1: there TensorFlow's padding, which the teacher learned with, is symmetric.
"""

from __future__ import annotations

import torch
import torch.nn.functional as fn
from space import SPACE
from timm.layers import Mlp

# Output channels, expansion, stride of each inverted residual, and how many of them.
STAGES = ((16, 1, 1, 1), (24, 6, 2, 2), (32, 6, 2, 3), (64, 6, 2, 4), (96, 6, 1, 3),
          (160, 6, 2, 3), (320, 6, 1, 1))  # fmt: skip
FEATURES = 1280
EPSILON = 1e-5  # of timm's batch norms


class Layer(torch.nn.Module):
    """A convolution with a bias, from random weights."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int) -> None:
        super().__init__()
        self.stride, self.groups = stride, groups
        shape = (outputs, inputs // groups, kernel, kernel)
        gain = 2 if groups == 1 else 1
        spread = (gain / (shape[1] * kernel * kernel)) ** 0.5
        self.weight = torch.nn.Parameter(torch.randn(shape) * spread)
        self.bias = torch.nn.Parameter(torch.rand(outputs) - 0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Computed in the input's precision."""
        return self.apply_to(x, self.weight, self.bias)

    def apply_to(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """The convolution with these weights instead."""
        weight, bias, pad = weight.to(x.dtype), bias.to(x.dtype), weight.shape[-1] // 2
        if self.groups > 1 and self.stride > 1 and x.device.type == "cpu":
            # oneDNN has no fast gradient for these in bfloat16 (ten times slower than this way).
            y = fn.conv2d(x, weight, bias, 1, pad, 1, self.groups)
            return y[:, :, :: self.stride, :: self.stride]
        return fn.conv2d(x, weight, bias, self.stride, pad, 1, self.groups)


class Unit(torch.nn.Module):
    """An inverted residual: widen, look around, narrow. The first one has the stem before it."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.first = inputs == 3
        if self.first:
            hidden = 32
            self.widen = Layer(3, hidden, 3, 2, 1)
        else:
            self.widen = Layer(inputs, hidden, 1, 1, 1)
        self.around = Layer(hidden, hidden, 3, stride, hidden)
        self.narrow = Layer(hidden, outputs, 1, 1, 1)
        self.residual = inputs == outputs and stride == 1
        with torch.no_grad():
            self.widen.bias.add_(0.25)
            self.around.bias.add_(0.5)
            self.narrow.weight.mul_(0.5)
            self.narrow.bias.zero_()
        for name, size in (("in", inputs), ("out", outputs)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_std", torch.ones(size))

    def widening(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight and bias of the first layer, for inputs as they are."""
        if self.first:
            return self.widen.weight, self.widen.bias
        weight = self.widen.weight / self.in_std[None, :, None, None]
        return weight, self.widen.bias - weight[:, :, 0, 0] @ self.in_mean

    def narrowing(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight and bias of the last layer, for outputs as they are."""
        weight = self.narrow.weight * self.out_std[:, None, None, None]
        return weight, self.narrow.bias * self.out_std + self.out_mean

    def branch(self, x: torch.Tensor) -> torch.Tensor:
        """What the unit adds to its input, or makes of it."""
        y = fn.relu6(self.widen.apply_to(x, *self.widening()))
        return self.narrow.apply_to(fn.relu6(self.around(y)), *self.narrowing())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The unit's output."""
        y = self.branch(x)
        return x + y if self.residual else y


class Head(torch.nn.Module):
    """The last widening, to the features that are pooled."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.widen = Layer(inputs, FEATURES, 1, 1, 1)
        self.register_buffer("in_mean", torch.zeros(inputs))
        self.register_buffer("in_std", torch.ones(inputs))

    def widening(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight and bias, for inputs as they are."""
        weight = self.widen.weight / self.in_std[None, :, None, None]
        return weight, self.widen.bias - weight[:, :, 0, 0] @ self.in_mean

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pooled features (n, 1280)."""
        return fn.relu6(self.widen.apply_to(x, *self.widening())).float().mean((2, 3))


class Folded(torch.nn.Module):
    """Units, head and the projection into the common space.

    The projection has a hidden layer: what a picture shows is a mean of the names of the classes
    that are likely, and which are is no linear matter (a linear one halved what the same features
    told of clothes and groceries).
    """

    def __init__(self) -> None:
        super().__init__()
        self.units, inputs = torch.nn.ModuleList(), 3
        for outputs, expansion, stride, count in STAGES:
            for index in range(count):
                self.units.append(Unit(inputs, outputs, expansion, 1 if index else stride))
                inputs = outputs
        self.head = Head(inputs)
        self.projection = Mlp(FEATURES, 2 * SPACE, SPACE)

    def features(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The last unit's map (n, 320, h/32, w/32) and the pooled features (n, 1280)."""
        for unit in self.units:
            x = unit(x)
        return x, self.head(x)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Embeddings, not yet of unit length."""
        return self.projection(self.features(x)[1])


def norm(name: str, bias: torch.Tensor) -> dict[str, torch.Tensor]:
    """timm's batch norm that only adds this bias."""
    one = torch.ones_like(bias)
    return {
        f"{name}.weight": one,
        f"{name}.bias": bias,
        f"{name}.running_mean": torch.zeros_like(bias),
        f"{name}.running_var": one - EPSILON,
        f"{name}.num_batches_tracked": torch.tensor(0),
    }


@torch.no_grad()
def to_timm(tower: Folded) -> dict[str, torch.Tensor]:
    """The state of timm's `mobilenetv2_100`, without classes, that gives the same features."""
    out: dict[str, torch.Tensor] = {}

    def layer(conv: str, bn: str, weight: torch.Tensor, bias: torch.Tensor) -> None:
        out.update({f"{conv}.weight": weight, **norm(bn, bias)})

    places = [f"blocks.{i}.{j}" for i, stage in enumerate(STAGES) for j in range(stage[3])]
    for unit, place in zip(tower.units, places, strict=True):
        assert isinstance(unit, Unit)
        if unit.first:
            layer("conv_stem", "bn1", *unit.widening())
            layer(f"{place}.conv_dw", f"{place}.bn1", unit.around.weight, unit.around.bias)
            layer(f"{place}.conv_pw", f"{place}.bn2", *unit.narrowing())
        else:
            layer(f"{place}.conv_pw", f"{place}.bn1", *unit.widening())
            layer(f"{place}.conv_dw", f"{place}.bn2", unit.around.weight, unit.around.bias)
            layer(f"{place}.conv_pwl", f"{place}.bn3", *unit.narrowing())
    layer("conv_head", "bn2", *tower.head.widening())
    return out
