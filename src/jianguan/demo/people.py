"""Synthetic people (合成数据): the standing characters of the demonstration and one officer for every capacity.

Every name, number and telephone here is invented. Loading again adds only what is missing.
"""

import datetime as dt
from typing import NamedTuple

from jianguan.backbone.agencies.models import Capacity, CapacityLevel
from jianguan.backbone.people import accounts, actions, rosters
from jianguan.backbone.people.models import Account, Appointment, Person, Post, RosterEntry
from jianguan.engines.calendar.deadlines import start_of
from jianguan.kit import clock

SINCE = dt.date(2020, 3, 19)
PASSWORD = "Jianguan-demo-2020"  # noqa: S105 - printed at every start of the demonstration
ROSTER_DAYS_BEFORE, ROSTER_DAYS_AHEAD = 21, 7


class Login(NamedTuple):
    """A demonstration account, as printed by ``jianguan up --demo``."""

    username: str
    password: str
    who: str

    def __str__(self) -> str:
        return f"{self.username:<10} {self.password}  {self.who}"


class Character(NamedTuple):
    """Somebody with a log-in: his posts are (capacity, role, title of the post); home is the first capacity."""

    username: str
    name: str
    who: str
    home: str
    posts: tuple[tuple[str, str, str], ...]


CHARACTERS = (
    Character(
        "lin",
        "林晓峰",
        "省厅小林：省级监管中心民警，兼规则管理",
        "jilin@PROVINCE",
        (
            ("jilin@PROVINCE", "centre-supervisor", "监管中心民警"),
            ("jilin@PROVINCE", "legal-officer", "规则管理岗"),
        ),
    ),
    Character("jiang", "蒋立群", "省厅领导", "jilin@PROVINCE", (("jilin@PROVINCE", "leader", "总队领导"),)),
    Character(
        "sun",
        "孙雅琴",
        "省厅小孙：省级本级与代行市级（第十七条）两个身份",
        "jilin@PROVINCE",
        (
            ("jilin@PROVINCE", "centre-supervisor", "县级业务联络岗"),
            ("jilin@CITY", "centre-supervisor", "代行市级监管岗"),
        ),
    ),
    Character(
        "zhao",
        "赵明远",
        "长春小赵：市级监管中心民警",
        "changchun@CITY",
        (("changchun@CITY", "centre-supervisor", "监管中心民警"),),
    ),
    Character("cui", "崔国栋", "长春支队领导", "changchun@CITY", (("changchun@CITY", "leader", "支队领导"),)),
    Character(
        "jin",
        "金美花",
        "延边小金：市级监管中心民警",
        "yanbian@CITY",
        (("yanbian@CITY", "centre-supervisor", "监管中心民警"),),
    ),
    Character(
        "mei",
        "梅雪松",
        "梅河口小梅：市级、县级两个身份（第十七条）",
        "meihekou@CITY",
        (
            ("meihekou@CITY", "centre-supervisor", "监管中心民警"),
            ("meihekou@COUNTY", "brigade-officer", "大队民警"),
        ),
    ),
    Character(
        "che",
        "车永刚",
        "长春车管所监管岗",
        "changchun-office@VEHICLE_OFFICE",
        (("changchun-office@VEHICLE_OFFICE", "office-supervisor", "监管岗"),),
    ),
    Character(
        "suo",
        "索晓东",
        "长春车管所领导",
        "changchun-office@VEHICLE_OFFICE",
        (("changchun-office@VEHICLE_OFFICE", "leader", "车管所领导"),),
    ),
    Character(
        "nong",
        "农建业",
        "农安大队民警",
        "changchun-nongan@COUNTY",
        (("changchun-nongan@COUNTY", "brigade-officer", "大队民警"),),
    ),
    Character(
        "keji",
        "柯志新",
        "省科技部门民警",
        "jilin-technology@TECHNOLOGY",
        (("jilin-technology@TECHNOLOGY", "technology-officer", "科技民警"),),
    ),
    Character(
        "bao",
        "鲍慎言",
        "投诉人身份保管员：省级、长春",
        "jilin@PROVINCE",
        (
            ("jilin@PROVINCE", "custodian", "投诉人身份保管员"),
            ("changchun@CITY", "custodian", "投诉人身份保管员"),
        ),
    ),
    Character("xitong", "席同辉", "系统管理员", "jilin@PROVINCE", (("jilin@PROVINCE", "system-admin", "系统管理员"),)),
    Character("anquan", "安荃", "安全管理员", "jilin@PROVINCE", (("jilin@PROVINCE", "security-admin", "安全管理员"),)),
    Character("shenji", "沈冀", "审计管理员", "jilin@PROVINCE", (("jilin@PROVINCE", "audit-admin", "审计管理员"),)),
    Character(
        "sen",
        "森泰",
        "森林警察（第十八条，属地体系之外）",
        "forest@REFERENCE",
        (("forest@REFERENCE", "brigade-officer", "参照履职民警"),),
    ),
    Character("wugang", "吴刚", "尚无岗位的人员", "changchun@CITY", ()),
    Character("gao", "高远山", "省厅主要领导", "jilin@PROVINCE", (("jilin@PROVINCE", "principal", "总队主要领导"),)),
    Character(
        "kang",
        "康正宇",
        "省科技部门主要领导",
        "jilin-technology@TECHNOLOGY",
        (("jilin-technology@TECHNOLOGY", "principal", "科技部门主要领导"),),
    ),
    Character(
        "xue",
        "薛文静",
        "省科技部门民警（第二人）",
        "jilin-technology@TECHNOLOGY",
        (("jilin-technology@TECHNOLOGY", "technology-officer", "科技民警（二）"),),
    ),
)

