"""Teaching a network's own weights, by torch: whole towers, or a little that is added to them.

What is added has a low rank (LoRA, arXiv 2106.09685). It hangs on torch's parametrizations, not
on peft: open_clip's attention keeps three matrices in one parameter that no module of its own
owns, and peft would bring along accelerate for what fits into this file.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders.changes import DOWN, IMAGE_SIDE, UP
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.errors import QueryError

if TYPE_CHECKING:
    import torch

Depth = Literal["lora", "all"]
Sides = Literal["text", "both"]
Vectors = NDArray[np.float32]
Gradient = Callable[[Vectors], Vectors]
"""From the logits of captions by pictures to the gradient of a loss."""

RANK = 8
RATES = {"lora": 1e-3, "all": 1e-5}
_DECAY = 0.01
_NOT_TAUGHT = ("text_decoder.", "logit_")
"""What a CoCa says a picture with has no part in finding it; scale and bias stay as they were."""


class Tuner:
    """Moves captions' vectors (and pictures') nearer to those they belong to, step by step.

    Norms that know the mean of what they saw keep it: a few hundred pictures are no new world.
    """

    def __init__(self, encoder: OpenClipEncoder, *, depth: Depth, sides: Sides) -> None:
        """The encoder is changed; raises `QueryError` where there is nothing to teach."""
        import torch

        self.encoder = encoder
        self.sides = sides
        self._depth = depth
        chosen = _hang_on if depth == "lora" else _unfreeze
        self._weights = dict(chosen(encoder.network, sides))
        if not self._weights:
            raise QueryError(f"{encoder.space.model} has no layers that can be taught so.")
        self._parameters = [each for parts in self._weights.values() for each in parts]
        self._optimizer = torch.optim.AdamW(
            self._parameters, RATES[depth], weight_decay=_DECAY, foreach=False
        )

    def learn(self, texts: Sequence[str], pictures: NDArray[Any], gradient: Gradient) -> None:
        """Take one step. Where the image side is taught, pictures are pixels, else vectors."""
        import torch

        encoder = self.encoder
        scale, bias = encoder.calibration.scale, encoder.calibration.bias or 0.0
        unit = torch.nn.functional.normalize
        tokens = torch.from_numpy(encoder.numbers(texts)).to(encoder.device)
        seen = torch.from_numpy(pictures).to(encoder.device)
        text = unit(encoder.read(tokens).float(), dim=-1)
        image = unit(encoder.see(seen).float(), dim=-1) if self.sides == "both" else seen
        logits = scale * (text @ image.T) + bias
        # The losses are ours, in numpy, and the same for what needs no torch.
        slope = torch.from_numpy(np.asarray(gradient(logits.detach().cpu().numpy()), np.float32))
        self._optimizer.zero_grad()
        torch.autograd.backward(logits, slope.to(encoder.device))
        self._optimizer.step()

    def values(self) -> dict[str, Vectors]:
        """What has been learned."""
        return {f"value{n}": _copy(each) for n, each in enumerate(self._parameters)}

    def wear(self, values: Mapping[str, Vectors]) -> None:
        """Be as one was when `values` said this."""
        import torch

        with torch.no_grad():
            for number, each in enumerate(self._parameters):
                each.copy_(torch.from_numpy(values[f"value{number}"]))

    def momentum(self) -> dict[str, NDArray[Any]]:
        """What the next step needs beside the values."""
        state = self._optimizer.state
        return {
            f"{key}{number}": _copy(state[each][key])
            for number, each in enumerate(self._parameters)
            for key in state[each]
        }

    def gather(self, momentum: Mapping[str, NDArray[Any]]) -> None:
        """Go on with this `momentum`."""
        import torch

        for number, each in enumerate(self._parameters):
            if f"step{number}" in momentum:
                self._optimizer.state[each] = {
                    key: torch.from_numpy(np.array(momentum[f"{key}{number}"])).to(
                        "cpu" if key == "step" else each.device
                    )
                    for key in ("step", "exp_avg", "exp_avg_sq")
                }

    def changes(self) -> dict[str, Vectors]:
        """The changed tensors as `changes` keeps them."""
        if self._depth == "all":
            return {name: _copy(weight) for name, (weight,) in self._weights.items()}
        found: dict[str, Vectors] = {}
        for name, (up, down) in self._weights.items():
            found |= {name + UP: _copy(up), name + DOWN: _copy(down)}
        return found


def _side(name: str) -> str:
    """The tower that a weight belongs to."""
    if name.startswith(_NOT_TAUGHT):
        return ""
    return "image" if name.startswith(IMAGE_SIDE) else "text"


def _taught(sides: Sides) -> tuple[str, ...]:
    return ("text",) if sides == "text" else ("text", "image")


def _unfreeze(network: Any, sides: Sides) -> Iterator[tuple[str, list["torch.Tensor"]]]:
    for name, weight in network.named_parameters():
        if _side(name) in _taught(sides):
            yield name, [weight.requires_grad_()]


def _hang_on(network: Any, sides: Sides) -> Iterator[tuple[str, list["torch.Tensor"]]]:
    """Hang two narrow matrices on each weight that multiplies; at first they add nothing."""
    import torch
    from torch.nn.utils import parametrize

    class Added(torch.nn.Module):
        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__()
            out, into = weight.shape[0], math.prod(weight.shape[1:])
            # By its size alone, so that what is resumed begins as it did.
            dice = torch.Generator().manual_seed(out * into)
            down = torch.randn(RANK, into, generator=dice) / into**0.5
            self.up = torch.nn.Parameter(torch.zeros(out, RANK, device=weight.device))
            self.down = torch.nn.Parameter(down.to(weight.device))

        def forward(self, weight: torch.Tensor) -> torch.Tensor:
            return weight + (self.up @ self.down).view_as(weight)

    found = [
        (f"{where}.{name}" if where else name, module, name)
        for where, module in network.named_modules()
        for name in _multiplied(module)
    ]
    for full, module, name in found:
        if _side(full) in _taught(sides):
            added = Added(getattr(module, name))
            parametrize.register_parametrization(module, name, added)
            yield full, [added.up, added.down]


def _multiplied(module: Any) -> tuple[str, ...]:
    from torch import nn

    if isinstance(module, nn.MultiheadAttention):
        return tuple(n for n in _ATTENTION if getattr(module, n) is not None)
    plain = isinstance(module, nn.Linear) or (isinstance(module, nn.Conv2d) and module.groups == 1)
    return ("weight",) if plain else ()


_ATTENTION = ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight")


def _copy(tensor: "torch.Tensor") -> NDArray[Any]:
    # In C's order: a convolution's weights may lie otherwise after a step.
    return np.array(tensor.detach().cpu().numpy(), order="C")
