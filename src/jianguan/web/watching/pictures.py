"""Photos as they are shown: turned upright, bounded, with the viewer's mark across them (水印)."""

import functools
import io
from importlib.resources import as_file, files

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

LARGEST = 1600
QUALITY = 85


class NoPicture(ValueError):
    """The bytes are no picture that can be shown."""


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    folder = files("jianguan.rulebook") / "documents" / "fonts" / "noto-serif-sc"
    version = next(one for one in folder.iterdir() if one.is_dir())
    with as_file(version / "NotoSerifSC_400Regular.ttf") as path:
        return ImageFont.truetype(str(path), size)


def marked(data: bytes, mark: str) -> bytes:
    """Return a picture as JPEG, at most 1600 pixels wide, with ``mark`` across it. Raises NoPicture."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.draft("RGB", (LARGEST, LARGEST))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as refusal:
        raise NoPicture from refusal
    picture.thumbnail((LARGEST, LARGEST))
    size = max(14, picture.width // 36)
    layer = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(layer)
    width = int(pen.textlength(mark, font=_font(size))) + size * 3
    for row, top in enumerate(range(size, picture.height, max(size * 6, picture.height // 4))):
        for left in range(-width // 2 * (row % 2), picture.width, width):
            pen.text((left + 2, top + 2), mark, font=_font(size), fill=(0, 0, 0, 70))
            pen.text((left, top), mark, font=_font(size), fill=(255, 255, 255, 110))
    out = io.BytesIO()
    Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
