"""Read the files of a rule book directory record by record, so that one bad record does not hide the next."""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import yaml

Record = TypeVar("Record")


class LoadProblem(NamedTuple):
    """One fault of a rule book: file, record and rule, with a Chinese sentence."""

    file: str
    record: str
    rule: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file} 的 {self.record}" if self.record else self.file
        return f"{place}：{self.message}（规则：{self.rule}）"


class _UniqueKeys(yaml.CSafeLoader):
    """Refuses a mapping that names a key twice; YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                problem = f"键 {key_node.value} 在第 {key_node.start_mark.line + 1} 行重复出现"
                raise yaml.constructor.ConstructorError(problem=problem)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


class Reader:
    """Collects records and problems; remembers the file of every record."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[LoadProblem] = []
        self.files: dict[str, str] = {}  # record id -> file

    def yaml(self, file: str) -> Any:
        """Content of a YAML file; None, with a problem noted, when it cannot be read."""
        try:
            return _UniqueKeys((self.directory / file).read_text(encoding="utf-8")).get_single_data()
        except FileNotFoundError:
            self.problem(file, "", "文件须齐全", "文件不存在")
        except UnicodeDecodeError:
            self.problem(file, "", "编码", "文件不是 UTF-8 文本")
        except yaml.YAMLError as error:
            self.problem(file, "", "YAML 格式", _yaml_message(error))
        return None

    def record(self, file: str, raw: Any, kind: type[Record], name: str = "") -> Record | None:
        """Convert one raw record; None, with a problem noted, when it does not fit."""
        try:
            return msgspec.convert(raw, kind, strict=True)
        except msgspec.ValidationError as error:
            self.problem(file, name or _name(raw), f"{kind.__name__} 的结构", translate(str(error)))
        return None

    def records(self, file: str, raw: Any, kind: type[Record]) -> list[Record]:
        """Convert a list of raw records."""
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.problem(file, "", "文件结构", f"应是 {kind.__name__} 记录的列表")
            return []
        found = []
        for position, one in enumerate(raw, start=1):
            record = self.record(file, one, kind, _name(one) or f"第 {position} 条记录")
            if record is not None:
                found.append(record)
                self.files[f"{kind.__name__}:{_name(one)}"] = file
        return found

    def files_in(self, folder: str) -> list[str]:
        """YAML files of a folder in order, relative to the directory."""
        return [f"{folder}/{path.name}" for path in sorted((self.directory / folder).glob("*.yaml"))]

    def problem(self, file: str, record: str, rule: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(LoadProblem(file, record, rule, message))


def _name(raw: Any) -> str:
    """How a raw record calls itself."""
    if isinstance(raw, dict):
        for key in ("id", "key", "urn"):
            if raw.get(key) is not None:
                return str(raw[key])
    return ""


def _yaml_message(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        line = f"第 {error.problem_mark.line + 1} 行附近，" if error.problem_mark else ""
        return f"{line}{error.problem or error.context}"
    return str(error)


_WORDS = {
    "str": "文字",
    "int": "整数",
    "float": "小数",
    "bool": "真假值",
    "array": "列表",
    "object": "键值表",
    "date": "日期",
    "null": "空值",
}
_SENTENCES = (
    (re.compile(r"Object missing required field `(.+?)`"), "缺少必填字段 {0}"),
    (re.compile(r"Object contains unknown field `(.+?)`"), "有不认识的字段 {0}"),
    (re.compile(r"Expected `(.+?)`, got `(.+?)`"), "应为{0}，实为{1}"),
    (re.compile(r"Invalid enum value (.+?)(?= - at|$)"), "取值 {0} 不在允许范围内"),
    (re.compile(r"Invalid RFC3339 encoded date"), "日期写法不对，应为 YYYY-MM-DD"),
)


def translate(message: str) -> str:
    """Chinese for a validation message of msgspec; an unknown one is kept as it is."""
    body, _, path = message.partition(" - at `$")
    for pattern, sentence in _SENTENCES:
        match = pattern.search(body)
        if match:
            words = ["或".join(_WORDS.get(part, part) for part in group.split(" | ")) for group in match.groups()]
            body = sentence.format(*words)
            break
    place = path.rstrip("`").lstrip(".")
    return f"{body}（位置 {place}）" if place else body
