"""Encoder inputs are open_clip's own, to a grey level."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.pictures import decode
from clipdesk.core.types import ImageSpec, Interpolation, ResizeMode
from tests.core.pictures.drawn import encoded, photo


def _open_clip(image: Image.Image, spec: ImageSpec) -> np.ndarray:
    """What open_clip feeds its models, back in 0–255."""
    from open_clip.transform import PreprocessCfg, image_transform_v2

    config = PreprocessCfg(
        size=spec.size,
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        interpolation=spec.interpolation,
        resize_mode=spec.resize_mode,
        fill_color=spec.fill,
    )
    tensor = image_transform_v2(config, is_train=False)(image)
    return tensor.permute(1, 2, 0).numpy() * 255


@pytest.mark.parametrize("size", [(560, 373), (373, 560), (224, 300), (97, 61), (1500, 1100)])
@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_same_as_open_clip(
    size: tuple[int, int], mode: ResizeMode, interpolation: Interpolation
) -> None:
    spec = ImageSpec(224, mode, interpolation, fill=17)
    image = photo(*size)
    ours = decode(encoded(image, "PNG"), (spec,)).inputs[0].astype(float)
    theirs = _open_clip(image, spec)
    assert np.abs(ours - theirs).mean() <= 1
    if max(size) < 600:
        assert np.abs(ours - theirs).max() <= 2


@pytest.mark.parametrize("size", [(2400, 1800), (1000, 1500)])
def test_near_open_clip_when_decoded_smaller(size: tuple[int, int]) -> None:
    spec = ImageSpec(224)
    data = encoded(photo(*size), "JPEG", quality=90)
    ours = decode(data, (spec,)).inputs[0].astype(float)
    with Image.open(BytesIO(data)) as image:
        theirs = _open_clip(image, spec)
    ours -= ours.mean()
    theirs -= theirs.mean()
    cosine = (ours * theirs).sum() / np.sqrt((ours**2).sum() * (theirs**2).sum())
    assert cosine >= 0.99


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
def test_near_open_clip_when_made_of_the_thumbnail(mode: ResizeMode) -> None:
    spec = ImageSpec(96, mode)
    image = photo(560, 373)
    ours = decode(encoded(image, "PNG"), (spec,)).inputs[0].astype(float)
    difference = np.abs(ours - _open_clip(image, spec))
    assert 0 < difference.mean() <= 1  # it was made of the thumbnail, and hardly differs
    assert difference.max() <= 8


def test_several_encoders_at_once() -> None:
    specs = (ImageSpec(224), ImageSpec(336, "squash", "bilinear"), ImageSpec(64, "longest"))
    data = encoded(photo(640, 480), "JPEG")
    together = decode(data, specs).inputs
    assert [array.shape for array in together] == [(224, 224, 3), (336, 336, 3), (64, 64, 3)]
    for spec, array in zip(specs, together, strict=True):
        assert array.dtype == np.uint8
        # Alone, the small one may be decoded at a smaller scale.
        alone = decode(data, (spec,)).inputs[0].astype(float)
        assert np.abs(array - alone).mean() <= 2
