"""The published families' own configurations with fewer, narrower layers: the same code."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.core.encoders import tiny

WORDS_IN_USE = 64
"""Rows of a token table whose tokenizer is one of ours."""
TEXT = {"width": 32, "heads": 2, "layers": 2}
VIT = {"width": 64, "layers": 2, "head_width": 32}

VISION: Mapping[str, dict[str, Any]] = {
    "ViT-B-32/openai": VIT,
    "ViT-B-32-quickgelu/metaclip_400m": VIT,
    "RN50/openai": {"layers": [1, 1, 1, 1], "width": 16},
    "convnext_base_w/laion2b_s13b_b82k": {"timm_model_name": "convnext_atto"},
    "ViT-B-16-SigLIP/webli": {"timm_model_name": "shrunk_siglip"},
    "ViT-B-32-SigLIP2-256/webli": {"timm_model_name": "shrunk_siglip2"},
    "EVA02-B-16/merged2b_s8b_b131k": {"timm_model_name": "shrunk_eva02"},
    "coca_ViT-B-32/laion2b_s13b_b90k": {**VIT, "attn_pooler_heads": 2},
    "MobileCLIP2-S0/dfndr2b": {},
    "MobileCLIP-B/datacompdr": {"timm_model_name": "shrunk_mci"},
    "ViTamin-S/datacomp1b": {},
    "PE-Core-T-16-384/meta": {},
    "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k": VIT,
    "nllb-clip-base-siglip/v1": {"timm_model_name": "shrunk_siglip_384"},
    "ViT-H-14-CLIPA/datacomp1b": VIT,
    "ViT-H-14-worldwide-quickgelu/metaclip2_worldwide": VIT,
}
"""By the name of published weights: what is made smaller in the image tower. Empty: real size."""


def register() -> None:
    """Make timm know smaller siblings of its models."""
    import timm
    from timm.models import eva, register_model, vision_transformer, vision_transformer_hybrid

    if "shrunk_siglip" in timm.list_models("shrunk_*"):
        return
    small = {"depth": 2, "embed_dim": 64, "num_heads": 2}

    @register_model
    def shrunk_siglip(pretrained: bool = False, **more: Any) -> Any:
        return vision_transformer.vit_base_patch16_siglip_224(**{**more, **small})

    @register_model
    def shrunk_siglip_384(pretrained: bool = False, **more: Any) -> Any:
        return vision_transformer.vit_base_patch16_siglip_384(**{**more, **small})

    @register_model
    def shrunk_siglip2(pretrained: bool = False, **more: Any) -> Any:
        return vision_transformer.vit_base_patch32_siglip_256(**{**more, **small})

    @register_model
    def shrunk_mci(pretrained: bool = False, **more: Any) -> Any:
        return vision_transformer_hybrid.vit_base_mci_224(**{**more, "depth": 2})

    @register_model
    def shrunk_eva02(pretrained: bool = False, **more: Any) -> Any:
        return eva.eva02_base_patch16_clip_224(**{**more, **small})


def config(name: str, *, full: bool = False) -> dict[str, Any]:
    """open_clip's configuration for published weights, made small unless it is wanted in full."""
    import open_clip

    made = copy.deepcopy(open_clip.get_model_config(name.partition("/")[0]))
    if full:
        return dict(made)
    made["vision_cfg"] |= VISION[name]
    text = made["text_cfg"]
    if "hf_model_name" not in text:
        text |= TEXT
    if "hf_tokenizer_name" in text and "vocab_size" in text:
        text["vocab_size"] = WORDS_IN_USE
    if "multimodal_cfg" in made:
        made["multimodal_cfg"] |= {**TEXT, "attn_pooler_heads": 2}
    if "timm_model_name" in made["vision_cfg"] and made["vision_cfg"].get("timm_proj") == "none":
        made["embed_dim"] = 64  # no projection: the image tower's width is the dimension
    elif "multimodal_cfg" in made:
        made["embed_dim"] = 32
    if made["vision_cfg"].get("width") == 16:
        made["embed_dim"] = 32
    return dict(made)


def tower_of_words(path: Path, kind: str) -> None:
    """The description of a small text tower of transformers, as its repository has it."""
    from transformers import M2M100Config, XLMRobertaConfig

    common = {"vocab_size": WORDS_IN_USE, "max_position_embeddings": 90}
    if "nllb" in kind:
        M2M100Config(
            **common, d_model=32, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=32,
            decoder_layers=1, init_std=0.5, decoder_attention_heads=2, decoder_ffn_dim=32,
        ).save_pretrained(path)  # fmt: skip
    else:
        XLMRobertaConfig(
            **common, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, pad_token_id=1,
        ).save_pretrained(path)  # fmt: skip


def network(model_cfg: dict[str, Any]) -> Any:
    """What open_clip makes of it, with random weights."""
    register()
    return tiny.network(copy.deepcopy(model_cfg))
