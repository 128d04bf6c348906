"""What everybody writes first: open_clip, Pillow, NumPy. ``plain.py NETWORK WEIGHTS index FOLDER``.

Measured beside ClipDesk by `tests.benchmarks.peers`; not part of it.
"""

import sys
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image
from safetensors.torch import load_file

BATCH = 16


def main(network: str, weights: str, task: str, folder: str, caption: str = "") -> None:
    model, _, preprocess = open_clip.create_model_and_transforms(network, pretrained=None)
    model.load_state_dict(load_file(weights))
    model.eval()
    kept = Path(folder).parent / "vectors.npz"
    if task == "index":
        files = sorted(Path(folder).rglob("*.jpg"))
        vectors = []
        with torch.inference_mode():
            for start in range(0, len(files), BATCH):
                batch = [preprocess(Image.open(file)) for file in files[start : start + BATCH]]
                found = model.encode_image(torch.stack(batch), normalize=True)
                vectors.append(found.numpy())
        np.savez(kept, vectors=np.concatenate(vectors), files=[str(file) for file in files])
    else:
        known = np.load(kept)
        with torch.inference_mode():
            tokens = open_clip.get_tokenizer(network)([caption])
            asked = model.encode_text(tokens, normalize=True)[0].numpy()
        scores = known["vectors"] @ asked
        for row in np.argsort(-scores)[:10]:
            sys.stdout.write(f"{scores[row]:.3f} {known['files'][row]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
