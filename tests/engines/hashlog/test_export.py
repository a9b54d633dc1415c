import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jianguan.engines.hashlog import chain, export
from jianguan.engines.hashlog.canonical import NotCanonical, canonical_bytes
from jianguan.engines.hashlog.checkpoint import Signer, cosign, of_trees, sign
from jianguan.engines.hashlog.merkle import Tree

PROVINCE = Signer("jilin.example/log", bytes(range(32)))
CITY = Signer("changchun.example/witness", bytes(range(1, 33)))
STRANGER = Signer("jilin.example/log", bytes(range(2, 34)))
KEYS = [PROVINCE.verifier, CITY.verifier]
SIZES = (4, 8, 12)
COUNT = 14
START = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def events(count=COUNT):
    return [{"id": f"E{number:04d}", "action": "提交", "person": "合成人员", "n": number} for number in range(count)]


def notes_of(entries, sizes=SIZES, signer=PROVINCE):
    tree, sm3, notes = Tree(), Tree("sm3"), []
    for entry in entries:
        tree.append(entry.sha256)
        sm3.append(entry.sm3)
        if tree.size in sizes:
            moment = START + dt.timedelta(hours=tree.size)
            notes.append(cosign(sign(of_trees(PROVINCE.name, tree, sm3, moment).text(), signer), CITY))
    return notes


def write(directory, entries=None, notes=None):
    entries = list(chain.entries(events())) if entries is None else entries
    notes = notes_of(entries) if notes is None else notes
    export.write(directory, origin=PROVINCE.name, entries=entries, checkpoints=notes, keys=KEYS)
    return directory


@pytest.fixture
def log(tmp_path):
    return write(tmp_path / "log")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    directory = write(tmp_path_factory.mktemp("pristine") / "log")
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


def lay_out(directory, pristine, **changed):
    """Write the sound export with some files replaced; names are given with _ for dots."""
    (directory / "checkpoints").mkdir(exist_ok=True)
    for path, content in pristine.items():
        (directory / path).write_bytes(changed.get(path.name.replace(".", "_"), content))
    return directory


def found(directory, **more):
    first = export.verify(directory, **more).first
    return None if first is None else (first.kind, first.index)


slow = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
positions = st.integers(0, COUNT - 1)


def test_a_sound_export_passes_and_says_what_is_not_yet_covered(log):
    result = export.verify(log)
    assert result.ok
    assert (result.entries, result.checkpoints, result.covered) == (14, 3, 12)
    assert "核验通过" in result.report()
    assert "最后 2 条尚无签名检查点" in result.report()


def test_an_export_reads_back_as_it_was_written(log):
    assert list(export.read(log)) == list(chain.entries(events()))


def test_an_empty_log_can_be_exported_and_verified(tmp_path):
    assert export.verify(write(tmp_path / "log", [], [])).ok


