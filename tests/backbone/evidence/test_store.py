"""Objects are what their digest says, whole or not at all."""

import hashlib
import io
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jianguan.backbone.evidence.store import CHUNK, LocalStore, NoSuchObject, Stored, TooLarge, store
from jianguan.kit.digests import Algorithm, hexdigest

ABSENT = "0" * 64


@pytest.fixture
def objects(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "deep" / "objects")


def put(objects: LocalStore, data: bytes) -> Stored:
    return objects.put(io.BytesIO(data))


def files(objects: LocalStore) -> list[Path]:
    return sorted(path for path in objects.root.rglob("*") if path.is_file())


def test_what_is_put_in_comes_out_under_its_digest(objects: LocalStore) -> None:
    data = os.urandom(CHUNK * 2 + 7)
    stored = put(objects, data)
    assert stored == Stored(hexdigest(data), hexdigest(data, Algorithm.SM3), len(data))
    assert b"".join(objects.open(stored.sha256)) == data
    assert objects.size(stored.sha256) == len(data)
    assert objects.exists(stored.sha256)
    assert objects.verify(stored.sha256)
    assert files(objects) == [objects.root / "sha256" / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256]


def test_a_file_is_put_in_like_a_stream(objects: LocalStore, tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"pictures")
    assert objects.put(file) == put(objects, b"pictures")
    with objects.local(hexdigest(b"pictures")) as path:
        assert path.read_bytes() == b"pictures"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 400), st.none() | st.integers(0, 400))
def test_any_part_can_be_read(objects: LocalStore, data: bytes, start: int, length: int | None) -> None:
    stored = put(objects, data)
    end = None if length is None else start + length
    assert b"".join(objects.open(stored.sha256, start, length)) == data[start:end]


def test_a_part_comes_in_small_chunks(objects: LocalStore) -> None:
    stored = put(objects, bytes(CHUNK * 3))
    assert [len(chunk) for chunk in objects.open(stored.sha256, 10, CHUNK + 5)] == [CHUNK, 5]


def test_the_same_object_is_kept_once(objects: LocalStore) -> None:
    assert put(objects, b"same") == put(objects, b"same")
    assert len(files(objects)) == 1


def test_an_empty_object_is_an_object(objects: LocalStore) -> None:
    stored = put(objects, b"")
    assert (stored.size, list(objects.open(stored.sha256))) == (0, [])
    assert objects.verify(stored.sha256)


def test_too_much_is_refused_and_leaves_nothing(objects: LocalStore) -> None:
    objects.put(io.BytesIO(bytes(100)), limit=100)
    with pytest.raises(TooLarge):
        objects.put(io.BytesIO(bytes(101)), limit=100)
    assert len(files(objects)) == 1


def test_a_stream_that_breaks_leaves_nothing(objects: LocalStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise ConnectionResetError
            return super().read(10)

    with pytest.raises(ConnectionResetError):
        objects.put(Broken(bytes(100)))
    assert files(objects) == []


@pytest.mark.parametrize("name", [ABSENT, "", "..", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "a/b"])
def test_what_is_not_there_is_said_to_be_missing(objects: LocalStore, name: str) -> None:
    assert not objects.exists(name)
    for ask in (objects.size, objects.open, objects.verify, objects.local):
        with pytest.raises(NoSuchObject):
            ask(name)


def test_a_changed_object_is_found(objects: LocalStore) -> None:
    stored = put(objects, b"evidence")
    with objects.local(stored.sha256) as path:
        path.chmod(0o600)
        path.write_bytes(b"evidencE")
    assert not objects.verify(stored.sha256)


def test_a_shortened_object_is_mended_by_putting_it_again(objects: LocalStore) -> None:
    stored = put(objects, b"evidence")
    with objects.local(stored.sha256) as path:
        path.chmod(0o600)
        path.write_bytes(b"evid")
    put(objects, b"evidence")
    assert objects.verify(stored.sha256)


def test_many_at_once_put_the_same_object(objects: LocalStore) -> None:
    data = os.urandom(CHUNK)
    found: list[Stored] = []
    threads = [threading.Thread(target=lambda: found.append(put(objects, data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.sha256 for one in found} == {hashlib.sha256(data).hexdigest()}
    assert len(found) == 8
    assert len(files(objects)) == 1


def test_the_store_of_the_installation_lies_in_its_home(tmp_path: Path) -> None:
    from django.conf import settings as django_settings

    here = store()
    assert isinstance(here, LocalStore)
    assert here.root == Path(django_settings.JIANGUAN_HOME) / "objects"
