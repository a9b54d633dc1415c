"""The secret of an installation is made once, whole, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jianguan.facts.pseudonyms import keys


def test_many_that_start_at_once_share_one_whole_secret(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"{number}.key"
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(keys, [path] * 8))
        assert len(found) == 1
        assert len(path.read_bytes()) == 32
        assert path.stat().st_mode & 0o777 == 0o600
    assert [one for one in tmp_path.iterdir() if one.suffix != ".key"] == []
