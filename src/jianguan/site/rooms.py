"""Rooms are found, not listed: every package of the floors that has the furniture asked for."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parents[1]
ROOM_FLOORS = ("backbone", "domains")
SINGLE_ROOMS = ("facts",)  # a floor that is one room
DOORS = ("demo", "worker", "api", "portal", "web")


def rooms() -> list[str]:
    """Return the dotted names of all rooms that hold tables or an application."""
    return [f"jianguan.{room}" for room in SINGLE_ROOMS] + [
        f"jianguan.{floor}.{folder.name}"
        for floor in ROOM_FLOORS
        for folder in sorted((PACKAGE / floor).iterdir())
        if (folder / "apps.py").exists() or (folder / "models.py").exists()
    ]


def modules(name: str) -> Iterator[ModuleType]:
    """Import ``name`` of every room and door that has it, for example ``commands`` or ``loading``."""
    folders = [folder for floor in ROOM_FLOORS for folder in sorted((PACKAGE / floor).iterdir()) if folder.is_dir()]
    for folder in [*folders, *(PACKAGE / room for room in (*SINGLE_ROOMS, *DOORS))]:
        if (folder / f"{name}.py").exists():
            yield importlib.import_module(".".join(("jianguan", *folder.relative_to(PACKAGE).parts, name)))
