"""The forms, as Python for one value and as SQL for a column.

The SQL is written for DuckDB; ``{value}`` stands for an expression of type VARCHAR that is not NULL. Values are
judged as they are: neither blanks nor case are forgiven here.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.cn import ric, uscc

RIC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RIC_DIGITS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(3**i % 31 for i in range(17))
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
VIN_VALUES = dict(zip(VIN_ALPHABET, "012345678912345678123457923456789", strict=True))
VIN_DIGITS = "0123456789X"

RIC = "[1-9][0-9]{16}[0-9X]"
USCC = f"[{USCC_ALPHABET}]{{18}}"
ORGANISATION = "[0-9A-Z]{8}[0-9X]"
VIN = f"[{VIN_ALPHABET}]{{17}}"
MOBILE = "1[3-9][0-9]{9}"
DEVICE = "[0-9]{20}"
OFFICE = "[0-9]{12}"
SHA256 = "[0-9a-f]{64}"
HASH64 = "[0-9a-f]{16}"

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
LETTERS = "A-HJ-NP-Z"
PLATE = (
    f"[{PROVINCES}][{LETTERS}]"
    f"([{LETTERS}0-9]{{5}}|[{LETTERS}0-9]{{4}}[挂学警领试超]|[{LETTERS}][{LETTERS}0-9][0-9]{{4}}|[0-9]{{5}}[{LETTERS}])"
)
"""GA 36: ordinary, trailer (挂), coach (学), police (警), small and large new-energy (新能源)."""


@dataclass(frozen=True, slots=True)
class Form:
    """One validator: its Chinese name, the test of one value, and the same test in SQL."""

    label: str
    holds: Callable[[str], bool]
    sql: str
    number: str = ""
    """SQL of what ``sql`` reads digit by digit as ``{number}``, a BIGINT or codes; worth a column of its own."""

    def sql_of(self, expression: str, number: str = "") -> str:
        """Return the SQL condition for an expression that is a VARCHAR and not NULL.

        ``number``: a column that holds ``number_of(expression)``, so that it is computed once a row.
        """
        return "(" + self.sql.replace("{number}", number or self.number).replace("{value}", expression) + ")"

    def number_of(self, expression: str) -> str:
        """Return the SQL of the number the condition reads, empty when it reads none."""
        return self.number.replace("{value}", expression)


def _weighted(weights: tuple[int, ...], digits: int) -> str:
    """SQL of the weighted sum of a number's digits, the first weight for the leading one."""
    places = range(digits - 1, -1, -1)
    return " + ".join(
        f"{weight} * ({{number}} // {10**place} % 10)" for weight, place in zip(weights, places, strict=True) if weight
    )


def _sum(weights: tuple[int, ...], terms: Callable[[int], str]) -> str:
    return " + ".join(f"{weight} * ({terms(i)})" for i, weight in enumerate(weights, 1))


def _at(alphabet: str) -> Callable[[int], str]:
    return lambda i: f"strpos('{alphabet}', substr({{value}}, {i}, 1)) - 1"


def is_identity_card(value: str) -> bool:
    """Return whether ``value`` is an identity card number (居民身份证号码): form, birth date, check digit (GB 11643).

    The division is not judged: codes change hands, and a number outlives the code it was issued under.
    """
    if not re.fullmatch(RIC, value) or ric.calc_check_digit(value) != value[17]:
        return False
    try:
        return dt.date(int(value[6:10]), int(value[10:12]), int(value[12:14])) >= dt.date(1850, 1, 1)
    except ValueError:
        return False


def is_uscc(value: str) -> bool:
    """Return whether ``value`` is a unified social credit code (统一社会信用代码) with its check digit (GB 32100)."""
    return bool(re.fullmatch(USCC, value)) and str(uscc.calc_check_digit(value[:17])) == value[17]


def is_organisation(value: str) -> bool:
    """Return whether ``value`` is an organisation code (组织机构代码), nine characters without a hyphen (GB 11714)."""
    if not re.fullmatch(ORGANISATION, value):
        return False
    total = sum(w * ORGANISATION_ALPHABET.index(c) for w, c in zip(ORGANISATION_WEIGHTS, value, strict=False))
    return "0123456789X0"[11 - total % 11] == value[8]


