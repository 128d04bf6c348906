"""From a recipe to a network, by open_clip's own classes; nothing is fetched."""

import copy
import pickle
from contextlib import AbstractContextManager
from typing import Any

from clipdesk.core.encoders import changes
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.errors import ModelNotHere, WeightsBroken
from clipdesk.core.paths import printable
from clipdesk.core.types import Calibration

Network = Any
"""One of open_clip's networks, which carry no types: encode_image, encode_text, visual."""


def build(recipe: Recipe) -> Network:
    """The network with its weights, on the CPU, in full precision, ready to infer.

    ``open_clip.create_model`` would do the same for names it knows, but it asks the hub for
    whatever it lacks; here everything is on the disk already, or it is an error.
    Raises `WeightsBroken` if the file is damaged or belongs to another architecture.
    """
    import open_clip

    if not recipe.weights.is_file():
        raise ModelNotHere(f"There are no weights at {printable(recipe.weights)}.")
    model = _architecture(recipe)
    try:
        open_clip.load_checkpoint(model, str(recipe.weights), strict=True, weights_only=True)
    except Exception as error:  # whatever a foreign file makes of the loaders
        raise _broken(recipe, error) from error
    if recipe.changes is not None:
        changes.apply(model, recipe.changes)
    return model.eval().requires_grad_(requires_grad=False)


def _architecture(recipe: Recipe) -> Network:
    import open_clip

    config: dict[str, Any] = copy.deepcopy(dict(recipe.model_cfg))
    vision, text = config["vision_cfg"], config["text_cfg"]
    # Towers must not be filled from the hub: the weights that follow fill them.
    if "timm_model_name" in vision:
        vision["timm_model_pretrained"] = False
    if "hf_model_name" in text:
        text["hf_model_pretrained"] = False
        text["hf_model_name"] = str(recipe.text_model)
    # The same choice as open_clip.create_model makes.
    custom = config.pop("custom_text", False) or "hf_model_name" in text
    kind = open_clip.CLIP
    if custom:
        kind = open_clip.CoCa if "multimodal_cfg" in config else open_clip.CustomTextCLIP
    try:
        with _unfilled():
            model = kind(**config)
    except Exception as error:  # a configuration can be wrong in any way
        raise WeightsBroken(
            f"The architecture {recipe.architecture} can't be built: {_first_line(error)}",
            hint=recipe.remedy,
        ) from error
    return model


def _unfilled() -> "AbstractContextManager[object]":
    """Leave weights as they lie in memory: dice for numbers that are overwritten take seconds.

    Safe because weights are loaded strictly: none of these is left over.
    """
    import torch
    from torch.overrides import TorchFunctionMode

    dice = (torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.erfinv_)

    class Unfilled(TorchFunctionMode):
        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            kwargs = kwargs or {}
            if func in dice or getattr(func, "__module__", "") == "torch.nn.init":
                return args[0] if args else kwargs["tensor"]
            return func(*args, **kwargs)

    return Unfilled()


def _broken(recipe: Recipe, error: Exception) -> WeightsBroken:
    file = printable(recipe.weights)
    if isinstance(error, RuntimeError) and "state_dict" in str(error):
        return WeightsBroken(
            f"The weights in {file} do not fit the architecture {recipe.architecture}.",
            hint=recipe.remedy,
        )
    if isinstance(error, pickle.UnpicklingError) or "TorchScript" in str(error):
        return WeightsBroken(
            f"{file} holds more than weights, and running what a file brings along is not safe.",
            hint="Use the .safetensors file of this model.",
        )
    return WeightsBroken(
        f"The weights in {file} are damaged, or no weights of {recipe.architecture}.",
        hint=recipe.remedy,
    )


def calibration(model: Network) -> Calibration:
    """What the network has learned of scale and bias, beside its towers."""
    bias = model.logit_bias
    return Calibration(
        scale=float(model.logit_scale.exp()), bias=None if bias is None else float(bias)
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
