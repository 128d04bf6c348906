"""From captions to the numbers that a text tower reads."""

import json
import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders.merges import CLEANINGS, MergesTokenizer, default_vocabulary
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.errors import ModelNotHere, WeightsBroken
from clipdesk.core.paths import printable

Tokenizer = Callable[[Sequence[str]], NDArray[np.int64]]
"""Captions in, numbers out: (n, context length)."""

OPENAI_VOCABULARY = 49408
"""Entries of the vocabulary that open_clip takes where a configuration names none."""
CONTEXT = 77
KEPT = "tokens.json"

log = logging.getLogger(__name__)


def tokenizer(recipe: Recipe) -> Tokenizer:
    """The tokenizer that a model was trained with; torch is loaded for Hugging Face's only.

    Raises `WeightsBroken` if its files are damaged or belong to another model.
    """
    text: Mapping[str, Any] = recipe.model_cfg["text_cfg"]
    context_length = text.get("context_length", CONTEXT)
    options = dict(text.get("tokenizer_kwargs") or {})
    if text.get("hf_tokenizer_name"):
        return _kept(recipe) or _as_arrays(_hugging_face(recipe))
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


def _hugging_face(recipe: Recipe) -> Any:
    from open_clip.tokenizer import HFTokenizer

    text: Mapping[str, Any] = recipe.model_cfg["text_cfg"]
    try:
        return HFTokenizer(
            str(recipe.tokenizer),
            context_length=text.get("context_length", CONTEXT),
            tokenizer_mode=text.get("tokenizer_mode"),
            local_files_only=True,
            trust_remote_code=False,
            **dict(text.get("tokenizer_kwargs") or {}),
        )
    except ImportError as error:
        raise ModelNotHere(
            f"{recipe.name} reads captions with the package “transformers”, which is not installed."
        ) from error
    except Exception as error:  # whatever foreign files make of it
        raise WeightsBroken(
            f"The tokenizer of {recipe.name} is missing or damaged.", hint=recipe.remedy
        ) from error


def keep(recipe: Recipe, folder: Path, texts: Sequence[str]) -> None:
    """Keep a tokenizer of Hugging Face's in ``folder``, so that it works without torch.

    Only if it answers as the original does to each of ``texts``.
    """
    text: Mapping[str, Any] = recipe.model_cfg["text_cfg"]
    if not text.get("hf_tokenizer_name") or text.get("tokenizer_mode"):
        return
    original = _hugging_face(recipe)
    tokens = original.tokenizer
    backend = getattr(tokens, "backend_tokenizer", None)
    if backend is None or tokens.padding_side != "right":
        return
    content = {
        "tokenizer": backend.to_str(),
        "context_length": text.get("context_length", CONTEXT),
        "clean": (text.get("tokenizer_kwargs") or {}).get("clean", "whitespace"),
        "pad": [tokens.pad_token_id, tokens.pad_token],
        "zeroed": tokens.sep_token_id if original.strip_sep_token else None,
    }
    file = folder / KEPT
    file.write_text(json.dumps(content), "utf-8")
    try:
        same = np.array_equal(_read(file)(texts), _as_arrays(original)(texts))
    except Exception as error:  # whatever the library makes of a tokenizer it did not expect
        log.info("the tokenizer of %s is not kept: %s", recipe.name, error)
        same = False
    if not same:
        file.unlink()


def _kept(recipe: Recipe) -> Tokenizer | None:
    if recipe.towers is None:
        return None
    try:
        return _read(recipe.towers / KEPT)
    except FileNotFoundError:
        return None


def _read(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer as Backend

    content = json.loads(file.read_text("utf-8"))
    backend = Backend.from_str(content["tokenizer"])
    number, word = content["pad"]
    length, zeroed, clean = content["context_length"], content["zeroed"], content["clean"]
    backend.enable_truncation(length)
    backend.enable_padding(length=length, pad_id=number, pad_token=word)

    def tokenized(texts: Sequence[str]) -> NDArray[np.int64]:
        read = backend.encode_batch([CLEANINGS[clean](text) for text in texts])
        numbers = np.array([row.ids for row in read], np.int64)
        return numbers if zeroed is None else np.where(numbers == zeroed, 0, numbers)

    return tokenized


def _as_arrays(tokenize: Callable[[list[str]], Any]) -> Tokenizer:
    def tokenized(texts: Sequence[str]) -> NDArray[np.int64]:
        numbers: NDArray[np.int64] = tokenize(list(texts)).numpy()
        return numbers

    return tokenized
