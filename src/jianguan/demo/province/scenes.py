"""Scenes, vehicles and faces drawn by code: no picture of a real person, vehicle or place is used."""

import datetime as dt
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Frame = NDArray[np.uint8]
WIDTH, HEIGHT, RATE = 320, 240, 10
SECONDS = 4
FAULT_FROM, FAULT_UNTIL = 1.5, 3.5
"""Seconds within a clip between which its fault shows."""
CLOCK = dt.datetime(2026, 6, 12, 9, 30, 0)  # noqa: DTZ001 - a drawn clock
DRIFT = 47
"""Seconds by which the drawn clock of the clip with clock drift is wrong."""


def yard(number: int, clock: dt.datetime) -> Image.Image:
    """One frame of an exam yard: markings, poles, a moving car, the clock overlaid."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (126, 138, 120))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 70), fill=(176, 196, 214))
    for place in range(0, WIDTH, 40):
        draw.line((place, HEIGHT, 160 + (place - 160) // 3, 70), fill=(226, 226, 214), width=2)
        draw.rectangle((place + 8, 60, place + 12, 92), fill=(196, 62, 44))
    at = 20 + 6 * number
    draw.rounded_rectangle((at, 130, at + 74, 168), 8, fill=(238, 238, 242), outline=(40, 40, 48), width=2)
    draw.rectangle((at + 16, 136, at + 58, 148), fill=(70, 88, 104))
    for wheel in (at + 12, at + 52):
        draw.ellipse((wheel, 160, wheel + 14, 174), fill=(24, 24, 28))
    draw.text((8, 8), clock.strftime("%Y-%m-%d %H:%M:%S"), fill=(255, 255, 255))
    return image


def occluded(image: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Cover most of the lens."""
    ImageDraw.Draw(image).ellipse((-40, 30, WIDTH - 30, HEIGHT + 60), fill=(52, 40, 36))
    return image


def noisy(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Add snow."""
    frame = np.asarray(image).astype(np.int16) + rng.normal(0, 48, (HEIGHT, WIDTH, 3)).astype(np.int16)
    return Image.fromarray(frame.clip(0, 255).astype(np.uint8))


def cast(image: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Tint green, as with a lost colour channel."""
    return Image.fromarray((np.asarray(image) * np.array([0.35, 1.0, 0.45])).astype(np.uint8))


FAULTS: dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "black": lambda image, _rng: Image.new("RGB", image.size),
    "blur": lambda image, _rng: image.filter(ImageFilter.GaussianBlur(6)),
    "colour_cast": cast,
    "noise": noisy,
    "occlusion": occluded,
}
"""Faults of a single frame; ``freeze`` and ``clock_drift`` are faults of time."""

CLIPS = ("healthy", "clock_drift", "freeze", *FAULTS)


def clip(fault: str) -> list[Frame]:
    """Return the frames of a clip that shows one of ``CLIPS``; the same on every call."""
    rng = np.random.default_rng(CLIPS.index(fault))
    frames = []
    for number in range(SECONDS * RATE):
        faulty = FAULT_FROM <= number / RATE < FAULT_UNTIL
        shown = round(FAULT_FROM * RATE) if fault == "freeze" and faulty else number
        clock = CLOCK + dt.timedelta(seconds=shown // RATE + (DRIFT if fault == "clock_drift" and faulty else 0))
        image = yard(shown, clock)
        if faulty and fault in FAULTS:
            image = FAULTS[fault](image, rng)
        elif fault != "freeze" or not faulty:  # a live picture is never quite still
            grain = rng.normal(0, 2, (HEIGHT, WIDTH, 1)).astype(np.int16)
            image = Image.fromarray((np.asarray(image).astype(np.int16) + grain).clip(0, 255).astype(np.uint8))
        frames.append(np.asarray(image))
    return frames


def vehicle(number: int) -> Image.Image:
    """A drawn vehicle seen from the left front; each number another colour, shape and ground."""
    rng = np.random.default_rng(1000 + number)
    ground, body = (tuple(int(part) for part in rng.integers(60, 230, 3)) for _ in range(2))
    image = Image.new("RGB", (480, 360), ground)
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, size = (int(part) for part in rng.integers(0, 360, 3))
        shade = tuple(int(part) for part in rng.integers(40, 240, 3))
        draw.rectangle((x, y // 2, x + size // 3, y // 2 + size // 4), fill=shade)
    left, top, high = int(rng.integers(40, 90)), int(rng.integers(120, 170)), int(rng.integers(80, 120))
    draw.rounded_rectangle((left, top, 430, top + high), 24, fill=body, outline=(20, 20, 24), width=4)
    draw.rectangle((left + 60, top + 12, 360, top + high // 2), fill=(64, 84, 102))
    for wheel in (left + 40, 330):
        draw.ellipse((wheel, top + high - 26, wheel + 58, top + high + 32), fill=(18, 18, 22))
    return image


def face(person: int, shot: int) -> Image.Image:
    """A drawn face: features belong to the person, pose and light to the shot."""
    own, now = np.random.default_rng(2000 + person), np.random.default_rng(3000 + 100 * person + shot)
    skin = tuple(int(part) for part in own.integers((190, 150, 120), (240, 196, 170)))
    hair = tuple(int(part) for part in own.integers(10, 70, 3))
    wide, long, apart, mouth = (int(part) for part in own.integers((70, 96, 24, 20), (94, 124, 36, 44)))
    shift_x, shift_y, light = int(now.integers(-10, 11)), int(now.integers(-8, 9)), float(now.uniform(0.85, 1.1))
    image = Image.new("RGB", (240, 240), (150, 160, 172))
    draw = ImageDraw.Draw(image)
    x, y = 120 + shift_x, 120 + shift_y
    draw.ellipse((x - wide, y - long, x + wide, y + long), fill=hair)
    draw.ellipse((x - wide + 10, y - long + 30, x + wide - 10, y + long), fill=skin)
    for eye in (x - apart, x + apart):
        draw.ellipse((eye - 10, y - 12, eye + 10, y), fill=(250, 250, 250))
        draw.ellipse((eye - 4, y - 10, eye + 4, y - 2), fill=(30, 22, 18))
    draw.line((x, y + 4, x - 4, y + 28), fill=hair, width=3)
    draw.arc((x - mouth, y + 34, x + mouth, y + 60), 10, 170, fill=(170, 60, 60), width=4)
    return Image.fromarray((np.asarray(image) * light).clip(0, 255).astype(np.uint8))
