"""What a camera sees, drawn by code: a still background, one moving figure, the clock burnt in."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Frame = NDArray[np.uint8]
WIDTH, HEIGHT = 480, 272
CLOCK = dt.datetime(2026, 6, 12, 9, 30, 0)  # noqa: DTZ001 - a drawn clock
SCENES = ("body", "car", "check", "desk", "hall", "line", "yard")
"""Body camera, exam car, vehicle-check area, theory room, service hall, inspection line, exam yard."""
GROUND = {
    "body": ((150, 158, 150), (196, 204, 210)),
    "car": ((58, 60, 66), (150, 178, 200)),
    "check": ((132, 134, 138), (186, 190, 196)),
    "desk": ((202, 196, 184), (226, 224, 218)),
    "hall": ((206, 204, 198), (232, 232, 230)),
    "line": ((112, 116, 112), (168, 172, 176)),
    "yard": ((126, 138, 120), (176, 196, 214)),
}
VEHICLES = frozenset({"check", "line", "yard"})
ROUND = 12.0
"""Seconds in which the figure crosses the picture and comes back."""


class Picture:
    """One camera: its background is drawn once."""

    def __init__(self, scene: str, number: int, shift: int = 0) -> None:
        self.scene, self.shift = scene, shift
        self.label = f"SYNTHETIC {scene.upper()}-{number:02d}"
        self.font = ImageFont.load_default(16)
        rng = np.random.default_rng(5000 + 10 * SCENES.index(scene) + number)
        self.tone = tuple(int(part) for part in rng.integers(60, 230, 3))
        image = self._background(rng)
        grain = rng.normal(0, 3, (HEIGHT, WIDTH, 1))
        self.still: Frame = (np.asarray(image) + grain).clip(0, 255).astype(np.uint8)
        self.image = Image.fromarray(self.still)

    def _background(self, rng: np.random.Generator) -> Image.Image:
        near, far = GROUND[self.scene]
        image = Image.new("RGB", (WIDTH, HEIGHT), near)
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, WIDTH, 90), fill=far)
        dark = tuple(part * 2 // 3 for part in near)
        for place in range(0, WIDTH, 60):
            draw.line((place, HEIGHT, WIDTH // 2 + (place - WIDTH // 2) // 3, 90), fill=dark, width=2)
        for _ in range(6):
            x, wide, high = (int(rng.integers(*span)) for span in ((0, WIDTH - 60), (30, 80), (30, 80)))
            draw.rectangle((x, 90 - high // 2, x + wide, 90 + high // 2), fill=tuple(rng.integers(80, 200, 3)))
        return image

    def frame(self, at: float) -> Frame:
        """Return the picture ``at`` seconds after the start."""
        image = self.image.copy()
        draw = ImageDraw.Draw(image)
        phase = abs(at % ROUND / ROUND * 2 - 1)
        x = int(20 + phase * (WIDTH - 140))
        if self.scene in VEHICLES:
            draw.rounded_rectangle((x, 150, x + 110, 200), 10, fill=self.tone, outline=(30, 30, 36), width=2)
            draw.rectangle((x + 22, 158, x + 88, 174), fill=(70, 88, 104))
            for wheel in (x + 14, x + 76):
                draw.ellipse((wheel, 190, wheel + 20, 210), fill=(24, 24, 28))
        else:
            draw.ellipse((x + 20, 110, x + 52, 142), fill=(228, 188, 158))
            draw.rounded_rectangle((x + 4, 142, x + 68, 240), 14, fill=self.tone, outline=(30, 30, 36), width=2)
        clock = CLOCK + dt.timedelta(seconds=int(at) + self.shift)
        draw.rectangle((0, 0, WIDTH, 22), fill=(0, 0, 0))
        draw.text((6, 2), f"{clock:%Y-%m-%d %H:%M:%S}  {self.label}", fill=(255, 255, 255), font=self.font)
        return np.asarray(image)