def has_vin_form(value: str) -> bool:
    """Return whether ``value`` has the form of a VIN (车辆识别代号): 17 characters without I, O, Q (GB 16735)."""
    return bool(re.fullmatch(VIN, value))


def has_vin_check_digit(value: str) -> bool:
    """Return whether the ninth character of a VIN is its check digit; mandatory for domestic makers only."""
    if not re.fullmatch(VIN, value):
        return False
    total = sum(w * int(VIN_VALUES[c]) for w, c in zip(VIN_WEIGHTS, value, strict=True))
    return VIN_DIGITS[total % 11] == value[8]


def is_plate(value: str) -> bool:
    """Return whether ``value`` is a plate number (号牌号码) of GA 36."""
    return bool(re.fullmatch(PLATE, value))


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: bool(re.fullmatch(pattern, value))


def _pattern(label: str, pattern: str) -> Form:
    return Form(label, _matches(pattern), f"regexp_full_match({{value}}, '{pattern}')")


_RIC_NUMBER = "try_cast(left({value}, 17) AS BIGINT)"
_RIC_SQL = (
    f"regexp_full_match({{value}}, '{RIC}')"
    f" AND substr('{RIC_DIGITS}', (({_weighted(RIC_WEIGHTS, 17)}) % 11 + 1)::INT, 1) = substr({{value}}, 18, 1)"
    " AND {number} // 1000 % 100000000 >= 18500101"
    " AND try_strptime(substr({value}, 7, 8), '%Y%m%d') IS NOT NULL"
)
_USCC_SQL = (
    f"regexp_full_match({{value}}, '{USCC}')"
    f" AND (31 - ({_sum(USCC_WEIGHTS, _at(USCC_ALPHABET))}) % 31) % 31 = {_at(USCC_ALPHABET)(18)}"
)
_ORGANISATION_SQL = (
    f"regexp_full_match({{value}}, '{ORGANISATION}')"
    f" AND substr('0123456789X0', (12 - ({_sum(ORGANISATION_WEIGHTS, _at(ORGANISATION_ALPHABET))}) % 11)::INT, 1)"
    " = substr({value}, 9, 1)"
)
_VIN_PLACES = [place for place, weight in enumerate(VIN_WEIGHTS, 1) if weight]
_VIN_CODES = "{" + ", ".join(f"'c{i}': ascii(substr({{value}}, {i}, 1))" for i in _VIN_PLACES) + "}"
"""Codes of the characters, of which 0-9, A-I, J-R and S-Z stand in rows; DuckDB's translate is three times slower."""


def _vin_value(place: int) -> str:
    code = f"{{number}}.c{place}"
    rows = ((58, 48), (74, 64), (83, 73))
    return f"CASE {' '.join(f'WHEN {code} < {end} THEN {code} - {less}' for end, less in rows)} ELSE {code} - 81 END"


_VIN_SQL = (
    f"regexp_full_match({{value}}, '{VIN}') AND substr('{VIN_DIGITS}',"
    f" ({' + '.join(f'{VIN_WEIGHTS[i - 1]} * ({_vin_value(i)})' for i in _VIN_PLACES)}) % 11 + 1, 1)"
    " = substr({value}, 9, 1)"
)

FORMS: dict[str, Form] = {
    "gb28181": _pattern("国标设备编码", DEVICE),
    "hash64": _pattern("感知散列", HASH64),
    "identity_card": Form("居民身份证号码", is_identity_card, f"coalesce({_RIC_SQL}, false)", _RIC_NUMBER),
    "mobile": _pattern("手机号码", MOBILE),
    "office": _pattern("公安机关机构代码", OFFICE),
    "organisation": Form("组织机构代码", is_organisation, _ORGANISATION_SQL),
    "plate": _pattern("号牌号码", PLATE),
    "sha256": _pattern("SHA-256 摘要", SHA256),
    "uscc": Form("统一社会信用代码", is_uscc, _USCC_SQL),
    "vin": _pattern("车辆识别代号", VIN),
    "vin_check": Form("车辆识别代号校验位", has_vin_check_digit, f"coalesce({_VIN_SQL}, false)", _VIN_CODES),
}
"""Forms a column may name; a value that does not hold is refused."""

WARNINGS: dict[str, str] = {"vin": "vin_check"}
"""Form → a stricter form whose failure is counted and shown, never refused."""
