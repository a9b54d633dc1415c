import dataclasses
import datetime as dt
import hashlib
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engines.draw.population import MORNING, TWO, header, manifest_of, record
from jianguan.engines.draw import BadLine, Earlier, NotFrozen, Role, draw, freeze, read, seeds

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
ANY_TEXT = st.text(min_size=0, max_size=12)


def ordinary(text):
    """Whether a text has nothing in it that could deceive; unassigned characters are left to the engine's own list."""
    assume(not {"Cn", "Co"} & {unicodedata.category(letter) for letter in text})
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(letter) for letter in text}
    assume(hidden != {"Cf"} or any(letter in "\u200b\u202e\ufeff\xad" for letter in text))
    return bool(text) and text.strip(" ") == text and not hidden


def reference_root(leaves):
    """MTH of RFC 6962 section 2.1, straight from its recursive definition."""
    if len(leaves) <= 1:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + reference_root(leaves[:split]) + reference_root(leaves[split:])).digest()


@given(st.dictionaries(NAMES, NAMES, max_size=30), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_the_records_is_irrelevant_and_reading_back_gives_the_same(members, shuffler):
    records = [record(1, site, id=name) for name, site in members.items()]
    frozen = freeze(header(), records)
    shuffler.shuffle(records)
    assert freeze(header(), records) == frozen == read(frozen.content)
    assert frozen.count == len(records) == sum(frozen.strata.values())
    assert [line.split(b"\t")[0].decode() for line in frozen.members()] == sorted(members, key=str.encode)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 33])
def test_the_root_is_the_merkle_tree_hash_of_all_lines(count):
    frozen = freeze(header(), [record(number) for number in range(count)])
    lines = frozen.content.split(b"\n")[:-1]
    assert len(lines) == count + 15
    assert frozen.root == reference_root(lines)
    assert frozen.digest == hashlib.sha256(frozen.content).hexdigest()


def test_a_population_on_disk_sorted_in_runs_is_the_same_text(tmp_path):
    records = [record(number, f"场{number % 3}") for number in range(1000)]
    records.sort(key=lambda one: one.id[::-1])
    in_memory = freeze(header(), records)
    on_disk = freeze(header(), iter(records), tmp_path / "manifest", run=64)
    assert (tmp_path / "manifest").read_bytes() == in_memory.content
    assert dataclasses.replace(on_disk, content=in_memory.content) == in_memory
    assert [path.name for path in tmp_path.iterdir()] == ["manifest"]


@given(ANY_TEXT)
@settings(max_examples=300)
def test_no_id_can_imitate_another_line_or_field(text):
    records = [record(1), record(2, id=text)]
    if not ordinary(text):
        with pytest.raises(BadLine):
            freeze(header(), records)
        return
    frozen = freeze(header(), records)
    assert frozen.count == 2
    assert frozen.content.count(b"\n") == 17
    assert text in {line.decode().split("\t")[0] for line in frozen.members()}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " a",
        "a ",
        "a\tb",
        "a\nb",
        "a\rb",
        "a\0",
        "a\x85b",
        "a\u2028b",
        "a\u200bb",
        "a\u202eb",
        "\ufeffa",
        "\ud800",
        "x" * 201,
    ],
)
def test_control_invisible_and_overlong_text_is_refused(text):
    with pytest.raises(BadLine):
        freeze(header(), [record(1, id=text)])
    with pytest.raises(BadLine):
        freeze(header(reviewers=(text,)), [])


