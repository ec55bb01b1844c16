"""The rules of meeting, over all small worlds: an unproven claim never learns of a record more than it brought."""

from hypothesis import given
from hypothesis import strategies as st

from wasl.contacts.matching import Claim, Holding, whom

names = st.sampled_from(["مريم", "خالد", ""])
kinds = st.sampled_from(["phone", "email"])
holdings = st.lists(st.builds(Holding, st.integers(1, 4), names, kinds, st.booleans()), max_size=8)
claims = st.builds(
    Claim,
    names,
    st.sets(kinds).map(lambda given: {kind: f"{kind} of somebody" for kind in given}),
    st.frozensets(kinds),
)


def one_name_each(found: list[Holding]) -> list[Holding]:
    first: dict[int, str] = {}
    return [Holding(h.person, first.setdefault(h.person, h.name_key), h.kind, h.verified) for h in found]


@given(claims, holdings)
def test_an_unproven_claim_meets_only_who_has_its_name_and_all_its_addresses(
    claim: Claim, found: list[Holding]
) -> None:
    held = [holding for holding in one_name_each(found) if holding.kind in claim.addresses]
    unproven = Claim(claim.name_key, claim.addresses)

    person = whom(unproven, held)

    if person is not None:
        assert {h.name_key for h in held if h.person == person} == {claim.name_key}
        assert {h.kind for h in held if h.person == person} == set(claim.addresses)


@given(claims, holdings)
def test_whoever_is_met_holds_an_address_of_the_claim_and_order_does_not_matter(
    claim: Claim, found: list[Holding]
) -> None:
    held = [holding for holding in one_name_each(found) if holding.kind in claim.addresses]

    person = whom(claim, held)

    assert person is None or person in {holding.person for holding in held}
    assert whom(claim, list(reversed(held))) == person


def test_a_proven_record_stands_before_an_older_one() -> None:
    claim = Claim("مريم", {"phone": "+96892127705"})

    assert whom(claim, [Holding(1, "مريم", "phone", False), Holding(2, "مريم", "phone", True)]) == 2
    assert whom(claim, [Holding(2, "مريم", "phone", False), Holding(1, "مريم", "phone", False)]) == 1
