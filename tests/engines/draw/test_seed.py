import dataclasses
import hashlib
import hmac

import pytest

from engines.draw.population import COMMITMENTS, DAY, LOTTERY, SHARES, TWO, header, record
from jianguan.engines.draw import (
    BadSource,
    Beacon,
    Label,
    PublicNumber,
    Reveal,
    Role,
    TooFewSources,
    Withheld,
    commitment,
    freeze,
    opens,
    seeds,
    withheld,
)

# Published beacons: round, signature, randomness (drand League of Entropy: default chain and quicknet).
ROUNDS = [
    (
        "default",
        1,
        "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8"
        "f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655",
        "101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec",
    ),
    (
        "default",
        3311596,
        "a696b9409ababce45749c3a4ec369074453dd4a79967734e1390d969c8ad8d98897d217b9121e92c8ddebbddda8d92f900e3bd6bf9deb166863b"
        "1a19390d743f82774001487594c5c09e581db7365f02b70a2c8cc41ce32446ef08e4890c4754",
        "647c07b2abbf7ff2afb4d670214f565e5cd9f9c91bfdcecb59a21f3c78d73920",
    ),
    (
        "quicknet",
        657413,
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
]


def frozen(**more):
    return freeze(header(**more), [record(number) for number in range(10)])


@pytest.mark.parametrize(("chain", "number", "signature", "randomness"), ROUNDS)
def test_the_randomness_of_a_drand_round_is_the_digest_of_its_signature(chain, number, signature, randomness):
    assert Beacon(chain, number, signature).randomness() == randomness


def test_a_commitment_opens_only_with_its_own_role_day_number_and_nonce():
    reveal = SHARES[Role.SUPERIOR]
    committed = COMMITMENTS[Role.SUPERIOR]
    text = f"jianguan-commitment/1\tsuperior\t2020-11-23\t{reveal.number}\t{reveal.nonce}"
    assert committed == hashlib.sha256(text.encode()).hexdigest()
    assert opens(committed, DAY, reveal)
    assert not opens(committed, DAY.replace(day=24), reveal)
    for change in ({"role": Role.CHECKING}, {"number": "0" * 64}, {"nonce": "0" * 64}):
        assert not opens(committed, DAY, dataclasses.replace(reveal, **change))
    with pytest.raises(BadSource):
        commitment(Role.CHECKING, DAY, "1234", reveal.nonce)


def test_the_seed_is_an_hmac_of_the_root_over_day_and_sorted_sources():
    manifest = frozen(publics=((LOTTERY.name, LOTTERY.issue),))
    sources = [*TWO, LOTTERY]
    (seed,) = seeds(manifest, sources)
    text = "\n".join(["jianguan-seed/1", "2020-11-23", *sorted(source.line() for source in sources)])
    assert seed.value == hmac.digest(manifest.root, text.encode(), "sha256")
    assert seed.label is Label.SOLE
    assert seeds(manifest, reversed(sources)) == (seed,)


def test_another_member_another_day_or_another_value_gives_another_seed():
    publics = ((LOTTERY.name, LOTTERY.issue),)
    manifest = frozen(publics=publics)
    longer = freeze(manifest.header, [record(number) for number in range(11)])
    values = {
        seeds(manifest, [TWO[0], LOTTERY])[0].value,
        seeds(longer, [TWO[0], LOTTERY])[0].value,
        seeds(manifest, [TWO[0], dataclasses.replace(LOTTERY, value="5 0 8")])[0].value,
        seeds(manifest, [TWO[1], LOTTERY])[0].value,
        seeds(manifest, TWO)[0].value,
    }
    assert len(values) == 5


def test_fewer_than_two_sources_give_no_seed():
    for sources, late in (([], []), (TWO[:1], []), ([], TWO)):
        with pytest.raises(TooFewSources):
            seeds(frozen(), sources, late)
    with pytest.raises(TooFewSources):
        seeds(frozen(publics=((LOTTERY.name, LOTTERY.issue),)), [LOTTERY], TWO)


def test_a_reveal_that_does_not_fit_its_commitment_is_refused():
    with pytest.raises(BadSource, match="承诺不符"):
        seeds(frozen(), [TWO[0], dataclasses.replace(TWO[1], nonce="0" * 64)])
    with pytest.raises(BadSource, match="没有"):
        seeds(frozen(commitments={Role.CHECKING: COMMITMENTS[Role.CHECKING]}), TWO)


def test_only_announced_public_numbers_and_beacons_count():
    chain, number, signature, _ = ROUNDS[2]
    manifest = frozen(publics=((LOTTERY.name, LOTTERY.issue),), beacons=((chain, number),))
    assert len(seeds(manifest, [LOTTERY, Beacon(chain, number, signature)])) == 1
    for other in (
        PublicNumber(LOTTERY.name, "2020282", "1 2 3"),
        Beacon(chain, number + 1, signature),
        Beacon("other", number, signature),
        Beacon(chain, number, "zz"),
    ):
        with pytest.raises(BadSource):
            seeds(manifest, [LOTTERY, TWO[0], other])


def test_a_source_given_twice_is_refused():
    with pytest.raises(BadSource, match="两次"):
        seeds(frozen(), [TWO[0], TWO[0]])
    with pytest.raises(BadSource, match="两次"):
        seeds(frozen(), TWO, [TWO[0]])
    manifest = frozen(publics=((LOTTERY.name, LOTTERY.issue),))
    with pytest.raises(BadSource, match="两次"):
        seeds(manifest, [LOTTERY, dataclasses.replace(LOTTERY, value="1 2 3")])


def test_a_late_reveal_without_a_public_number_is_drawn_with_and_without():
    late = SHARES[Role.SUPERIOR]
    without, complete = seeds(frozen(), TWO, [late])
    assert (without.label, complete.label) == (Label.WITHOUT_LATE, Label.WITH_LATE)
    assert without.value == seeds(frozen(), TWO)[0].value
    assert complete.value == seeds(frozen(), [*TWO, late])[0].value != without.value
    assert [seed.label for seed in seeds(frozen(), TWO[:1], [late])] == [Label.WITHOUT_LATE, Label.WITH_LATE]


def test_a_share_withheld_without_a_public_number_is_drawn_without_it_and_with_its_commitment_in_place():
    silent = Withheld(Role.SUPERIOR, COMMITMENTS[Role.SUPERIOR])
    without, instead = seeds(frozen(), TWO, [silent])
    assert without.value == seeds(frozen(), TWO)[0].value
    assert instead.value not in {without.value, seeds(frozen(), [*TWO, SHARES[Role.SUPERIOR]])[0].value}
    assert silent in instead.sources
    with pytest.raises(TooFewSources):
        seeds(frozen(), TWO[:1], [silent])
    with pytest.raises(BadSource, match="按时"):
        seeds(frozen(), [TWO[0], silent])
    with pytest.raises(BadSource, match="清单不符"):
        seeds(frozen(), TWO, [Withheld(Role.SUPERIOR, "0" * 64)])
    with pytest.raises(BadSource, match="两次"):
        seeds(frozen(), TWO, [SHARES[Role.SUPERIOR], silent])


def test_with_a_public_number_a_late_reveal_changes_nothing():
    manifest = frozen(publics=((LOTTERY.name, LOTTERY.issue),))
    assert seeds(manifest, [TWO[0], LOTTERY], [SHARES[Role.SUPERIOR]]) == seeds(manifest, [TWO[0], LOTTERY])


def test_who_committed_and_stayed_silent_is_named():
    assert withheld(frozen(), TWO) == (Role.SUPERIOR,)
    assert withheld(frozen(), [*TWO, SHARES[Role.SUPERIOR]]) == ()
    assert withheld(frozen(), [Reveal(Role.SUPERIOR, "0" * 64, "0" * 64)]) == (Role.CHECKING, Role.DISCIPLINE)
