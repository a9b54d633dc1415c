"""Photos from strangers: known by their content, bounded before they are decoded, drawn anew without their data."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from jianguan.backbone.complaints.rules import LARGEST_PHOTO

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS = 50_000_000
LARGEST_SIDE = 2048
QUALITY = 85


class PhotoRefused(ValueError):
    """The file cannot be taken. The message is Chinese and shown to whoever sent it."""


def redrawn(data: bytes) -> bytes:
    """Return a photo as JPEG, upright, at most 2048 pixels a side, without EXIF or anything else but the picture.

    Raises PhotoRefused for what is too large in bytes or pixels, or is no JPEG, PNG or WebP by its content.
    """
    if len(data) > LARGEST_PHOTO:
        raise PhotoRefused(f"照片超过 {LARGEST_PHOTO >> 20} MB，请换一张小一些的")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > PIXELS:
                    raise PhotoRefused("照片像素过多，请换一张小一些的")
                opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
                picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as refusal:
        raise PhotoRefused("照片像素过多，请换一张小一些的") from refusal
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError, MemoryError) as refusal:
        raise PhotoRefused("只接受 JPG、PNG、WebP 照片，这个文件不是或已损坏") from refusal
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
