"""The rule book of Jilin province against the text of the regulation."""

import datetime as dt
import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import typst

from jianguan.backbone.people.permissions import Permission
from jianguan.engines.regulation.book import NoValueInForce
from jianguan.engines.regulation.rulebook import load, value_at
from jianguan.engines.regulation.schema import AgencySeed, Cadence, CapacitySeed, Level, Measure, Norm
from jianguan.rulebook import RULEBOOK

START = dt.date(2020, 3, 19)
BOOK = load(RULEBOOK)
NORMS = {norm.id: norm for norm in BOOK.norms}
AGENCIES = {agency.id: agency for agency in BOOK.agencies.agencies}
CAPACITIES = {capacity.id: capacity for capacity in BOOK.agencies.capacities}
TEXT = {item.id: item.text for item in BOOK.text.items}
OPERATIVE = sorted(item.id for item in BOOK.text.items if item.operative)

# GB/T 2260 codes of the county-level units, by city; 梅河口 and 公主岭 stand apart.
COUNTIES = {
    "changchun": "102 103 104 105 106 112 113 122 182 183",
    "jilin-city": "202 203 204 211 221 281 282 283 284",
    "siping": "302 303 322 323 382",
    "liaoyuan": "402 403 421 422",
    "tonghua": "502 503 521 523 524 582",
    "baishan": "602 605 621 622 623 681",
    "songyuan": "702 721 722 723 781",
    "baicheng": "802 821 822 881 882",
    "yanbian": "2401 2402 2403 2404 2405 2406 2424 2426",
}
ARTICLE_17 = ("meihekou", "gongzhuling")
CITY_AGENCIES = (*COUNTIES, "changbaishan", *ARTICLE_17)


def code_on(agency: AgencySeed, day: dt.date) -> str:
    (code,) = [
        c.code for c in agency.codes if c.in_force.since <= day and (not c.in_force.until or day < c.in_force.until)
    ]
    return code


def superiors(capacity: str) -> list[str]:
    return [link.to for link in CAPACITIES[capacity].superiors]


def at_level(level: Level) -> list[CapacitySeed]:
    return [capacity for capacity in CAPACITIES.values() if capacity.level is level]


def norms_with(measure: Measure) -> list[Any]:
    return [pytest.param(norm, id=norm.id) for norm in BOOK.norms if norm.measure is measure]


