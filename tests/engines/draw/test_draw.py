import hashlib
import hmac
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.draw.population import DAY, TWO, header, manifest_of, record, seed_of
from jianguan.engines.draw import (
    Earlier,
    LoweredShare,
    Parameters,
    Part,
    Rounding,
    bounds,
    draw,
    freeze,
    orders,
    quotas,
    seeds,
)
from jianguan.engines.draw.allocation import spread
from jianguan.engines.draw.estimate import estimate
from jianguan.engines.draw.tickets import Domain, tickets

MILLION = 1_000_000
SIZES = st.dictionaries(st.sampled_from("甲乙丙丁戊己"), st.integers(1, 30), max_size=6)
SHARES = st.integers(0, MILLION)
SEEDS = st.integers(0, 10**6).map(seed_of)
quick = settings(max_examples=80)


def ids(result, part=None):
    return {pick.id for pick in (result.picks if part is None else result.of(part))}


def test_a_ticket_is_an_hmac_of_domain_and_message():
    for domain in Domain:
        expected = hmac.digest(b"k" * 32, domain.value.encode() + "\n记录\t层".encode(), "sha256")
        assert tickets(b"k" * 32, domain)("记录\t层".encode()) == expected
    with pytest.raises(ValueError, match="32 bytes"):
        tickets(b"short", Domain.FLOOR)


