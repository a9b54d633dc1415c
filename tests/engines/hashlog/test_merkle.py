"""Vectors: the reference set of certificate-transparency and transparency-dev/merkle (proof/verify_test.go)."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.engines.hashlog import verify_log
from jianguan.engines.hashlog.merkle import (
    Tree,
    UnknownAlgorithm,
    consistency_proof,
    digest,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

INPUTS = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = [
    (0, 1, []),
    (0, 2, [A]),
    (1, 2, [ROOTS[1]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[4]]),
]
CONSISTENCY = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[4]]), (2, 5, [B, D])]
LEAVES = [leaf_hash(data) for data in INPUTS]


def plain(nodes):
    return [node.hex() for node in nodes]


def test_leaf_and_node_prefixes_are_those_of_rfc_6962():
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (10, "VjWMPSYNtCuCNlF/RLnQy6HcwSk6CIipfxm+hettA+4="),
        (15, "j4SulYmocFuxdeyp12xXCIgK6PekBcxzAIj4zbQzNEI="),
        (16, "c+4Uc6BCMOZf/v3NZK1kqTUJe+bBoFtOhP+P3SayKRE="),
        (100, "dUh9hYH88p0CMoHkdr1wC2szbhcLAXOejWpINIooKUY="),
    ],
)
def test_larger_roots_are_the_published_ones(size, expected):
    leaves = [leaf_hash(number.to_bytes(2, "little")) for number in range(size)]
    assert base64.b64encode(root(leaves)).decode() == expected


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size, proof):
    assert plain(inclusion_proof(LEAVES[:size], index)) == proof
    nodes = [bytes.fromhex(node) for node in proof]
    assert verify_inclusion(LEAVES[index], index, size, nodes, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old, new, proof):
    assert plain(consistency_proof(LEAVES[:new], old)) == proof
    nodes = [bytes.fromhex(node) for node in proof]
    assert verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), nodes)


def test_sm3_is_that_of_the_national_standard():
    assert digest(b"abc", "sm3").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(UnknownAlgorithm):
        digest(b"", "md5")


sizes = st.integers(1, 70)


@given(sizes, st.data(), st.sampled_from(["sha256", "sm3"]))
def test_every_leaf_is_proven_and_no_other_is(size, data, algorithm):
    leaves = [leaf_hash(bytes([number]), algorithm) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index, algorithm)
    head = root(leaves, algorithm)
    assert verify_inclusion(leaves[index], index, size, proof, head, algorithm=algorithm)
    wrong = data.draw(st.integers(0, size))
    if wrong != index:
        assert not verify_inclusion(leaves[index], wrong, size, proof, head, algorithm=algorithm)
    assert not verify_inclusion(leaves[index], index, size, [*proof, head], head, algorithm=algorithm)
    assert not verify_inclusion(leaf_hash(b"other", algorithm), index, size, proof, head, algorithm=algorithm)


@given(sizes, st.data())
def test_growth_is_proven_and_rewriting_is_not(new, data):
    old = data.draw(st.integers(0, new))
    leaves = [leaf_hash(bytes([number])) for number in range(new)]
    proof = consistency_proof(leaves, old)
    assert verify_consistency(old, new, root(leaves[:old]), root(leaves), proof)
    if old:
        rewritten = [leaf_hash(b"rewritten"), *leaves[1:]]
        assert not verify_consistency(old, new, root(leaves[:old]), root(rewritten), consistency_proof(rewritten, old))
        assert not verify_consistency(old, new, root(leaves[:old]), root(leaves), [*proof, leaves[0]])


@given(st.integers(0, 200), st.integers(0, 60))
def test_a_stored_tree_goes_on_where_it_stopped(first, more):
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(first + more)]
    before = Tree()
    before.extend(leaves[:first])
    after = Tree("sha256", before.size, list(before.nodes))
    after.extend(leaves[first:])
    independent = verify_log.Tree(verify_log.sha256)
    for leaf in leaves:
        independent.append(leaf)
    assert after.root() == root(leaves) == independent.root()


def test_a_tree_without_its_nodes_is_refused():
    with pytest.raises(ValueError, match="need 2 nodes"):
        Tree("sha256", 3, [])


def test_there_is_no_proof_for_what_is_not_there():
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(ValueError, match="no tree"):
        consistency_proof(LEAVES, 9)
