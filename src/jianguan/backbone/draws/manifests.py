"""Read back what was frozen: the manifest (总体清单) of a population and its members."""

from collections.abc import Iterator

from jianguan.backbone.evidence.store import content, store
from jianguan.backbone.work.models import Population
from jianguan.engines.draw import read


def members_text(population: Population) -> bytes:
    """The manifest of a frozen population. Raises LookupError where there is none, NoSuchObject where it was lost."""
    if population.manifest is None:
        raise LookupError("该总体没有清单")
    return content(population.manifest.sha256)


def members_of(population: Population) -> Iterator[str]:
    """The ids of the members of a frozen population, read back from its manifest; nothing where there is none."""
    for line in lines_of(population):
        yield line.split("\t", 1)[0]


def lines_of(population: Population) -> Iterator[str]:
    """The lines of the members of a frozen population, in order. Raises NotFrozen and BadLine when it was changed."""
    if population.manifest is not None:
        with store().local(population.manifest.sha256) as path:
            yield from (line.decode() for line in read(path).members())