@given(SIZES, SHARES, SHARES, SEEDS)
@quick
def test_quotas_are_whole_and_exact_and_parts_do_not_overlap(sizes, floor, priority, seed):
    manifest = manifest_of(sizes, floor=floor, priority=priority)
    result = draw(manifest, seed)
    total = sum(sizes.values())
    parts = [ids(result, part) for part in Part]
    assert len(parts[0]) == result.floor_quota == -(-floor * total // MILLION)
    assert len(result.picks) == len(ids(result)) == sum(map(len, parts))
    assert len(parts[1]) == min(-(-priority * total // MILLION), total - len(parts[0]) - len(parts[2]))
    flagged = {line.split(b"\t")[0].decode() for line in manifest.members() if line.endswith(b"\t1")}
    assert flagged <= parts[0] | parts[2]
    assert parts[2] == flagged - parts[0]
    assert {name: size for name, (size, _) in result.strata.items()} == sizes
    assert Counter(pick.stratum for pick in result.of(Part.FLOOR)) == Counter(
        {name: given for name, (_, given) in result.strata.items() if given}
    )


@given(SIZES, st.lists(SHARES, min_size=2, max_size=2), st.lists(SHARES, min_size=2, max_size=2), SEEDS, st.data())
@quick
def test_enlarging_keeps_earlier_picks(sizes, floors, priorities, seed, data):
    (floor, more), (priority, higher) = sorted(floors), sorted(priorities)
    manifest = manifest_of(
        sizes,
        floor=floor,
        priority=priority,
        rounding=data.draw(st.sampled_from(Rounding)),
        overdue=tuple(data.draw(st.sets(st.sampled_from("甲乙丙丁戊己")))),
    )
    before = draw(manifest, seed)
    after = draw(manifest, seed, Parameters(more, higher))
    assert ids(before, Part.FLOOR) <= ids(after, Part.FLOOR)
    assert ids(before) <= ids(after)


@given(SIZES.filter(bool), SEEDS, st.sets(st.sampled_from("甲乙丙丁戊己")))
@quick
def test_the_spread_is_exact_proportional_and_only_grows(sizes, seed, overdue):
    total = sum(sizes.values())
    before = dict.fromkeys(sizes, 0)
    for number in range(total + 1):
        given_now = spread(sizes, number, seed.value, overdue)
        assert sum(given_now.values()) == number
        assert all(before[name] <= given_now[name] <= sizes[name] for name in sizes)
        if not overdue:
            shares = [Fraction(given_now[name], 1) - Fraction(number * sizes[name], total) for name in sizes]
            assert all(abs(share) < 3 for share in shares)
        if number >= len(overdue & sizes.keys()):
            assert all(given_now[name] for name in overdue & sizes.keys())
        before = given_now
    assert before == sizes
    with pytest.raises(ValueError, match="cannot take"):
        spread(sizes, total + 1, seed.value)


@given(SIZES, SHARES, SEEDS)
@quick
def test_rounding_by_stratum_gives_every_stratum_its_own_share(sizes, floor, seed):
    result = draw(manifest_of(sizes, floor=floor, rounding=Rounding.STRATUM), seed)
    assert result.strata == {name: (size, -(-floor * size // MILLION)) for name, size in sizes.items()}


@given(SIZES, SEEDS, st.integers(1, 40))
@quick
def test_the_draw_of_a_part_owes_the_share_of_all_parts(sizes, seed, first):
    earlier = Earlier("1" * 64, first, -(-first // 20), 0)
    manifest = manifest_of(sizes, part=2, earlier=(earlier,))
    total = first + manifest.count
    assert earlier.floor + len(ids(draw(manifest, seed))) >= -(-total // 20)
    assert quotas(manifest, Parameters(50_000))[0] == min(-(-total // 20) - earlier.floor, manifest.count)


def test_the_same_seed_draws_the_same_whatever_came_in_between_and_in_which_order():
    sizes = {"甲": 40, "乙": 25}
    manifest = manifest_of(sizes, priority=100_000)
    first = draw(manifest, seed_of(1))
    assert draw(manifest, seed_of(2)) != first
    assert draw(manifest, seed_of(1)) == first
    assert draw(manifest_of(sizes, priority=100_000), seed_of(1)) == first


def test_shares_may_be_raised_after_the_freeze_and_never_lowered():
    manifest = manifest_of({"甲": 40}, priority=100_000)
    for lower in (Parameters(49_999, 100_000), Parameters(50_000, 99_999), Parameters(MILLION + 1, 100_000)):
        with pytest.raises(LoweredShare):
            draw(manifest, seed_of(1), lower)


def test_a_population_of_none_and_of_one():
    empty = manifest_of({}, priority=MILLION)
    assert draw(empty, seed_of(1)).picks == ()
    assert estimate(draw(empty, seed_of(1)), ()).total == 0
    (pick,) = draw(manifest_of({"甲": 1}), seed_of(1)).picks
    assert (pick.id, pick.part, pick.probability) == ("J00001", Part.FLOOR, 1)


def chi_square(counts, expected):
    return sum((count - expected) ** 2 for count in counts) / expected


def test_every_member_is_drawn_equally_often_over_many_seeds():
    manifest = manifest_of({"甲": 3, "乙": 7, "丙": 20, "丁": 10}, floor=150_000)
    rounds = 3000
    counts = Counter(
        pick.id for number in range(rounds) for pick in draw(manifest, seed_of(number)).picks if pick.ticket
    )
    assert len(counts) == 40
    # 39 degrees of freedom; the 99.9th percentile of chi-square is 72.05. Draws without replacement vary less.
    assert chi_square(counts.values(), rounds * 6 / 40) < 72.05


def test_small_strata_are_not_forgotten_and_get_their_share():
    sizes = {"甲": 1, "乙": 2, "丙": 97}
    rounds = 4000
    total = Counter()
    for number in range(rounds):
        total.update(spread(sizes, 5, seed_of(number).value))
    for name, size in sizes.items():
        assert abs(total[name] - rounds * 5 * size / 100) < 4 * (rounds * 5 * size / 100) ** 0.5


def test_the_random_part_is_the_smallest_tickets_of_each_stratum():
    manifest = manifest_of({"甲": 40, "乙": 25}, floor=200_000)
    seed = seed_of(7)
    result = draw(manifest, seed)
    message = Domain.FLOOR.value + "\n"
    for stratum, (_, number) in result.strata.items():
        members = [line.decode().split("\t")[:2] for line in manifest.members()]
        ranked = sorted(
            (hmac.digest(seed.value, f"{message}{name}\t{of}".encode(), "sha256"), name)
            for name, of in members
            if of == stratum
        )
        picks = [(pick.ticket, pick.id) for pick in result.of(Part.FLOOR) if pick.stratum == stratum]
        assert picks == ranked[:number]
        assert {pick.probability for pick in result.of(Part.FLOOR) if pick.stratum == stratum} == {
            Fraction(number, manifest.strata[stratum])
        }


@given(st.lists(st.integers(0, 1_000_000_000), min_size=1, max_size=40), SHARES, SEEDS)
@quick
def test_the_part_by_risk_is_the_largest_weights_over_tickets_with_exact_probabilities(weights, priority, seed):
    records = [record(number, weight=weight) for number, weight in enumerate(weights)]
    manifest = freeze(header(floor=0, priority=priority), records)
    result = draw(manifest, seed)
    least, most = bounds(manifest)
    assert least == max(1, sum(weights) // (5 * len(weights)))
    assert most == max(least, 20 * sum(weights) // len(weights))
    message = Domain.PRIORITY.value.encode() + b"\n"

    def merit(one):
        ticket = hmac.digest(seed.value, message + f"{one.id}\t{one.stratum}".encode(), "sha256")
        return Fraction(min(max(one.weight, least), most) << 256, int.from_bytes(ticket) + 1)

    ranked = sorted(records, key=merit, reverse=True)
    assert [pick.id for pick in result.picks] == [one.id for one in ranked[: result.priority_quota]]
    if result.priority_quota in {0, len(records)}:
        assert result.threshold is None
        assert all(pick.probability == 1 for pick in result.picks)
    else:
        assert result.threshold == merit(ranked[result.priority_quota])
        assert all(pick.probability == min(1, pick.weight / result.threshold) for pick in result.picks)


def test_the_estimate_is_unbiased_with_and_without_a_part_by_risk():
    bad = {f"J{number:05d}" for number in (2, 3, 5, 8, 41, 60, 61)}
    for priority, tolerance in ((0, 0.45), (150_000, 0.3)):
        manifest = manifest_of({"甲": 30, "乙": 50, "丙": 5}, floor=100_000, priority=priority)
        totals = []
        for number in range(1500):
            result = draw(manifest, seed_of(number))
            found = estimate(result, bad & ids(result))
            assert found.unbiased
            assert found.rate == found.total / 85
            totals.append(found.total)
        assert abs(float(sum(totals) / len(totals)) - len(bad)) < tolerance


def test_the_estimate_says_when_a_stratum_had_no_chance():
    manifest = manifest_of({"甲": 10, "乙": 10}, overdue=("甲",))
    result = draw(manifest, seed_of(1))
    assert [pick.stratum for pick in result.picks] == ["甲"]
    (pick,) = result.picks
    assert estimate(result, [pick.id]) == type(estimate(result, []))(Fraction(20), Fraction(1), False)
    whole = draw(manifest, seed_of(1), Parameters(MILLION))
    assert estimate(whole, [pick.id]).total == 1
    with pytest.raises(ValueError, match="not drawn"):
        estimate(result, ["J99999"])


def test_a_record_without_media_can_be_drawn_and_is_never_replaced():
    records = [record(number, media="-" if number % 2 else "sm3:" + "a" * 64) for number in range(60)]
    with_media = [one._replace(media="sm3:" + "a" * 64) for one in records]
    lost = draw(freeze(header(floor=300_000), records), seed_of(3))
    assert ids(lost) == ids(draw(freeze(header(floor=300_000), with_media), seed_of(3)))
    assert any(int(pick.id[1:]) % 2 for pick in lost.picks)


def test_reviewers_come_in_an_order_of_the_seed_without_the_doer_and_the_interested():
    people = ("赵一", "钱二", "孙三", "李四")
    manifest = manifest_of(
        {"甲": 30, "乙": 30},
        floor=MILLION,
        reviewers=people,
        recusals=tuple((f"J{number:05d}", "赵一") for number in range(1, 31)),
        interests=(("乙", "钱二"),),
    )
    drawn = dict(orders(manifest, draw(manifest, seed_of(5))))
    assert len(drawn) == 60
    for identity, order in drawn.items():
        barred = "赵一" if int(identity[1:]) <= 30 else "钱二"
        assert sorted(order) == sorted(set(people) - {barred})
    assert {order[0] for order in drawn.values()} == set(people)
    ticket = tickets(seed_of(5).value, Domain.REVIEWER)
    assert list(drawn["J00001"]) == sorted(set(people) - {"赵一"}, key=lambda who: ticket(f"J00001\t{who}".encode()))


def test_when_nobody_may_review_the_item_stays_with_nobody():
    manifest = manifest_of({"甲": 2}, floor=MILLION, reviewers=("赵一",), recusals=(("J00001", "赵一"),))
    assert dict(orders(manifest, draw(manifest, seed_of(1)))) == {"J00001": (), "J00002": ("赵一",)}


def test_a_pinned_draw_never_changes():
    """Whoever changes a byte of the formats or the algorithm breaks every published draw; a new version is needed."""
    manifest = manifest_of({"场一": 40, "场二": 25}, priority=100_000)
    (seed,) = seeds(manifest, TWO)
    assert manifest.header.day == DAY
    drawn = "\n".join(f"{pick.part} {pick.id} {pick.ticket.hex()}" for pick in draw(manifest, seed).picks)
    assert (manifest.root.hex(), seed.value.hex(), hashlib.sha256(drawn.encode()).hexdigest()) == (
        "29c8587f69ab25be9475cab114dd3cd1f3f76cda470fed0533a974f9e392dc23",
        "c54bec5ff31f17c740e5f3d1d7f1bc3f46626d8da62bd2aea9819a9e0e51d385",
        "8621ddc0f2b8591bcd73baba533c66d814be852f26cc608842820b2e4cdd9910",
    )
