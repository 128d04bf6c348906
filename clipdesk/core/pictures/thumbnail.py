"""What is shown of a picture before it is opened: a small copy, and its mean colour."""

from io import BytesIO

from PIL import Image, ImageChops

QUALITY = 82
TINY = 64
"""Pixels of the longer side up to which a thumbnail keeps every pixel as it is."""
WHITE = (255, 255, 255)
GREY = (96, 96, 96)

_NEARLY_WHITE = 224
_SHARE = 0.9


def fit(image: Image.Image, max_side: int) -> Image.Image:
    """The picture within a square of this side, never larger than it is."""
    factor = max_side / max(image.size)
    if factor >= 1:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    # As sharp as bicubic to the eye, in two thirds of the time.
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=3.0)


def on_ground(image: Image.Image) -> Image.Image:
    """An RGBA picture as an encoder should see it: on white, or on grey if white would hide it.

    White would hide it when nine tenths of what is opaque is nearly white itself.
    """
    if image.mode != "RGBA":
        return image
    alpha = image.getchannel("A")
    weights = alpha.resize((64, 64), Image.Resampling.BOX).tobytes()
    # RGBA is averaged by weight of its alpha, so that hidden colours do not count.
    red, green, blue, _ = image.resize((64, 64), Image.Resampling.BOX).split()
    palest = ImageChops.darker(ImageChops.darker(red, green), blue).tobytes()
    seen = sum(weights)
    pale = sum(
        weight for weight, level in zip(weights, palest, strict=True) if level >= _NEARLY_WHITE
    )
    ground = Image.new("RGB", image.size, GREY if seen and pale > _SHARE * seen else WHITE)
    ground.paste(image, mask=alpha)
    return ground


def mean_colour(image: Image.Image) -> int:
    """The mean of an RGB picture, as 0xRRGGBB."""
    return int.from_bytes(image.resize((1, 1), Image.Resampling.BOX).tobytes())


def encode(image: Image.Image) -> bytes:
    """The thumbnail's file: PNG if it is tiny, else WebP with transparency, JPEG without."""
    out = BytesIO()
    if max(image.size) <= TINY:
        image.save(out, "PNG", optimize=True)
    elif image.mode == "RGBA":
        image.save(out, "WEBP", quality=QUALITY, method=2)
    else:
        image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