@slow
@given(positions, st.data())
def test_a_flipped_byte_of_an_event_names_that_event(pristine, bench, position, data):
    lines = pristine[Path("events.jsonl")].splitlines(keepends=True)
    line = bytearray(lines[position])
    line[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    lines[position] = bytes(line)
    lay_out(bench, pristine, events_jsonl=b"".join(lines))
    assert found(bench) == ("altered", position)


@slow
@given(positions, st.data())
def test_a_flipped_byte_of_a_leaf_names_its_line(pristine, bench, position, data):
    lines = pristine[Path("leaves.txt")].splitlines(keepends=True)
    line = bytearray(lines[position])
    line[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    lines[position] = bytes(line)
    lay_out(bench, pristine, leaves_txt=b"".join(lines))
    assert found(bench) == ("altered", position)


@slow
@given(st.sampled_from(["events.jsonl", "leaves.txt"]), positions)
def test_a_removed_line_is_named(pristine, bench, name, position):
    lines = pristine[Path(name)].splitlines(keepends=True)
    del lines[position]
    lay_out(bench, pristine, **{name.replace(".", "_"): b"".join(lines)})
    kind = "truncated" if position == COUNT - 1 else "removed"
    assert found(bench) == (kind, position)
    assert export.verify(bench).first.file == name


@slow
@given(st.sampled_from(["events.jsonl", "leaves.txt"]), positions, positions)
def test_two_swapped_lines_are_named_by_the_first(pristine, bench, name, one, other):
    assume(one != other)
    lines = pristine[Path(name)].splitlines(keepends=True)
    lines[one], lines[other] = lines[other], lines[one]
    lay_out(bench, pristine, **{name.replace(".", "_"): b"".join(lines)})
    assert found(bench) == ("reordered", min(one, other))


@slow
@given(st.integers(0, COUNT))
def test_an_inserted_event_is_named(pristine, bench, position):
    lines = pristine[Path("events.jsonl")].splitlines(keepends=True)
    lines.insert(position, b'{"event":%b,"index":%d}\n' % (canonical_bytes({"id": "fake"}), position))
    lay_out(bench, pristine, events_jsonl=b"".join(lines))
    assert found(bench) == ("inserted", position)


@slow
@given(positions, positions)
def test_a_copy_of_another_entry_is_an_insertion(pristine, bench, position, source):
    assume(position != source)
    lines = pristine[Path("events.jsonl")].splitlines(keepends=True)
    lines.insert(position, lines[source])
    lay_out(bench, pristine, events_jsonl=b"".join(lines))
    # A copy right behind its original is told from it by position alone.
    assert found(bench) == ("inserted", position)


@slow
@given(positions, positions)
def test_an_entry_overwritten_by_a_copy_of_another_is_altered(pristine, bench, position, source):
    assume(position != source)
    lines = pristine[Path("events.jsonl")].splitlines(keepends=True)
    lines[position] = lines[source]
    lay_out(bench, pristine, events_jsonl=b"".join(lines))
    assert found(bench) == ("altered", position)


@slow
@given(st.data())
def test_any_flipped_byte_of_any_file_is_noticed(pristine, bench, data):
    path = data.draw(st.sampled_from(sorted(pristine)))
    content = bytearray(pristine[path])
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    lay_out(bench, pristine, **{path.name.replace(".", "_"): bytes(content)})
    assert not export.verify(bench).ok


@pytest.mark.parametrize("position", range(12))
def test_with_leaves_and_chain_recomputed_the_checkpoint_interval_is_named(tmp_path, position):
    honest = list(chain.entries(events()))
    forged = events()
    forged[position]["n"] = 99
    write(tmp_path / "log", list(chain.entries(forged)), notes_of(honest))
    result = export.verify(tmp_path / "log")
    assert (result.first.kind, result.first.index) == ("interval", position // 4 * 4)
    start = position // 4 * 4
    assert f"第 {start + 1} 条至第 {start + 4} 条" in result.first.message


@pytest.mark.parametrize("position", range(11))
def test_an_edit_of_both_files_that_leaves_the_chain_is_named_by_the_break(log, position):
    drop_line(log / "events.jsonl", position)
    drop_line(log / "leaves.txt", position)
    assert found(log) == ("removed", position)


def drop_line(path, position):
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[position]
    path.write_bytes(b"".join(lines))


def test_a_swap_in_both_files_is_named_by_the_break(log):
    for name in ("events.jsonl", "leaves.txt"):
        lines = (log / name).read_bytes().splitlines(keepends=True)
        lines[5], lines[6] = lines[6], lines[5]
        (log / name).write_bytes(b"".join(lines))
    assert found(log) == ("reordered", 5)


def test_a_cut_tail_is_found_although_everything_else_was_made_to_fit(tmp_path):
    honest = list(chain.entries(events()))
    write(tmp_path / "log", honest[:10], notes_of(honest))
    result = export.verify(tmp_path / "log")
    assert (result.first.kind, result.first.index) == ("truncated", 10)
    assert "自第 11 条起被截断" in result.first.message


def test_a_log_rolled_back_with_its_checkpoints_is_found_by_a_checkpoint_kept_elsewhere(tmp_path):
    honest = list(chain.entries(events()))
    kept = tmp_path / "kept.txt"
    kept.write_text(notes_of(honest)[-1], encoding="utf-8")
    write(tmp_path / "log", honest[:8], notes_of(honest[:8]))
    assert export.verify(tmp_path / "log").ok
    assert found(tmp_path / "log", known=[kept]) == ("truncated", 8)


def test_a_checkpoint_signed_anew_by_an_unknown_key_is_refused(tmp_path):
    entries = list(chain.entries(events()))
    write(tmp_path / "log", entries, notes_of(entries, signer=STRANGER))
    result = export.verify(tmp_path / "log")
    assert [problem.kind for problem in result.problems] == ["unknown_key"] * 3
    assert "未知密钥" in result.first.message


def test_a_log_signed_anew_with_its_own_key_file_does_not_pass_with_the_trusted_key(tmp_path):
    entries = list(chain.entries(events()))
    notes = notes_of(entries, signer=STRANGER)
    export.write(tmp_path / "log", origin=PROVINCE.name, entries=entries, checkpoints=notes, keys=[STRANGER.verifier])
    assert export.verify(tmp_path / "log").ok
    assert found(tmp_path / "log", keys=[PROVINCE.verifier]) == ("unknown_key", None)


def test_swapped_checkpoints_are_named(log):
    one, two = log / "checkpoints/001.txt", log / "checkpoints/002.txt"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    result = export.verify(log)
    assert result.first.kind == "checkpoint_order"
    assert "001.txt 与 002.txt 次序颠倒" in result.first.message


def test_a_missing_checkpoint_is_named(log):
    (log / "checkpoints/002.txt").unlink()
    result = export.verify(log)
    assert result.first.kind == "checkpoint_order"
    assert "缺少第 2 个检查点" in result.first.message


def test_more_than_a_thousand_checkpoints_keep_their_order(tmp_path):
    entries = list(chain.entries(events(2)))
    sizes = notes_of(entries, sizes=(1, 2))
    assert export.verify(write(tmp_path / "log", entries, [sizes[0]] * 1000 + [sizes[1]])).ok


def test_checkpoints_that_contradict_each_other_are_named(tmp_path):
    honest = list(chain.entries(events()))
    other = list(chain.entries([{"id": "other"}, *events()[1:]]))
    write(tmp_path / "log", honest, [notes_of(other)[0], *notes_of(honest)[1:]])
    result = export.verify(tmp_path / "log")
    assert result.first.kind == "inconsistent"
    assert "001.txt 与 002.txt 互相矛盾" in result.first.message


def test_a_checkpoint_of_another_log_is_named(tmp_path):
    tree, sm3 = Tree(), Tree("sm3")
    note = sign(of_trees("other.example/log", tree, sm3, START).text(), PROVINCE)
    write(tmp_path / "log", notes=[note])
    assert "属于另一日志" in export.verify(tmp_path / "log").first.message


def test_an_altered_checkpoint_is_named(log):
    path = log / "checkpoints/003.txt"
    path.write_bytes(path.read_bytes().replace(b"\n12\n", b"\n13\n"))
    result = export.verify(log)
    assert result.first.kind == "checkpoint"
    assert "003.txt 被篡改" in result.first.message


def test_a_missing_file_is_named(log):
    (log / "leaves.txt").unlink()
    assert export.verify(log).first.message == "缺少文件 leaves.txt"


def test_messages_name_the_event_in_chinese(log):
    path = log / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n":5,', b'"n":6,', 1))
    assert export.verify(log).first.message == "第 6 条（事件 E0005）被篡改（序号 5）"


def stand_alone(log, *arguments):
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-I", "-S", str(log / "verify_log.py"), str(log), *arguments]
    return subprocess.run(command, capture_output=True, check=False, env=environment, encoding="utf-8")


def test_the_script_inside_the_export_needs_the_standard_library_only(log):
    result = stand_alone(log)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("核验通过：记录 14 条，检查点 3 个")


def test_the_script_inside_the_export_names_the_first_altered_entry(log):
    path = log / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n":5,', b'"n":6,', 1))
    result = stand_alone(log, "--json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["problems"][0]["index"] == 5


def test_the_module_verifies_from_the_command_line(log):
    command = [sys.executable, "-m", "jianguan.engines.hashlog", str(log), "--key", str(PROVINCE.verifier)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(Path(export.__file__).parents[3])}
    result = subprocess.run(command, capture_output=True, check=False, env=environment, encoding="utf-8")
    assert (result.returncode, result.stdout[:4]) == (0, "核验通过")


def test_a_directory_that_holds_something_is_not_written_into(log):
    with pytest.raises(FileExistsError):
        write(log)


def test_a_gap_in_the_stored_entries_is_not_exported(tmp_path):
    entries = list(chain.entries(events()))
    with pytest.raises(export.BadExport, match="第 3 条不能导出"):
        write(tmp_path / "log", entries[:2] + entries[3:], [])


def test_a_log_goes_on_from_its_last_entry():
    everything = list(chain.entries(events()))
    assert list(chain.entries(events()[5:], 5, everything[4].chain)) == everything[5:]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_canonical_bytes_do_not_depend_on_the_order_of_keys_and_read_back(event):
    reverse = dict(reversed(event.items()))
    assert canonical_bytes(event) == canonical_bytes(reverse)
    assert json.loads(canonical_bytes(event)) == event
    assert b"\n" not in canonical_bytes(event)


@pytest.mark.parametrize("value", [1.5, START, b"x", {1: 2}, ["ok", 0.1], "\ud800", {1, 2}])
def test_values_without_one_exact_form_are_refused(value):
    with pytest.raises(NotCanonical):
        canonical_bytes({"field": value})


@pytest.mark.parametrize("name", ["events.jsonl", "MANIFEST.json"])
def test_a_file_nested_deeper_than_anybody_reads_is_a_finding_and_no_crash(log, name):
    file = log / name
    file.write_bytes(b"[" * 200_000 + b"\n" + file.read_bytes().partition(b"\n")[2])
    assert not export.verify(log).ok