def test_composed_and_decomposed_forms_stay_two_ids():
    frozen = freeze(header(), [record(1, id="é"), record(2, id="e\u0301")])
    assert [line.split(b"\t")[0] for line in frozen.members()] == ["e\u0301".encode(), "é".encode()]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("unique", {"id": "J00001"}),
        ("media", {"media": "sha256:ABC"}),
        ("media", {"media": ""}),
        ("weight", {"weight": -1}),
        ("weight", {"weight": 1_000_000_001}),
        ("moment", {"happened_at": dt.datetime(2020, 1, 1)}),  # noqa: DTZ001 - what is refused
        ("site", {"site": "a\nb", "stratum": "a"}),
    ],
)
def test_a_bad_record_is_refused_with_the_rule(rule, change):
    with pytest.raises(BadLine) as refused:
        freeze(header(), [record(1), record(2, **change)])
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("line", "rule", "old", "new"),
    [
        (1, "format", b"manifest/1", b"manifest/2"),
        (4, "day", b"2020-11-23\n", b"2020-11-31\n"),
        (9, "floor", b"floor\t50000", b"floor\t050000"),
        (9, "floor", b"floor\t50000", b"floor\t1000001"),
        (11, "rounding", b"rounding\tpopulation", b"rounding\tsite"),
        (14, "order", b"commitment\tsuperior", b"commitment\tdiscipline"),
        (15, "count", b"records\t3", b"records\t4"),
        (17, "order", b"J00002", b"J00000"),
        (17, "unique", b"J00002", b"J00001"),
        (16, "happened_at", b"2020-11-22T", b"2020-13-22T"),
        (17, "weight", b"1000000\t0\nJ00003", b"01000000\t0\nJ00003"),
        (18, "mandatory", b"\t0\n", b"\t2\n"),
        (18, "utf-8", "场一".encode(), b"\xff"),
        (0, "end", b"\t0\n", b"\t0"),
    ],
)
def test_a_damaged_manifest_is_refused_with_line_and_rule(line, rule, old, new):
    text = freeze(header(), [record(1), record(2), record(3)]).content
    place = text.rindex(old) if line in {0, 18} else text.index(old)
    with pytest.raises(BadLine) as refused:
        read(text[:place] + new + text[place + len(old) :])
    assert (refused.value.rule, refused.value.line) == (rule, line)


def test_the_head_reads_back_as_it_was_written():
    head = header(
        part=2,
        previous="0" * 64,
        earlier=(Earlier("1" * 64, 20, 1, 3),),
        overdue=("场一", "场二"),
        publics=(("福彩3D", "2020281"),),
        beacons=(("chain", 7),),
        reviewers=("甲", "乙"),
        recusals=(("J00001", "甲"),),
        interests=(("场一", "乙"),),
    )
    found = freeze(head, []).header
    assert found.earlier == head.earlier
    assert found.commitments == head.commitments
    assert set(found.reviewers) == {"甲", "乙"}
    assert (found.recusals, found.interests, found.beacons) == (head.recusals, head.interests, head.beacons)
    assert found.frozen_at == head.frozen_at


@pytest.mark.parametrize(
    "change",
    [
        {"part": 2},
        {"earlier": (Earlier("1" * 64, 20, 1),)},
        {"part": 2, "earlier": (Earlier("1" * 64, 20, 21),)},
        {"previous": "12"},
        {"floor": -1},
        {"commitments": {Role.CHECKING: "no digest"}},
        {"reviewers": ("甲", "甲")},
    ],
)
def test_a_head_that_contradicts_itself_is_refused(change):
    with pytest.raises(BadLine):
        freeze(header(**change), [])


def test_nothing_is_drawn_from_a_text_that_changed_since_the_freeze(tmp_path):
    frozen = freeze(header(), (record(number) for number in range(50)), tmp_path / "manifest")
    (seed,) = seeds(frozen, TWO)
    assert draw(frozen, seed).count == 50
    text = (tmp_path / "manifest").read_bytes()
    (tmp_path / "manifest").write_bytes(text.replace(b"J00007", b"J0000x"))
    with pytest.raises(NotFrozen):
        draw(frozen, seed)


def test_moments_are_written_at_china_time_in_whole_seconds():
    frozen = freeze(header(), [record(1, happened_at=MORNING.replace(microsecond=999))])
    assert b"\t2020-11-22T09:00:00+08:00\t" in frozen.content


def test_the_sum_of_weights_and_flags_is_counted():
    frozen = manifest_of({"场一": 82})
    assert frozen.mandatory == 2
    assert frozen.weights == sum(number * number * 7919 % 1_000_003 for number in range(1, 83))
