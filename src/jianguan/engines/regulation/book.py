"""A loaded rule book (规则库) and the two clocks of its parameters (参数)."""

import datetime as dt

from jianguan.engines.regulation.record import TextRecord
from jianguan.engines.regulation.schema import (
    AgencyFile,
    Checklist,
    InForce,
    Instrument,
    Norm,
    Parameter,
    ParameterValue,
    Role,
    Strict,
)


class RuleBook(Strict, frozen=True, kw_only=True):
    """Everything a rule book directory says, read and checked."""

    instrument: Instrument
    text: TextRecord
    norms: list[Norm]
    parameters: list[Parameter]
    agencies: AgencyFile
    checklists: list[Checklist] = []
    roles: list[Role] = []

    def norms_of(self, provision: str) -> list[Norm]:
        """Norms of a provision; of an article with items, those of its items too."""
        return [norm for norm in self.norms if within(norm.provision, provision)]

    def parameter(self, key: str) -> Parameter:
        """The parameter with this key. Raises KeyError when there is none."""
        for parameter in self.parameters:
            if parameter.key == key:
                return parameter
        raise KeyError(key)


class ConflictingValues(ValueError):
    """Two values of one parameter hold at once; the message names both."""


class NoValueInForce(LookupError):
    """No value of the parameter holds on that day, or none was known yet."""


def within(provision: str, whole: str) -> bool:
    """Whether ``provision`` is ``whole`` or an item of that article."""
    return provision == whole or provision.startswith(f"{whole}.")


def holds(in_force: InForce, on: dt.date) -> bool:
    """Whether a half-open validity contains a day."""
    return in_force.since <= on and (in_force.until is None or on < in_force.until)


def overlap(a: InForce, b: InForce) -> bool:
    """Whether two half-open validities share a day."""
    return a.since < (b.until or dt.date.max) and b.since < (a.until or dt.date.max)


def known(value: ParameterValue, on: dt.date) -> bool:
    """Whether a value was on record on a day and not yet withdrawn by a correction."""
    return value.recorded_on <= on and (value.withdrawn_on is None or on < value.withdrawn_on)


def value_at(parameter: Parameter, on: dt.date, known_on: dt.date | None = None) -> ParameterValue:
    """The value in force on a day (effective time), as known on a day (known time; default: today's record).

    The end of a value that was set by recording its successor was not yet known before that day: until then
    the earlier value counts as open-ended. Raises :class:`ConflictingValues` when two values hold at once and
    :class:`NoValueInForce` when none does.
    """
    if known_on is None:
        on_record = [value for value in parameter.values if value.withdrawn_on is None]
    else:
        on_record = [value for value in parameter.values if known(value, known_on)]
    starts = {value.in_force.since for value in on_record}
    later_starts = {value.in_force.since for value in parameter.values} - starts
    found = []
    for value in on_record:
        until = value.in_force.until
        if until in later_starts:
            until = min((start for start in starts if start > value.in_force.since), default=None)
        if value.in_force.since <= on and (until is None or on < until):
            found.append(value)
    if len(found) > 1:
        named = "、".join(f"{value.value}（{value.in_force.since} 起，{value.reference}）" for value in found)
        raise ConflictingValues(f"参数 {parameter.key} 在 {on} 有两个以上取值：{named}。")
    if not found:
        seen = f"（按 {known_on} 所知）" if known_on else ""
        raise NoValueInForce(f"参数 {parameter.key} 在 {on} 没有生效的取值{seen}。")
    return found[0]
