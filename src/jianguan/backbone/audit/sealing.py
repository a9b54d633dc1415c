"""Sealing (封存): give new events their place in the Merkle tree and sign the head of the tree.

Events are written without a place, so that no two writers wait for each other; the sequencer, one at a time, numbers
them in order of their ids and signs a checkpoint. What a checkpoint covers cannot be changed unseen.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from jianguan.backbone.audit.actions import record
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.audit.models import Checkpoint, Event, Leaf
from jianguan.engines.hashlog import chain, checkpoint, merkle
from jianguan.engines.hashlog.canonical import canonical_bytes
from jianguan.kit import clock

SEQUENCER_LOCK = 0x6A67_6C6F_67  # 'jglog': the advisory lock of the one sequencer
BATCH = 5_000
ALGORITHMS = ("sha256", "sm3")


def signer() -> checkpoint.Signer:
    """The log's own key: 32 random bytes in a file of mode 0600 beside the other secrets, made on first use."""
    path = Path(settings.LOG_KEY_FILE)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_bytes(os.urandom(32))
        try:
            os.link(fresh, path)  # the first of several processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return checkpoint.Signer(settings.LOG_ORIGIN, path.read_bytes())


def canonical(event: Event) -> dict[str, Any]:
    """What of an event is hashed and exported: everything, as text and integers."""
    return {
        "id": str(event.pk),
        "at": event.at.astimezone(clock.CHINA).isoformat(timespec="microseconds"),
        "kind": event.kind,
        "capacity_id": event.capacity_id,
        "capacity": event.capacity_name,
        "person_id": event.person_id,
        "person": event.person_name,
        "post_id": event.post_id,
        "post": event.post_title,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "norm": event.norm,
        "reason": event.reason,
        "before": event.before_digest,
        "after": event.after_digest,
        "details": event.details,
    }


def unplaced() -> Iterator[Event]:
    """Events that have no place in the tree yet, oldest first. Needs the scope of the system."""
    return Event.objects.filter(leaf__isnull=True).order_by("pk").iterator(chunk_size=BATCH)


def place_events() -> int:
    """Number every new event; return how many. Holds the sequencer's lock for the transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
        last = Leaf.objects.order_by("-index").first()
        index = 0 if last is None else last.index + 1
        previous = chain.GENESIS if last is None else bytes.fromhex(last.chain)
        placed = 0
        batch: list[Leaf] = []
        for event in unplaced():
            entry = chain.append(index, previous, canonical(event))
            batch.append(
                Leaf(
                    index=index,
                    event=event,
                    sha256=entry.sha256.hex(),
                    sm3=entry.sm3.hex(),
                    chain=entry.chain.hex(),
                )
            )
            index, previous, placed = index + 1, entry.chain, placed + 1
            if len(batch) == BATCH:
                Leaf.objects.bulk_create(batch)
                batch = []
        Leaf.objects.bulk_create(batch)
        return placed


def trees_of(point: Checkpoint | None) -> dict[str, merkle.Tree]:
    """The trees as they stood at a checkpoint, ready to be appended to."""
    if point is None:
        return {name: merkle.Tree(name) for name in ALGORITHMS}
    return {
        name: merkle.Tree(name, point.size, [bytes.fromhex(node) for node in point.nodes[name]]) for name in ALGORITHMS
    }


def seal() -> Checkpoint | None:
    """Place new events and sign the head of the tree; None when nothing is new. Needs the scope of the system."""
    with transaction.atomic():
        place_events()
        newest = Checkpoint.objects.order_by("-size").first()
        trees = trees_of(newest)
        size = trees["sha256"].size
        leaves = Leaf.objects.filter(index__gte=size).order_by("index").values_list("sha256", "sm3")
        for sha256, sm3 in leaves.iterator(chunk_size=BATCH):
            trees["sha256"].append(bytes.fromhex(sha256))
            trees["sm3"].append(bytes.fromhex(sm3))
        if trees["sha256"].size == size:
            return newest
        at = clock.now()
        head = checkpoint.of_trees(settings.LOG_ORIGIN, trees["sha256"], trees["sm3"], at)
        return Checkpoint.objects.create(
            size=head.size,
            at=at,
            sha256=trees["sha256"].root().hex(),
            sm3=trees["sm3"].root().hex(),
            nodes={name: [node.hex() for node in tree.nodes] for name, tree in trees.items()},
            note=checkpoint.sign(head.text(), signer()),
        )


def entries() -> Iterator[chain.Entry]:
    """Every placed event as an entry of the log, in order: the event as it stands, the leaf as it was stored."""
    placed = Leaf.objects.select_related("event").order_by("index")
    for leaf in placed.iterator(chunk_size=BATCH):
        yield chain.Entry(
            leaf.index,
            canonical_bytes(canonical(leaf.event)),
            bytes.fromhex(leaf.sha256),
            bytes.fromhex(leaf.sm3),
            bytes.fromhex(leaf.chain),
        )


def export(directory: Path, *, by: Any = None) -> int:
    """Seal, then write the whole log into ``directory``; return the number of entries.

    Raises FileExistsError when the directory holds anything, export.BadExport when the log has a gap.
    """
    from jianguan.engines.hashlog import export as exports  # noqa: PLC0415 - only an export needs the verifier's source

    record(kind=EventKind.LOG_EXPORTED, by=by, object_type="log", object_id=settings.LOG_ORIGIN)
    seal()
    return exports.write(
        directory,
        origin=settings.LOG_ORIGIN,
        entries=entries(),
        checkpoints=Checkpoint.objects.order_by("size").values_list("note", flat=True),
        keys=[signer().verifier],
    )
