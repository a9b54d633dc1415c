import hashlib
import json
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.draw.population import COMMITMENTS, LOTTERY, SHARES, TWO, header, manifest_of, record
from jianguan.engines.draw import (
    Beacon,
    Earlier,
    LoweredShare,
    Parameters,
    Role,
    Rounding,
    Withheld,
    export,
    freeze,
    seeds,
    verify_draw,
)

QUICKNET = Beacon(
    "quicknet",
    657413,
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
)
LATE = SHARES[Role.SUPERIOR]
tampering = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rich(**more):
    """A manifest that uses every kind of line."""
    given_terms = {
        "priority": 150_000,
        "publics": ((LOTTERY.name, LOTTERY.issue),),
        "beacons": ((QUICKNET.chain, QUICKNET.round),),
        "part": 2,
        "previous": "2" * 64,
        "earlier": (Earlier("2" * 64, 31, 2, 5),),
        "overdue": ("丙", "不在"),
        "reviewers": ("赵一", "钱二", "孙三"),
        "recusals": tuple((f"J{number:05d}", "赵一") for number in range(1, 60)),
        "interests": (("乙", "钱二"),),
    }
    return manifest_of({"甲": 60, "乙": 25, "丙": 3}, **given_terms | more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("draws")


@pytest.fixture(scope="module")
def sound(folder):
    """The bytes of a sound export with two draws."""
    export.write(folder / "sound.txt", rich(), TWO, [LATE], Parameters(60_000, 150_000))
    return (folder / "sound.txt").read_bytes()


@pytest.mark.parametrize(
    ("manifest", "sources", "late"),
    [
        (rich(), TWO, ()),
        (rich(), TWO, (LATE,)),
        (rich(), TWO, (Withheld(Role.SUPERIOR, COMMITMENTS[Role.SUPERIOR]),)),
        (rich(), (*TWO, LOTTERY, QUICKNET), (LATE,)),
        (rich(rounding=Rounding.STRATUM), (QUICKNET, LOTTERY), ()),
        (rich(floor=1_000_000), TWO, ()),
        (rich(floor=0, priority=1_000_000, overdue=()), TWO, ()),
        (manifest_of({}), TWO, ()),
        (manifest_of({"甲": 1}, priority=1), TWO, ()),
    ],
    ids=["two", "late", "withheld", "public", "stratum", "all", "risk only", "none", "one"],
)
def test_engine_and_verifier_agree_byte_for_byte(tmp_path, manifest, sources, late):
    digest = export.write(tmp_path / "draw.txt", manifest, sources, late)
    assert hashlib.sha256((tmp_path / "draw.txt").read_bytes()).hexdigest() == digest
    found = export.verify(tmp_path / "draw.txt", manifest.root.hex())
    assert found.ok, found.report()
    assert found.count == manifest.count
    assert len(found.draws) == (2 if late and LOTTERY not in sources else 1)


@given(
    st.dictionaries(st.sampled_from("甲乙丙丁"), st.integers(1, 25), max_size=4),
    st.lists(st.integers(0, 1_000_000), min_size=2, max_size=2),
    st.sampled_from(Rounding),
    st.sets(st.sampled_from("甲乙丙丁")),
    st.sets(st.sampled_from("赵钱孙李")),
    st.lists(st.integers(0, 10**9), min_size=3, max_size=3),
)
@tampering
def test_any_population_drawn_by_the_engine_is_confirmed_by_the_verifier(  # noqa: PLR0917
    folder, sizes, shares, rounding, overdue, people, weights
):
    records = [
        record(
            number,
            stratum,
            id=f"{stratum}{number}",
            weight=weights[number % 3] % (number + 5) ** 9,
            mandatory=number == 7,
        )
        for stratum, size in sizes.items()
        for number in range(size)
    ]
    terms = {"rounding": rounding, "overdue": tuple(overdue), "reviewers": tuple(people)}
    manifest = freeze(header(floor=shares[0], priority=shares[1], **terms), records)
    export.write(folder / "any.txt", manifest, TWO, [LATE])
    found = export.verify(folder / "any.txt")
    assert found.ok, found.report()


@given(st.data())
@tampering
def test_a_changed_character_anywhere_is_found(folder, sound, data):
    place = data.draw(st.integers(0, len(sound) - 1))
    new = data.draw(
        st.sampled_from([b"0", b"1", b"a", b"\t", b"\n", b"", b" "]).filter(lambda one: one != sound[place : place + 1])
    )
    (folder / "bad.txt").write_bytes(sound[:place] + new + sound[place + 1 :])
    found = export.verify(folder / "bad.txt")
    assert not found.ok
    assert found.report().startswith("核验不通过：")


@given(st.data())
@tampering
def test_a_line_removed_doubled_or_swapped_is_found(folder, sound, data):
    lines = sound.splitlines(keepends=True)
    first = data.draw(st.integers(0, len(lines) - 2))
    kind = data.draw(st.sampled_from(["removed", "doubled", "swapped", "cut"]))
    changed = {
        "removed": [*lines[:first], *lines[first + 1 :]],
        "doubled": [*lines[: first + 1], *lines[first:]],
        "swapped": [*lines[:first], lines[first + 1], lines[first], *lines[first + 2 :]],
        "cut": lines[: first + 1],
    }[kind]
    (folder / "bad.txt").write_bytes(b"".join(changed))
    assert not export.verify(folder / "bad.txt").ok


def fields(line):
    return line.rstrip(b"\n").split(b"\t")


def test_every_field_of_every_kind_of_line_is_guarded(folder, sound):
    lines = sound.splitlines(keepends=True)
    seen = set()
    for number, line in enumerate(lines):
        parts = fields(line)
        for position, part in enumerate(parts):
            if (parts[0], position, len(parts)) in seen and not line.startswith(b"pick\tB"):
                continue
            seen.add((parts[0], position, len(parts)))
            changed = [*parts]
            changed[position] = (b"1" if part[:1] != b"1" else b"2") + part[1:]
            (folder / "bad.txt").write_bytes(
                b"".join([*lines[:number], b"\t".join(changed) + b"\n", *lines[number + 1 :]])
            )
            found = export.verify(folder / "bad.txt")
            assert not found.ok, line
    assert {
        b"earlier",
        b"overdue",
        b"recusal",
        b"interest",
        b"in-time",
        b"late",
        b"shares",
        b"stratum",
        b"threshold",
    } <= {kind for kind, *_ in seen}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("场二", "场三", "根摘要"),
        ("in-time\treveal\tchecking\t", "in-time\treveal\tdiscipline\t", "承诺不符"),
        ("shares\t50000", "shares\t40000", "低于冻结时"),
        ("shares\t50000", "shares\t90000", "应抽数量"),
        ("pick\tA\tJ", "pick\tA\tK", "抽中的记录"),
        ("seed\tsole", "seed\twith-late", "种子"),
        ("end\n", "", "中断"),
        ("end\n", "end\nend\n", "结尾之后"),
    ],
)
def test_the_first_thing_that_does_not_hold_is_said_in_chinese(tmp_path, old, new, says):
    export.write(tmp_path / "draw.txt", manifest_of({"场一": 50, "场二": 10}), TWO)
    text = (tmp_path / "draw.txt").read_text()
    assert old in text
    (tmp_path / "draw.txt").write_text(text.replace(old, new, 1))
    found = export.verify(tmp_path / "draw.txt")
    assert says in found.report()
    assert found.report().count("\n") == 1