class TestNorms:
    def test_the_text_has_51_operative_items(self) -> None:
        assert len(OPERATIVE) == BOOK.text.operative_items == 51

    @pytest.mark.parametrize("item", OPERATIVE)
    def test_every_operative_item_has_a_norm(self, item: str) -> None:
        assert BOOK.norms_of(item)

    def test_every_other_passage_is_marked_non_operative_with_a_reason(self) -> None:
        framework = {item.id for item in BOOK.text.items if not item.operative}
        framework |= {a.id for a in BOOK.text.article_texts if not a.operative and not a.items}
        marked = BOOK.instrument.non_operative
        assert framework == marked.keys()
        assert all(reason.endswith("。") for reason in marked.values())

    def test_no_norm_stands_on_a_non_operative_passage(self) -> None:
        assert not {norm.provision for norm in BOOK.norms} & BOOK.instrument.non_operative.keys()

    @pytest.mark.parametrize("norm", norms_with(Measure.RATIO))
    def test_a_ratio_says_of_what_and_how_much(self, norm: Norm) -> None:
        assert norm.population
        assert norm.quota is not None
        assert norm.quota.parameter is not None
        assert BOOK.parameter(norm.quota.parameter).unit == "percent"

    @pytest.mark.clause("6.6")
    def test_exam_recordings_and_body_cameras_each_owe_their_own_share(self) -> None:
        daily = [norm for norm in BOOK.norms_of("6.6") if norm.cadence is Cadence.DAILY]
        assert {norm.source for norm in daily} == {"population:exam-av", "population:body-camera"}
        assert len({norm.population for norm in daily}) == 2

    def test_a_soft_norm_quotes_a_word_of_its_own_item(self) -> None:
        soft = [norm for norm in BOOK.norms if norm.cadence is Cadence.SOFT]
        assert soft
        assert [
            norm.id for norm in soft if not norm.cadence_word or norm.cadence_word not in TEXT[norm.provision]
        ] == []

    def test_only_a_soft_norm_quotes_a_word(self) -> None:
        assert [norm.id for norm in BOOK.norms if norm.cadence_word and norm.cadence is not Cadence.SOFT] == []

    @pytest.mark.parametrize("word", ["定期", "不定期", "适时", "及时"])
    def test_every_soft_word_of_the_text_is_carried_by_a_norm_of_that_item(self, word: str) -> None:
        def says(text: str) -> bool:
            return word in (text.replace("不定期", "") if word == "定期" else text)

        items = {item for item in OPERATIVE if says(TEXT[item])}
        carried = {norm.provision for norm in BOOK.norms if norm.cadence_word == word}
        assert items == carried

    def test_what_the_text_wants_every_day_is_daily(self) -> None:
        daily = {norm.provision for norm in BOOK.norms if norm.cadence is Cadence.DAILY}
        assert daily == {item for item in OPERATIVE if "每日" in TEXT[item]}

    def test_what_the_text_wants_every_month_is_monthly(self) -> None:
        assert {norm.provision for norm in BOOK.norms if norm.cadence is Cadence.MONTHLY} == {"6.8"}

    def test_every_norm_has_a_source_and_a_measure_unless_it_forbids(self) -> None:
        without = {norm.id for norm in BOOK.norms if not norm.source or not norm.measure or not norm.cadence}
        assert without == {norm.id for norm in BOOK.norms if norm.modality == "prohibition"}

    def test_the_only_prohibition_is_the_one_on_personal_data(self) -> None:
        forbidden = [norm.id for norm in BOOK.norms if norm.modality == "prohibition"]
        assert forbidden == ["13.1d-city", "13.1d-county"]

    def test_covert_visits_where_necessary_are_a_power(self) -> None:
        assert [norm.id for norm in BOOK.norms if norm.modality == "power"] == ["6.10-covert"]

    def test_sources_read_room_colon_kind(self) -> None:
        rooms = {norm.source.partition(":")[0] for norm in BOOK.norms if norm.source}
        known = "acknowledgement approval case check coverage document drill filing population registration restriction"
        assert rooms == {*known.split(), "roster", "upload"}
        assert all(norm.source.partition(":")[2] for norm in BOOK.norms if norm.source)

    def test_titles_and_readings_are_short(self) -> None:
        assert [norm.id for norm in BOOK.norms if len(norm.title) > 16] == []
        assert [norm.id for norm in BOOK.norms if len(norm.reading) > 80 or "\n" in norm.reading] == []

    def test_the_bearer_is_the_one_the_text_names_unless_the_reading_infers_it(self) -> None:
        named = {item.id: set(item.levels) for item in BOOK.text.items}
        other = {norm.id for norm in BOOK.norms if norm.bearer not in (named[norm.provision] or {norm.bearer})}
        assert other == {norm.id for norm in BOOK.norms if "推定" in norm.reading}

    @pytest.mark.parametrize("item", ["13.1", "13.2"])
    def test_city_and_county_owe_article_13_alike(self, item: str) -> None:
        def parts(level: Level) -> set[str]:
            return {norm.id.rpartition("-")[0] for norm in BOOK.norms_of(item) if norm.bearer is level}

        assert parts(Level.CITY) == parts(Level.COUNTY) != set()

    def test_the_stricter_body_camera_rule_waits_and_overrides(self) -> None:
        norm = NORMS["6.9-body-camera-ministry"]
        assert norm.overrides == "6.9-body-camera"
        assert norm.in_force.since.year == 2999
        with pytest.raises(NoValueInForce):
            value_at(BOOK.parameter("6.9.body-camera-retention-ministry"), START)


class TestParameters:
    @pytest.mark.parametrize(
        ("key", "value", "unit", "direction"),
        [
            ("6.6.ratio", 5, "percent", "floor"),
            ("6.7.ratio", 20, "percent", "floor"),
            ("13.1a.ratio", 5, "percent", "floor"),
            ("6.9.av-retention", 3, "years", "floor"),
            ("6.9.body-camera-retention", 3, "months", "floor"),
            ("13.1b.on-site-only", 3, "years", "exact"),
            ("8.1.filing-threshold", 5, "tonnes", "ceiling"),
            ("9.2.filing-threshold", 5, "tonnes", "ceiling"),
            ("6.5.upload", "24:00", "time_of_day", "ceiling"),
        ],
    )
    def test_the_numbers_of_the_law(self, key: str, value: int | str, unit: str, direction: str) -> None:
        parameter = BOOK.parameter(key)
        assert (value_at(parameter, START).value, parameter.unit, parameter.direction) == (value, unit, direction)
        assert parameter.origin == "law"
        if isinstance(value, int):
            assert str(value) in TEXT[str(parameter.provision)]

    def test_the_share_of_archives_has_no_number_before_a_decision(self) -> None:
        with pytest.raises(NoValueInForce):
            value_at(BOOK.parameter("5.6.ratio"), dt.date(2026, 1, 1))

    def test_every_other_parameter_has_a_value_from_the_first_day(self) -> None:
        waiting = {"5.6.ratio", "6.9.body-camera-retention-ministry"}
        waiting |= {"draw.beacon", "draw.by-site", "draw.priority", "draw.rotation"}
        for parameter in BOOK.parameters:
            if parameter.key not in waiting:
                assert value_at(parameter, START, known_on=START).reference

    @pytest.mark.parametrize("cadence", ["daily", "weekly", "monthly", "quarterly", "yearly"])
    def test_every_period_has_a_time_in_which_late_still_counts(self, cadence: str) -> None:
        parameter = BOOK.parameter(f"late.{cadence}")
        assert parameter.unit == "days"
        assert int(value_at(parameter, START).value) > 0

    def test_what_the_platform_sets_is_not_called_law(self) -> None:
        ours = [p for p in BOOK.parameters if p.key.startswith(("deadline.", "late."))]
        assert ours
        assert {parameter.origin for parameter in ours} == {"platform"}

    def test_every_value_gives_a_reason(self) -> None:
        assert all(value.reason for parameter in BOOK.parameters for value in parameter.values)


