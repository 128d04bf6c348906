"""Real open_clip models, small enough to be made in a test: random weights, real vocabulary."""

import gzip
import json
from pathlib import Path
from typing import Any

PREPROCESS = {
    "mean": [0.5, 0.4, 0.3],
    "std": [0.2, 0.25, 0.3],
    "interpolation": "bicubic",
    "resize_mode": "squash",
}


def config(dimensions: int = 32, **text: Any) -> dict[str, Any]:
    """An architecture of some ten thousand parameters beside its vocabulary."""
    return {
        "embed_dim": dimensions,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "patch_size": 16},
        "text_cfg": {"context_length": 24, "width": 32, "heads": 2, "layers": 2, **text},
    }


def network(model_cfg: dict[str, Any], seed: int = 0) -> Any:
    """The network open_clip makes of an architecture, with random weights."""
    import open_clip
    import torch

    torch.manual_seed(seed)
    custom = model_cfg.pop("custom_text", False) or "hf_model_name" in model_cfg["text_cfg"]
    kind = open_clip.CLIP
    if custom:
        kind = open_clip.CoCa if "multimodal_cfg" in model_cfg else open_clip.CustomTextCLIP
    return kind(**model_cfg).eval()


def save(model: Any, file: Path) -> None:
    """Write weights in the format that the file's suffix says."""
    import torch
    from safetensors.torch import save_file

    state = {name: value.contiguous().clone() for name, value in model.state_dict().items()}
    if file.suffix == ".safetensors":
        save_file(state, file)
    else:
        torch.save(state, file)


def folder(
    path: Path,
    model_cfg: dict[str, Any],
    weights: str = "open_clip_model.safetensors",
    seed: int = 0,
) -> Any:
    """A model in open_clip's own layout; returns the network."""
    path.mkdir(parents=True)
    content = {"model_cfg": model_cfg, "preprocess_cfg": PREPROCESS}
    (path / "open_clip_config.json").write_text(json.dumps(content), "utf-8")
    model = network(model_cfg, seed)
    save(model, path / weights)
    return model


def starter(resources: Path) -> None:
    """A starter in its layout: half precision, a vocabulary of its own."""
    from open_clip.tokenizer import default_bpe

    path = resources / "starter"
    with gzip.open(default_bpe(), "rt", encoding="utf-8") as stream:
        merges = [next(stream) for _ in range(1001)]
    model = folder(path, config(vocab_size=2 * 256 + len(merges) - 1 + 2), "weights.safetensors")
    save(model.half(), path / "weights.safetensors")
    (path / "bpe.txt.gz").write_bytes(gzip.compress("".join(merges).rstrip("\n").encode()))


def words(path: Path, *, full_set: bool = False) -> None:
    """A tokenizer and the configuration of a text tower, as Hugging Face lays them out.

    With the ``full_set``, captions begin and end with a token of their own, as BERT's do.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, PreTrainedTokenizerFast

    vocabulary = {"[PAD]": 0, "[UNK]": 1, "red": 2, "bird": 3, "vogel": 4, "apple": 5, "sea": 6}
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]"}
    if full_set:
        # Two is where XLM's tokenizers have the end of a text.
        vocabulary |= {"[SEP]": 2, "red": 8, "[CLS]": 7, "photo": 9, "a": 10, "night": 11}
        special |= {"sep_token": "[SEP]", "eos_token": "[SEP]", "cls_token": "[CLS]"}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    if full_set:
        tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 7))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)
    fast.save_pretrained(path)
    BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    ).save_pretrained(path)


def with_words(path: Path, repository: str, words_at: Path) -> None:
    """A model whose text side is Hugging Face's, and lies in another repository."""
    text = {
        "hf_model_name": str(words_at),
        "hf_model_pretrained": False,
        "hf_tokenizer_name": repository,
        "hf_pooler_type": "mean_pooler",
        "hf_proj_type": "linear",
        "context_length": 16,
    }
    model_cfg = {**config(), "text_cfg": text}
    folder(path, model_cfg)
    text["hf_model_name"] = repository
    content = {"model_cfg": model_cfg, "preprocess_cfg": PREPROCESS}
    (path / "open_clip_config.json").write_text(json.dumps(content), "utf-8")