def test_a_consistent_export_of_another_population_fails_against_the_published_root(tmp_path):
    published = manifest_of({"甲": 30}).root.hex()
    export.write(tmp_path / "draw.txt", manifest_of({"甲": 29}), TWO)
    assert export.verify(tmp_path / "draw.txt").ok
    assert "公布的不符" in export.verify(tmp_path / "draw.txt", published).report()


def test_whoever_stayed_silent_is_named(tmp_path):
    export.write(tmp_path / "draw.txt", manifest_of({"甲": 30}), TWO)
    assert "superior 作了承诺而没有揭示" in export.verify(tmp_path / "draw.txt").report()


def eleven(folder):
    """Every sample that three commitments and one public number give from one frozen root: (sources, file)."""
    manifest = manifest_of({"甲": 30}, publics=((LOTTERY.name, LOTTERY.issue),))
    parts = (*SHARES.values(), LOTTERY)
    chosen = [some for size in (2, 3, 4) for some in combinations(parts, size)]
    for number, sources in enumerate(chosen):
        export.write(folder / f"{number}.txt", manifest, sources)
    return manifest.root.hex(), [(some, folder / f"{number}.txt") for number, some in enumerate(chosen)]


def test_the_seed_of_the_event_log_ties_the_sample_down_and_refuses_the_ten_others(tmp_path):
    root, made = eleven(tmp_path)
    logged = made[-1][1].read_text().split("seed\tsole\t")[1][:64]
    found = [export.verify(path, root, [logged]) for _, path in made]
    assert [one.ok for one in found] == [False] * 10 + [True]
    assert all("事件日志" in one.report() for one in found[:10])
    assert found[-1].remarks == []


