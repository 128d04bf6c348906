"""Pictures described in words, by models that were taught to (CoCa, arXiv 2205.01917).

open_clip's own ``generate`` needs parts of transformers that its fifth version has dropped; the
network's towers are open_clip's, the search for the likeliest words is here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import changes, loading
from clipdesk.core.encoders.caption import clean
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder, devices
from clipdesk.core.errors import ModelNotHere
from clipdesk.core.types import ImageSpec

if TYPE_CHECKING:
    import torch

EXAMPLE = "coca_ViT-L-14/mscoco_finetuned_laion2b_s13b_b90k"
LONGEST = 30
"""Tokens of a caption at most, as in open_clip."""
BEAMS = 6
_AT_ONCE = 8


@dataclass(slots=True)
class _Beam:
    """A caption as far as it goes, and the sum of its words' logarithmic probabilities."""

    tokens: list[int]
    score: float

    @property
    def merit(self) -> float:
        """By the word, or longer captions would never win."""
        return self.score / len(self.tokens)


class Captioner:
    """Describes pictures, a short sentence each. Used by one thread at a time."""

    def __init__(self, encoder: OpenClipEncoder, vocabulary: Path | None) -> None:
        from open_clip import SimpleTokenizer

        self.model = encoder.space.model
        self._network = encoder.network
        self._spec = encoder.space.spec
        self._device = encoder.device
        self._words = SimpleTokenizer(**({"bpe_path": str(vocabulary)} if vocabulary else {}))
        self._longest = min(LONGEST, self._network.context_length)

    @property
    def spec(self) -> ImageSpec:
        """How pictures are to be prepared."""
        return self._spec

    def describe(self, pixels: NDArray[np.uint8]) -> list[str]:
        """A caption for each of (n, size, size, 3) pictures, RGB, 0–255."""
        return [
            caption
            for start in range(0, len(pixels), _AT_ONCE)
            for caption in self._describe(pixels[start : start + _AT_ONCE])
        ]

    def _describe(self, pixels: NDArray[np.uint8]) -> list[str]:
        import torch

        shares = np.asarray(pixels, np.float32) / 255
        normal = (shares - np.array(self._spec.mean)) / np.array(self._spec.std)
        floats = torch.from_numpy(normal.transpose(0, 3, 1, 2).astype(np.float32))
        with torch.inference_mode():
            seen = self._network(floats.to(self._device))
            return [self._caption(seen["image_embs"][n : n + 1]) for n in range(len(pixels))]

    def _caption(self, seen: "torch.Tensor") -> str:
        end = self._words.eot_token_id
        open_beams, done = [_Beam([self._words.sot_token_id], 0.0)], []
        while open_beams and len(open_beams[0].tokens) < self._longest:
            likely = self._next(open_beams, seen)
            grown = [
                _Beam([*beam.tokens, token], beam.score + float(row[token]))
                for beam, row in zip(open_beams, likely, strict=True)
                for token in np.argpartition(row, -BEAMS - 1)[-BEAMS - 1 :].tolist()
            ]
            grown = sorted(grown, key=lambda beam: -beam.score)[: BEAMS + 1]
            done += [beam for beam in grown if beam.tokens[-1] == end]
            open_beams = [beam for beam in grown if beam.tokens[-1] != end][:BEAMS]
            # As a rule what is open gets no better by going on.
            if done and max(b.merit for b in done) >= max(b.merit for b in open_beams):
                break
        best = max(done or open_beams, key=lambda beam: beam.merit)
        words: str = self._words.decode([t for t in best.tokens[1:] if t != end])
        return clean(words)

    def _next(self, beams: list[_Beam], seen: "torch.Tensor") -> NDArray[np.float32]:
        """Logarithmic probabilities of the next token, (beams, vocabulary)."""
        import torch

        text = torch.tensor([beam.tokens for beam in beams], device=self._device)
        # The picture was looked at once: only the text towers have work left.
        out: dict[str, Any] = self._network(
            None,
            text,
            image_latent=seen,
            image_embs=seen.expand(len(beams), -1, -1),
            output_labels=False,
        )
        logits: NDArray[np.float32] = out["logits"][:, -1].float().log_softmax(-1).cpu().numpy()
        return logits


def describes(name: str, models: Path) -> bool:
    """Whether this model, which must be here, can describe pictures; raises `ModelError`."""
    return "multimodal_cfg" in loading.find(ModelName.parse(name), models).model_cfg


def load(name: str, models: Path) -> Captioner:
    """The captioner of this name, on the fastest device; takes seconds: torch is loaded.

    Raises `ModelNotHere` if the model is not here or can't describe pictures, or another
    `ModelError`.
    """
    recipe = loading.find(ModelName.parse(name), models)
    tokenizer = recipe.model_cfg["text_cfg"].get("hf_tokenizer_name")
    if "multimodal_cfg" not in recipe.model_cfg or tokenizer:
        raise ModelNotHere(
            f"{name} finds pictures, but can't describe them.",
            hint=f"A CoCa model can: clipdesk models get {EXAMPLE}",
        )
    encoder = OpenClipEncoder(recipe, changes.fingerprints(recipe, models).pictures)
    encoder.move_to(devices()[0])
    return Captioner(encoder, recipe.tokenizer)