LOGINS = [Login(one.username, PASSWORD, one.who) for one in CHARACTERS]

OFFICERS = {
    "PROVINCE": ("centre-supervisor", "监管中心民警"),
    "CITY": ("centre-supervisor", "监管中心民警"),
    "COUNTY": ("brigade-officer", "大队民警"),
    "VEHICLE_OFFICE": ("office-supervisor", "监管岗"),
    "TECHNOLOGY": ("technology-officer", "科技民警"),
    "REFERENCE": ("brigade-officer", "参照履职民警"),
}
WORKING = ("brigade-officer", "centre-supervisor", "office-supervisor", "technology-officer")
CITY_DASHES = 2
"""The slug of a county's office has so many dashes, that of a city fewer."""
SURNAMES = "王李张刘陈杨黄周徐朱马胡郭何高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于余叶杜"
GIVEN = [
    "建国",
    "海燕",
    "志强",
    "丽华",
    "文博",
    "春梅",
    "永胜",
    "晓丹",
    "国庆",
    "雪梅",
    "立新",
    "秀英",
    "东升",
    "桂兰",
    "振宇",
    "玉珍",
    "少华",
    "凤霞",
    "宏伟",
]


def add_people() -> int:
    """Add the characters and the officers that are missing; return how many persons were added."""
    seats = {one.key: one for one in Capacity.objects.all()}
    before = Person.objects.count()
    for index, character in enumerate(CHARACTERS, start=1):
        person = _person(f"220{index:04}", character.name, seats[character.home])
        for key, role, title in character.posts:
            _fill(seats[key], role, title, person)
        if not Account.objects.filter(username=character.username).exists():
            accounts.create_account(
                by=None,
                person=person,
                username=character.username,
                password=PASSWORD,
                second_factor_required=False,
            )
    filled = set(Appointment.objects.values_list("capacity__key", "post__role"))
    for index, seat in enumerate(seats.values()):
        role, title = OFFICERS[seat.level]
        if (seat.key, role) not in filled:
            name = SURNAMES[index * 7 % len(SURNAMES)] + GIVEN[index % len(GIVEN)]
            _fill(seat, role, title, _person(f"221{index:04}", name, seat))
        if seat.level == CapacityLevel.VEHICLE_OFFICE and seat.key.count("-") < CITY_DASHES:
            name = SURNAMES[index * 5 % len(SURNAMES)] + GIVEN[index * 3 % len(GIVEN)]
            _fill(seat, role, "监管岗（二）", _person(f"222{index:04}", name, seat))
    province = seats["jilin@PROVINCE"]
    _fill(province, "discipline-officer", "纪检监察岗", _person("2230001", "纪正清", province))
    return Person.objects.count() - before


def add_rosters(today: dt.date) -> int:
    """Put somebody on duty in every city for three weeks back and one ahead; 松原 leaves its Sundays open."""
    first, last = today - dt.timedelta(days=ROSTER_DAYS_BEFORE), today + dt.timedelta(days=ROSTER_DAYS_AHEAD)
    known = set(RosterEntry.objects.filter(day__gte=first, day__lte=last).values_list("capacity_id", "day"))
    added = 0
    holders = Appointment.objects.filter(post__role="centre-supervisor", capacity__level="CITY", capacity__mode="own")
    for holder in holders.select_related("capacity").order_by("capacity_id"):
        for offset in range((last - first).days + 1):
            day = first + dt.timedelta(days=offset)
            open_day = holder.capacity.key == "songyuan@CITY" and day.isoweekday() == 7
            if (holder.capacity_id, day) not in known and not open_day:
                rosters.enter_roster(by=None, appointment=holder, day=day, recorded_at=min(clock.now(), start_of(day)))
                added += 1
    return added


def _person(number: str, name: str, home: Capacity) -> Person:
    return Person.objects.filter(number=number).first() or actions.add_person(
        by=None, home=home, name=name, number=number, phone=f"1390{number}", synthetic=True
    )


def _fill(seat: Capacity, role: str, title: str, person: Person) -> None:
    post = Post.objects.filter(capacity=seat, title=title).first() or actions.add_post(
        by=None,
        capacity=seat,
        title=title,
        role=role,
        since=SINCE,
        full_time=True,
        duties="合成数据：按细则第五、六条开展日常监管",
    )
    if not Appointment.objects.filter(post=post, person=person).exists():
        actions.appoint(by=None, post=post, person=person, since=SINCE)


def officers() -> dict[int, Appointment]:
    """The first officer of every capacity whose role does the daily work, not leading or administering."""
    found: dict[int, Appointment] = {}
    for one in Appointment.objects.filter(post__role__in=WORKING).order_by("id").select_related("person", "post"):
        found.setdefault(one.capacity_id, one)
    return found