def test_without_the_seed_of_the_log_the_report_names_every_announced_source_that_was_not_used(tmp_path):
    root, made = eleven(tmp_path)
    for sources, path in made:
        found = export.verify(path, root)
        assert found.ok
        assert len(found.unused) == 4 - len(sources)
        heading = found.report().splitlines()[0]
        assert heading.startswith("核验通过，但约定的种子来源有没用的" if found.unused else "核验通过：")
        assert all(f"约定的种子来源没有使用：{one}" in found.report() for one in found.unused)
        assert any("种子取自文件本身" in one for one in found.remarks)
        assert json.loads(found.as_json())["unused"] == found.unused


def test_both_seeds_of_a_day_drawn_twice_must_be_the_logged_ones(tmp_path):
    manifest = manifest_of({"甲": 30})
    export.write(tmp_path / "draw.txt", manifest, TWO, [LATE])
    logged = [one.value.hex() for one in seeds(manifest, TWO, [LATE])]
    assert export.verify(tmp_path / "draw.txt", None, logged).ok
    assert not export.verify(tmp_path / "draw.txt", None, logged[:1]).ok


def test_no_file_is_left_when_the_draw_is_refused(tmp_path):
    with pytest.raises(LoweredShare):
        export.write(tmp_path / "draw.txt", manifest_of({"甲": 30}), TWO, parameters=Parameters(1))
    assert list(tmp_path.iterdir()) == []


def run(folder, *arguments, **environment):
    """Run the verifier that came with an export as a stranger would: isolated, no packages, any locale."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify_draw.py", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_verifier_stands_alone_and_its_exit_codes_tell(tmp_path):
    manifest = rich()
    export.write(tmp_path / "draw.txt", manifest, TWO, [LATE])
    assert (tmp_path / "verify_draw.py").read_bytes() == Path(verify_draw.__file__).read_bytes()
    keys = [one.value.hex() for one in seeds(manifest, TWO, [LATE])]
    good = run(tmp_path, "draw.txt", "--root", manifest.root.hex())
    assert (good.returncode, good.stdout.splitlines()[0][:4]) == (0, "核验通过")
    told = json.loads(run(tmp_path, "draw.txt", "--json").stdout)
    assert told["ok"]
    assert (told["count"], told["root"], sorted(told["draws"])) == (
        88,
        manifest.root.hex(),
        ["with-late", "without-late"],
    )
    assert run(tmp_path, "draw.txt", "--root", "0" * 64).returncode == 1
    assert run(tmp_path, "draw.txt", "--seed", "0" * 64).returncode == 1
    assert run(tmp_path, "draw.txt", *[part for key in keys for part in ("--seed", key)]).returncode == 0
    assert run(tmp_path, "draw.txt", "--seed", "short").returncode == 2
    assert run(tmp_path, "nothing.txt").returncode == 2
    assert run(tmp_path, "draw.txt", "--root", "short").returncode == 2
    assert run(tmp_path).returncode == 2


def test_another_process_with_another_locale_and_hash_seed_writes_the_same_bytes(tmp_path):
    manifest = rich()
    (tmp_path / "manifest").write_bytes(manifest.content)
    export.write(tmp_path / "here.txt", manifest, TWO, [LATE])
    program = (
        "import sys; from pathlib import Path; from jianguan.engines.draw import Reveal, Role, export, read;"
        "sources = [Reveal(Role(one[0]), *one[1:]) for one in (text.split(',') for text in sys.argv[1:])];"
        "export.write(Path('there.txt'), read(Path('manifest')), sources[:2], sources[2:])"
    )
    shares = [f"{one.role},{one.number},{one.nonce}" for one in (*TWO, LATE)]
    subprocess.run(
        [sys.executable, "-c", program, *shares],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "America/New_York", "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert (tmp_path / "there.txt").read_bytes() == (tmp_path / "here.txt").read_bytes()