class TestAgencies:
    @pytest.mark.parametrize("city", COUNTIES)
    def test_the_counties_of_each_city_have_their_codes(self, city: str) -> None:
        below = {a.id for a in AGENCIES.values() if a.kind == "police" and [p.to for p in a.parents] == [city]}
        codes = {code_on(AGENCIES[id_], START) for id_ in below if id_ not in ARTICLE_17}
        assert codes == {f"22{0 if len(code) == 3 else ''}{code}" for code in COUNTIES[city].split()}

    def test_there_are_60_county_level_codes(self) -> None:
        codes = {code_on(AGENCIES[id_], START) for id_ in county_level_ids()}
        assert len(codes) == 60

    def test_nine_cities_have_codes_and_changbaishan_an_internal_one(self) -> None:
        codes = {city: code_on(AGENCIES[city], START) for city in COUNTIES}
        assert set(codes.values()) == {*(f"220{n}00" for n in range(1, 9)), "222400"}
        assert not code_on(AGENCIES["changbaishan"], START).isdigit()

    def test_the_city_of_jilin_is_not_the_province(self) -> None:
        assert code_on(AGENCIES["jilin"], START) == "220000"
        assert code_on(AGENCIES["jilin-city"], START) == "220200"
        assert AGENCIES["jilin"].short == "吉林省"
        assert AGENCIES["jilin-city"].short == "吉林市"

    @pytest.mark.clause("17")
    def test_gongzhuling_changed_code_and_parent_on_one_day_and_nothing_else(self) -> None:
        agency = AGENCIES["gongzhuling"]
        eve, day = dt.date(2020, 6, 18), dt.date(2020, 6, 19)
        assert (code_on(agency, eve), code_on(agency, day)) == ("220381", "220184")
        parents = [(p.to, p.in_force.since, p.in_force.until) for p in agency.parents]
        assert parents == [("siping", START, day), ("changchun", day, None)]
        assert [link.in_force.until for link in CAPACITIES["gongzhuling@COUNTY"].superiors] == [None]

    def test_names_are_unique(self) -> None:
        for names in ([a.short for a in AGENCIES.values()], [a.name for a in AGENCIES.values()]):
            assert [name for name, times in Counter(names).items() if times > 1] == []

    def test_every_city_level_agency_has_an_office_and_a_technology_department(self) -> None:
        for city in CITY_AGENCIES:
            assert superiors(f"{city}-office@VEHICLE_OFFICE") == [f"{city}@CITY"]
            assert superiors(f"{city}-technology@TECHNOLOGY") == [f"{city}@CITY"]
        assert superiors("jilin-technology@TECHNOLOGY") == ["jilin@PROVINCE"]
        assert len(at_level(Level.TECHNOLOGY)) == 13

    def test_counties_have_an_office_and_urban_districts_have_none(self) -> None:
        offices = {a.parents[0].to for a in AGENCIES.values() if a.kind == "vehicle_office"}
        counties = county_level_ids() - set(ARTICLE_17)
        districts = {id_ for id_ in counties if "区交通" in AGENCIES[id_].name}
        assert len(districts) == 21
        assert offices == set(CITY_AGENCIES) | (counties - districts)


