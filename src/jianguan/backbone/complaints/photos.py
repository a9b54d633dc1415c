"""Photos from strangers: bounded, known by their content, drawn anew without their data."""

from jianguan.backbone.complaints.rules import LARGEST_PHOTO
from jianguan.backbone.evidence import intake


class PhotoRefused(ValueError):
    """The file cannot be taken. The message is Chinese and shown to whoever sent it."""


def redrawn(data: bytes) -> bytes:
    """Return a photo as JPEG and nothing but what it shows.

    Raises PhotoRefused for what is too large in bytes or pixels, or is no JPEG, PNG or WebP by its content.
    """
    if len(data) > LARGEST_PHOTO:
        raise PhotoRefused(f"照片超过 {LARGEST_PHOTO >> 20} MB，请换一张小一些的")
    try:
        return intake.redrawn(data)
    except intake.FileRefused as refused:
        raise PhotoRefused(str(refused)) from refused
