"""Photos from strangers: bounded, known by their content, drawn anew without their data."""

from collections.abc import Sequence

from jianguan.backbone.complaints.rules import LARGEST_PHOTO
from jianguan.backbone.evidence import intake


class PhotoRefused(ValueError):
    """The file cannot be taken. The message is Chinese and shown to whoever sent it."""


def redrawn(sent: Sequence[bytes]) -> list[bytes]:
    """Return the photos of one sending as JPEG and nothing but what they show.

    Raises PhotoRefused for what is too large in bytes or pixels, one alone or all together, or is no JPEG, PNG or WebP
    by its content. Takes seconds for the largest: call it before anything is locked.
    """
    if any(len(data) > LARGEST_PHOTO for data in sent):
        raise PhotoRefused(f"照片超过 {LARGEST_PHOTO >> 20} MB，请换一张小一些的")
    try:
        return intake.all_redrawn(sent)
    except intake.FileRefused as refused:
        raise PhotoRefused(str(refused)) from refused