class TestCapacities:
    def test_every_capacity_is_named_after_agency_and_level_and_stands_from_the_first_day(self) -> None:
        assert all(c.id == f"{c.agency}@{c.level.value}" for c in CAPACITIES.values())
        assert {c.in_force.since for c in CAPACITIES.values()} == {START}

    def test_counties_report_to_their_city(self) -> None:
        for id_ in county_level_ids() - set(ARTICLE_17):
            assert superiors(f"{id_}@COUNTY") == [f"{AGENCIES[id_].parents[0].to}@CITY"]

    @pytest.mark.clause("17")
    def test_the_province_as_city_supervises_the_two_counties_and_nobody_else(self) -> None:
        acting = CAPACITIES["jilin@CITY"]
        assert (acting.mode, acting.basis, superiors(acting.id)) == ("acting", "17", ["jilin@PROVINCE"])
        below = {c.id for c in CAPACITIES.values() if "jilin@CITY" in superiors(c.id)}
        assert below == {"meihekou@COUNTY", "gongzhuling@COUNTY"}

    @pytest.mark.clause("17")
    def test_twelve_agencies_are_cities_of_their_own_under_the_province(self) -> None:
        own = {c.agency for c in at_level(Level.CITY) if c.mode == "own"}
        assert own == set(CITY_AGENCIES)
        assert all(superiors(f"{agency}@CITY") == ["jilin@PROVINCE"] for agency in own)

    def test_changbaishan_answers_to_the_province_at_both_levels(self) -> None:
        assert superiors("changbaishan@CITY") == superiors("changbaishan@COUNTY") == ["jilin@PROVINCE"]

    @pytest.mark.clause("17")
    def test_only_acts_toward_a_county_bind_the_province_as_city(self) -> None:
        toward = {n.id for n in BOOK.norms if n.bearer is Level.CITY and n.counterpart is Level.COUNTY}
        assert toward == {"8.1-notify", "9.2-approve", "9.2-filing-received"}

    @pytest.mark.clause("18")
    def test_forest_and_railway_police_stand_outside_the_tree(self) -> None:
        outside = [c for c in CAPACITIES.values() if c.mode == "reference"]
        assert {AGENCIES[c.agency].kind for c in outside} == {"forest", "railway"}
        assert all(not c.superiors and c.level is Level.REFERENCE and c.basis == "18" for c in outside)

    def test_nobody_but_the_province_and_the_reference_bearers_is_without_a_superior(self) -> None:
        top = {c.id for c in CAPACITIES.values() if not c.superiors and c.mode != "reference"}
        assert top == {"jilin@PROVINCE"}


class TestTheRest:
    @pytest.mark.clause("19")
    def test_the_version_of_2018_is_known_by_name_and_ended_when_this_one_began(self) -> None:
        now, before = BOOK.instrument.versions
        assert (now.number, now.in_force.since, now.text_known) == ("吉公通字〔2020〕2号", START, True)
        assert (before.number, before.in_force.until, before.text_known) == ("吉公办字〔2018〕93号", START, False)
        assert before.repealed_by == now.urn == BOOK.instrument.urn

    @pytest.mark.clause("6.4")
    def test_the_pre_exam_checklist_asks_what_the_text_names(self) -> None:
        (checklist,) = [c for c in BOOK.checklists if c.id == "pre-exam"]
        asked = "".join(item.text for item in checklist.items)
        for gear in ("考台服务程序", "考试车辆传感器", "评判参数", "硬盘录像机"):
            assert gear in asked
            assert gear in TEXT["6.4"].replace("考试评判参数", "评判参数")
        assert {"科目一", "科目二", "科目三"} <= {item.group for item in checklist.items}

    def test_roles_grant_only_known_permissions_and_every_permission_is_granted(self) -> None:
        granted = {permission for role in BOOK.roles for permission in role.permissions}
        assert granted == {permission.value for permission in Permission}

    def test_the_three_administrators_share_only_the_staff_list_and_see_no_business_data(self) -> None:
        staff_list = {"person.read", "person.reveal"}
        admins = [set(role.permissions) - staff_list for role in BOOK.roles if role.id.endswith("-admin")]
        others = {p for role in BOOK.roles if not role.id.endswith("-admin") for p in role.permissions}
        assert len(admins) == 3
        assert not any(a & b for a, b in combinations(admins, 2))
        assert not any(admin & others for admin in admins)

    @pytest.mark.clause("6.4")
    def test_the_log_is_typeset_even_when_a_field_is_missing(self) -> None:
        template = RULEBOOK / "documents" / "pre-exam-log.typ"
        fonts = RULEBOOK.parent / "documents" / "fonts"
        (checklist,) = [c for c in BOOK.checklists if c.id == "pre-exam"]
        items = [{"group": i.group, "text": i.text, "passed": None, "value": "", "remark": ""} for i in checklist.items]
        items[0]["passed"], items[1]["passed"] = True, False
        for data in ({"site": "合成考场", "items": items, "synthetic": True}, {}):
            assert typeset(template, fonts, data).startswith(b"%PDF")


def typeset(template: Path, fonts: Path, data: dict[str, Any]) -> bytes:
    return typst.compile(
        template,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def county_level_ids() -> set[str]:
    """The agencies with a county-level division code; 长白山 has none."""
    return {c.agency for c in at_level(Level.COUNTY)} - {"changbaishan"}
