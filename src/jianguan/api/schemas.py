"""The rows of every contract as JSON Schema, for the description of the HTTP door: nobody guesses a column."""

from typing import Any

from jianguan.facts.contract import Code, Column, Contract, Kind, codes, contracts

DAY, MOMENT = "2020-03-02", "2020-03-02 08:00:00"
FORM_EXAMPLES = {
    "identity_card": "11010519491231002X",
    "plate": "吉A12345",
    "vin": "1M8GDM9AXKP042788",
}
LINES = "application/x-ndjson"
PLAIN = {Kind.BOOL: "boolean", Kind.INT: "integer", Kind.DECIMAL: "number"}
PERSONAL = {"personal": "个人信息，数据湖中为化名", "sensitive": "敏感个人信息，数据湖中为化名"}


def described(document: dict[str, Any], path: str) -> dict[str, Any]:
    """Add the rows of every contract to an OpenAPI document, and name them in the request of ``path``."""
    rows = {name: schema(found) for name, found in contracts().items()}
    document.setdefault("components", {}).setdefault("schemas", {}).update(rows)
    taking = document["paths"][path]["post"]
    taking["requestBody"]["content"][LINES] = {
        "schema": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in rows]},
        "examples": {name: {"summary": row["title"], "value": row["example"]} for name, row in rows.items()},
    }
    for one in taking["parameters"]:
        if one["name"] == "fact":
            one["schema"]["enum"] = list(rows)
    return document


def schema(found: Contract) -> dict[str, Any]:
    """Return the schema of one row of a contract: columns, types, code tables, what is required, an example."""
    required = [key for key, column in found.columns.items() if column.required]
    return {
        "type": "object",
        "title": found.label,
        "description": f"一行一个 JSON 对象；主键为 {'、'.join(found.key)}，日期取自 {found.day}。",
        "properties": {key: _property(column) for key, column in found.columns.items()},
        "required": required,
        "example": {key: _example(found.columns[key]) for key in required},
    }


def _property(column: Column) -> dict[str, Any]:
    table = codes()[column.code] if column.code else None
    about = [column.note, f"单位：{column.unit}" if column.unit else "", PERSONAL.get(column.personal, "")]
    about += [f"别名：{'、'.join(column.aliases)}" if column.aliases else ""]
    about += [f"代码表：{table.label}（{table.source}，{table.version}）" if table else ""]
    made: dict[str, Any] = {"title": column.label, "type": PLAIN.get(column.kind, "string")}
    if words := "；".join(filter(None, about)):
        made["description"] = words
    if column.kind is Kind.TEXT and column.size:
        made["maxLength"] = column.size
    if column.kind is Kind.DATE:
        made["format"] = "date"
    if column.kind is Kind.TIMESTAMP:
        made["description"] = "；".join(filter(None, [made.get("description"), "北京时间，如 " + MOMENT]))
    for ours, theirs in (("min", "minimum"), ("max", "maximum")):
        if (limit := getattr(column, ours)) is not None:
            made[theirs] = limit
    if table:
        made["enum" if table.complete else "x-codes-known"] = list(table.entries)
        made["x-code-labels"] = {code: entry.label for code, entry in table.entries.items()}
    if not column.required:
        made["nullable"] = True
    return made | {"example": _example(column)}


def _standing(entries: dict[str, Code]) -> str:
    """The first code of a table that no other has taken over."""
    return next((code for code, entry in entries.items() if entry.until is None), next(iter(entries), ""))


def _example(column: Column) -> Any:
    if column.code:
        return _standing(codes()[column.code].entries)
    number = {Kind.INT: int(column.min or 1), Kind.DECIMAL: column.min or 1.5}
    plain = {Kind.BOOL: True, Kind.DATE: DAY, Kind.TIMESTAMP: MOMENT} | number
    return plain.get(column.kind, FORM_EXAMPLES.get(column.form, "A1"[: column.size or None]))
