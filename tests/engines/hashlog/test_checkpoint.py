"""Vectors: golang.org/x/mod/sumdb/note (PeterNeumann) and RFC 8032 section 7.1."""

import base64
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianguan.engines.hashlog import verify_log
from jianguan.engines.hashlog.checkpoint import (
    BadNote,
    BadSignature,
    Checkpoint,
    Signer,
    Verifier,
    cosign,
    of_trees,
    sign,
    verify,
)
from jianguan.engines.hashlog.merkle import Tree, leaf_hash

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_NOTE = (
    PETER_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
PROVINCE = Signer("jilin.example/log", bytes(range(32)))
CITY = Signer("changchun.example/witness", bytes(range(1, 33)))


def head():
    tree, sm3 = Tree(), Tree("sm3")
    tree.append(leaf_hash(b"one"))
    sm3.append(leaf_hash(b"one", "sm3"))
    moment = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    return of_trees(PROVINCE.name, tree, sm3, moment)


def test_signed_notes_are_byte_for_byte_those_of_the_reference_implementation():
    assert sign(PETER_TEXT, Signer("PeterNeumann", PETER_SEED)) == PETER_NOTE
    assert str(Signer("PeterNeumann", PETER_SEED).verifier) == PETER
    assert verify(PETER_NOTE, [Verifier.parse(PETER)]) == (PETER_TEXT, ("PeterNeumann",))


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_stand_alone_ed25519_passes_the_vectors_of_rfc_8032(public, message, signature):
    key, text, proof = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify_log.ed25519(key, text, proof)
    assert not verify_log.ed25519(key, text + b"x", proof)
    assert not verify_log.ed25519(key, text, proof[:32] + bytes([proof[32] ^ 1]) + proof[33:])


def test_the_stand_alone_ed25519_refuses_an_unreduced_signature():
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[1])
    scalar = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    assert not verify_log.ed25519(public, message, signature[:32] + scalar.to_bytes(32, "little"))


@settings(max_examples=15)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 63))
def test_both_ed25519_verifiers_agree(seed, message, flipped):
    signer = Signer("any", seed)
    signature = signer.sign(message)
    spoiled = bytearray(signature)
    spoiled[flipped] ^= 4
    for candidate in (signature, bytes(spoiled)):
        expected = signer.verifier.accepts(message, candidate)
        assert verify_log.ed25519(signer.verifier.public, message, candidate) == expected


def test_a_checkpoint_reads_back_as_it_was_written():
    checkpoint = head()
    assert checkpoint.text().splitlines()[:2] == ["jilin.example/log", "1"]
    assert checkpoint.time == "2026-11-23T00:30:00Z"
    assert checkpoint.sm3_root == leaf_hash(b"one", "sm3")
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


def test_another_level_adds_its_signature_to_the_same_text():
    note = cosign(sign(head().text(), PROVINCE), CITY)
    assert verify(note, [PROVINCE.verifier, CITY.verifier])[1] == (PROVINCE.name, CITY.name)
    assert verify(note, [CITY.verifier])[1] == (CITY.name,)


def test_a_note_of_unknown_keys_only_is_refused():
    with pytest.raises(BadSignature, match="no known key"):
        verify(sign(head().text(), CITY), [PROVINCE.verifier])


def test_a_key_of_the_same_name_is_not_the_same_key():
    with pytest.raises(BadSignature, match="no known key"):
        verify(sign(head().text(), Signer(PROVINCE.name, bytes(32))), [PROVINCE.verifier])


def test_a_changed_text_does_not_fit_its_signature():
    note = sign(head().text(), PROVINCE).replace("\n1\n", "\n2\n")
    with pytest.raises(BadSignature, match="does not fit"):
        verify(note, [PROVINCE.verifier])


@pytest.mark.parametrize(
    "text", ["", "name\n", "name\n01\nAAAA\n", "name\n1\nAAAA\n", "name\n-1\n" + "A" * 43 + "=\n", "name\n1\n\nx\n"]
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize("text", ["", "x+y", PETER.replace("c74f20a3", "c74f20a4"), PETER.replace("+AR", "+BR")])
def test_what_is_no_verifier_key_is_refused(text):
    with pytest.raises(BadNote):
        Verifier.parse(text)


def test_a_name_with_a_space_or_a_text_without_an_end_is_refused():
    with pytest.raises(BadNote):
        Signer("a b", bytes(32))
    with pytest.raises(BadNote):
        sign("no end", PROVINCE)


def test_the_seed_of_a_signer_is_not_printed():
    assert "seed" not in repr(PROVINCE)


def test_a_checkpoint_without_time_zone_or_of_unequal_trees_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        of_trees("x", Tree(), Tree("sm3"), dt.datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="hold 1 and 0"):
        of_trees("x", Tree("sha256", 1, [bytes(32)]), Tree("sm3"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
