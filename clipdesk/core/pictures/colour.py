"""Any mode, depth and profile → 8-bit sRGB, transparency in its own band."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

_PLAIN = ("L", "LA", "RGB", "RGBA", "CMYK", "LAB")
_SRGB = ImageCms.createProfile("sRGB")
_TAG_BITS = 258
_TAG_PHOTOMETRIC = 262
_WHITE_IS_ZERO = 0
_SRGB_GAMMA = 0.45455


def plain(image: Image.Image) -> Image.Image:
    """The same colours in 8 bits a band, without palette: L, LA, RGB, RGBA, CMYK or LAB."""
    if image.mode.startswith(("I", "F")):
        return _from_numbers(image)
    if image.has_transparency_data and image.mode not in ("LA", "RGBA"):
        grey = image.mode in ("1", "L", "La")
        return image.convert("LA" if grey else "RGBA")
    if image.mode in _PLAIN:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def to_srgb(image: Image.Image) -> Image.Image:
    """A `plain` picture in sRGB by its own profile: RGB, or RGBA if it has transparency.

    A profile that is damaged or belongs to another kind of picture is passed over.
    """
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert(image.mode.rstrip("A")) if alpha else image
    profile = image.info.get("icc_profile")
    transform = _transform(profile, colours.mode) if isinstance(profile, bytes) else None
    if transform is None and colours.mode == "LAB":
        transform = _from_lab()
    if transform is not None:
        colours = ImageCms.applyTransform(colours, transform) or colours
    elif gamma := _gamma(image):
        colours = colours.convert("RGB").point(_gamma_table(gamma) * 3)
    if colours.mode != "RGB":
        colours = colours.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    return colours


def _from_numbers(image: Image.Image) -> Image.Image:
    """Grey of 12, 16 or 32 bits or in floating point; what is bright stays bright."""
    values = np.asarray(image)
    tags = getattr(image, "tag_v2", {})
    if image.mode.startswith("I;16"):
        bits = tags.get(_TAG_BITS, (16,))[0]
        top = float((1 << bits) - 1) if 8 < bits <= 16 else 65535.0
    else:
        values = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
        low, high = float(values.min()), float(values.max())
        # There is no telling the scale but by what is there: negative means measured values.
        usual = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
        values -= min(low, 0.0)
        top = next((top for top in usual if low >= 0 and high <= top), high - min(low, 0.0)) or 1.0
    grey = np.clip(values * (255.0 / top) + 0.5, 0, 255).astype(np.uint8)
    if tags.get(_TAG_PHOTOMETRIC) == _WHITE_IS_ZERO and image.mode.startswith("I;16"):
        grey = 255 - grey
    plain = Image.fromarray(grey)
    see_through = image.info.get("transparency")
    if isinstance(see_through, int):
        plain.putalpha(
            Image.fromarray(np.where(np.asarray(image) == see_through, 0, 255).astype(np.uint8))
        )
    plain.info = image.info
    return plain


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From this profile to sRGB, or None where there is nothing to do or it can't be done."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if mode == "RGB" and "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.buildTransform(
            source, _SRGB, mode, "RGB", flags=ImageCms.Flags.BLACKPOINTCOMPENSATION
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@lru_cache(maxsize=1)
def _from_lab() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), _SRGB, "LAB", "RGB")


def _gamma(image: Image.Image) -> float | None:
    """The exponent a PNG was encoded with, where it differs from sRGB's to the eye."""
    gamma = image.info.get("gamma")
    if not isinstance(gamma, float) or "srgb" in image.info or not 0.05 < gamma < 5:
        return None
    return gamma if abs(gamma - _SRGB_GAMMA) > 0.02 else None


def _gamma_table(gamma: float) -> list[int]:
    return [round(255 * (level / 255) ** (_SRGB_GAMMA / gamma)) for level in range(256)]
