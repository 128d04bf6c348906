"""From captions to the numbers that a text tower reads."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders.merges import MergesTokenizer, default_vocabulary
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.errors import ModelNotHere, WeightsBroken
from clipdesk.core.paths import printable

Tokenizer = Callable[[Sequence[str]], NDArray[np.int64]]
"""Captions in, numbers out: (n, context length)."""

OPENAI_VOCABULARY = 49408
"""Entries of the vocabulary that open_clip takes where a configuration names none."""
CONTEXT = 77


def tokenizer(recipe: Recipe) -> Tokenizer:
    """The tokenizer that a model was trained with; torch is loaded for Hugging Face's only.

    Raises `WeightsBroken` if its files are damaged or belong to another model.
    """
    text: Mapping[str, Any] = recipe.model_cfg["text_cfg"]
    context_length = text.get("context_length", CONTEXT)
    options = dict(text.get("tokenizer_kwargs") or {})
    if text.get("hf_tokenizer_name"):
        return _hugging_face(recipe, context_length, text.get("tokenizer_mode"), options)
    if options.keys() - {"clean"}:
        return _open_clip(recipe, context_length, options)
    try:
        made = MergesTokenizer(recipe.tokenizer or default_vocabulary(), context_length, **options)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise WeightsBroken(
            f"The vocabulary {printable(recipe.tokenizer or '')} is damaged.", hint=recipe.remedy
        ) from error
    rows = text.get("vocab_size", OPENAI_VOCABULARY)
    # A vocabulary of the model's own has an entry for each row; open_clip's may have fewer.
    if made.vocab_size > rows or (recipe.tokenizer and made.vocab_size != rows):
        raise WeightsBroken(
            f"The vocabulary {printable(recipe.tokenizer or '')} does not fit this model.",
            hint=recipe.remedy,
        )
    return made


def _open_clip(recipe: Recipe, context_length: int, options: dict[str, Any]) -> Tokenizer:
    """open_clip's own, for the rare options that ours does not have."""
    from open_clip import SimpleTokenizer

    if recipe.tokenizer is not None:
        options["bpe_path"] = str(recipe.tokenizer)
    return _as_arrays(SimpleTokenizer(context_length=context_length, **options))


def _hugging_face(
    recipe: Recipe, context_length: int, mode: str | None, options: dict[str, Any]
) -> Tokenizer:
    from open_clip.tokenizer import HFTokenizer

    try:
        made = HFTokenizer(
            str(recipe.tokenizer),
            context_length=context_length,
            tokenizer_mode=mode,
            local_files_only=True,
            trust_remote_code=False,
            **options,
        )
    except ImportError as error:
        raise ModelNotHere(
            f"{recipe.name} reads captions with the package “transformers”, which is not installed."
        ) from error
    except Exception as error:  # whatever foreign files make of it
        raise WeightsBroken(
            f"The tokenizer of {recipe.name} is missing or damaged.", hint=recipe.remedy
        ) from error
    return _as_arrays(made)


def _as_arrays(tokenize: Callable[[list[str]], Any]) -> Tokenizer:
    def tokenized(texts: Sequence[str]) -> NDArray[np.int64]:
        numbers: NDArray[np.int64] = tokenize(list(texts)).numpy()
        return numbers

    return tokenized
