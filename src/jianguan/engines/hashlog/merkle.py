"""Merkle tree hash, proofs and incremental tree after RFC 6962 section 2.1 (默克尔树)."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes

HASH_BYTES = 32


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    context = hashes.Hash(hashes.SM3())
    context.update(data)
    return context.finalize()


_ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {"sha256": _sha256, "sm3": _sm3}
ALGORITHMS = tuple(_ALGORITHMS)


class UnknownAlgorithm(ValueError):
    """The digest algorithm is neither ``sha256`` nor ``sm3``."""


def digest(data: bytes, algorithm: str = "sha256") -> bytes:
    """Return the 32-byte digest of ``data``; raise UnknownAlgorithm for other names than ``sha256`` and ``sm3``."""
    try:
        function = _ALGORITHMS[algorithm]
    except KeyError:
        raise UnknownAlgorithm(algorithm) from None
    return function(data)


def leaf_hash(data: bytes, algorithm: str = "sha256") -> bytes:
    """Hash one entry: H(0x00 || data), RFC 6962 section 2.1."""
    return digest(b"\x00" + data, algorithm)


def node_hash(left: bytes, right: bytes, algorithm: str = "sha256") -> bytes:
    """Hash two subtrees: H(0x01 || left || right), RFC 6962 section 2.1."""
    return digest(b"\x01" + left + right, algorithm)


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass
class Tree:
    """Compact range: the tree head of any number of appended leaves in O(log n) memory.

    ``size`` and ``nodes`` (roots of the perfect subtrees, largest first) are all that must be stored to go on later.
    """

    algorithm: str = "sha256"
    size: int = 0
    nodes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.nodes) != self.size.bit_count():
            msg = f"{self.size} leaves need {self.size.bit_count()} nodes, not {len(self.nodes)}"
            raise ValueError(msg)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.nodes.append(leaf)
        size = self.size
        while size & 1:
            right = self.nodes.pop()
            self.nodes.append(node_hash(self.nodes.pop(), right, self.algorithm))
            size >>= 1
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add many leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root hash; of no leaves it is the digest of nothing."""
        if not self.nodes:
            return digest(b"", self.algorithm)
        accumulated = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            accumulated = node_hash(node, accumulated, self.algorithm)
        return accumulated


def root(leaves: Iterable[bytes], algorithm: str = "sha256") -> bytes:
    """Return the Merkle tree hash of the leaf hashes."""
    tree = Tree(algorithm)
    tree.extend(leaves)
    return tree.root()


def inclusion_proof(leaves: Sequence[bytes], index: int, algorithm: str = "sha256") -> list[bytes]:
    """Return the audit path of leaf ``index`` (from 0) in the tree of ``leaves``, RFC 6962 section 2.1.1.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        msg = f"no leaf {index} in a tree of {len(leaves)}"
        raise IndexError(msg)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index, algorithm), root(leaves[split:], algorithm)]
    return [*inclusion_proof(leaves[split:], index - split, algorithm), root(leaves[:split], algorithm)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes, *, algorithm: str = "sha256"
) -> bool:
    """Tell whether ``proof`` shows ``leaf`` at ``index`` of the tree of ``size`` with ``expected_root``."""
    if not 0 <= index < size or any(len(node) != HASH_BYTES for node in [leaf, *proof]):
        return False
    position, last, accumulated = index, size - 1, leaf
    for node in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            accumulated = node_hash(node, accumulated, algorithm)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            accumulated = node_hash(accumulated, node, algorithm)
        position, last = position >> 1, last >> 1
    return last == 0 and accumulated == expected_root


def consistency_proof(leaves: Sequence[bytes], old_size: int, algorithm: str = "sha256") -> list[bytes]:
    """Return the proof that the tree of the first ``old_size`` leaves is a prefix of the tree of all, section 2.1.2.

    Raises ValueError unless ``0 <= old_size <= len(leaves)``.
    """
    if not 0 <= old_size <= len(leaves):
        msg = f"no tree of {old_size} inside a tree of {len(leaves)}"
        raise ValueError(msg)
    if old_size in (0, len(leaves)):
        return []
    return _subproof(leaves, old_size, True, algorithm)


def _subproof(leaves: Sequence[bytes], old_size: int, whole: bool, algorithm: str) -> list[bytes]:
    """SUBPROOF of RFC 6962; ``whole`` while the old tree's own root is a node the verifier already has."""
    if old_size == len(leaves):
        return [] if whole else [root(leaves, algorithm)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(leaves[:split], old_size, whole, algorithm), root(leaves[split:], algorithm)]
    return [*_subproof(leaves[split:], old_size - split, False, algorithm), root(leaves[:split], algorithm)]


def verify_consistency(
    old_size: int,
    new_size: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
    *,
    algorithm: str = "sha256",
) -> bool:
    """Tell whether ``proof`` shows that the new tree only appended to the old one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old_size <= new_size or any(len(node) != HASH_BYTES for node in proof):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == digest(b"", algorithm)
    nodes = list(proof)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old = node_hash(node, old, algorithm)
            new = node_hash(node, new, algorithm)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, node, algorithm)
        position, last = position >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
