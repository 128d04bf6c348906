"""What rclip would have fetched, by dice: ``python -m tests.benchmarks.rclip_model FOLDER``.

Exports both towers of the network that `tests.benchmarks.peers` measures to ONNX, under the names
that rclip 3 looks for in its data folder. Needs the packages onnx and onnxscript.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import load_file

from tests.benchmarks.models import weights
from tests.benchmarks.peers import NETWORK

MODELS = "ViT-B-32-256-datacomp_s34b_b86k"
VOCABULARY = "tokenizer/bpe_simple_vocab_16e6.txt.gz"


class Tower(torch.nn.Module):
    """One of the network's two functions, as a module of its own."""

    def __init__(self, network: Any, name: str) -> None:
        super().__init__()
        self.network = network
        self.name = name

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = getattr(self.network, self.name)(batch)
        return found


def main(folder: Path) -> None:
    network = open_clip.create_model(NETWORK, pretrained=None)
    network.load_state_dict(load_file(weights(NETWORK)))
    network.eval()
    size = network.visual.image_size[0]
    (folder / MODELS).mkdir(parents=True, exist_ok=True)
    towers = {
        "visual": ("encode_image", torch.zeros(2, 3, size, size)),
        "textual": ("encode_text", torch.zeros(2, 77, dtype=torch.int64)),
    }
    for file, (name, example) in towers.items():
        torch.onnx.export(
            Tower(network, name),
            (example,),
            folder / MODELS / f"{file}.onnx",
            input_names=["input"],
            output_names=["output"],
            dynamic_shapes={"batch": {0: torch.export.Dim("n", min=1, max=512)}},
            external_data=False,
            dynamo=True,
        )
    vocabulary = Path(open_clip.__file__).parent / Path(VOCABULARY).name
    (folder / VOCABULARY).parent.mkdir(exist_ok=True)
    shutil.copyfile(vocabulary, folder / VOCABULARY)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
