"""Whatever has happened, the count behind a tab is the length of its list, for everybody."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases import queries
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.desk import operations, worklists
from wasl.desk.narrowing import Narrowing
from wasl.desk.tests.makers import make_roads
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_salem, make_unit

pytestmark = pytest.mark.django_db
ACTS = ("accept", "start", "ask", "answer", "hold", "resolve", "close", "reopen", "refer", "assign", "reject", "return")


def act(name: str, case: Case, *, by: User, units: list[Any], at: datetime, chance: random.Random) -> None:
    """One act that may or may not fit."""
    common = {"by": by, "at": at}
    done: dict[str, Any] = {
        "accept": lambda: cases.accept_referral(case, **common),
        "start": lambda: cases.start_work(case, **common),
        "ask": lambda: cases.ask_beneficiary(case, question="أين؟", **common),
        "answer": lambda: cases.answer_from_beneficiary(case, text="هنا", channel="phone", **common),
        "hold": lambda: cases.hold(
            case, reason_code="materials", review_on=(at + timedelta(days=2)).date(), text="قطع", **common
        ),
        "resolve": lambda: cases.resolve(case, text="تم", **common),
        "close": lambda: cases.close(case, **common),
        "reopen": lambda: cases.reopen(case, reason="لم يُحل", **common),
        "refer": lambda: cases.refer(case, to_unit=chance.choice(units), reason="", **common),
        "assign": lambda: cases.assign(case, to=by, **common),
        "reject": lambda: cases.reject(case, reason="ليس لنا", **common),
        "return": lambda: cases.return_referral(case, reason="ليس لنا", whose=cases.NOBODY_KNOWS, **common),
    }
    try:
        done[name]()
    except (cases.NotNow, cases.Missing):
        return


def whole(person: worklists.Person, query: dict[str, str]) -> list[Case]:
    one = worklists.asked(person, query)
    return list(queries.whole_list(one.visible, one.filters, most=10_000, size=7))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_equal_the_lists_after_any_history(home: Any, seed: int) -> None:
    chance = random.Random(seed)
    agency = make_working_agency()
    roads, water = make_roads(agency), make_unit("WATER", agency=agency)
    noora, huda = make_noora(roads), make_huda(roads)
    services = [make_service(f"S{n}", agency=agency, unit=unit) for n, unit in enumerate((roads, water))]
    services.append(make_service("CLOSED", agency=agency, unit=roads, confidential=True))
    at = SUNDAY_9AM
    for _ in range(14):
        case = make_case(
            agency=agency, service=chance.choice(services), at=at, channel=chance.choice(["portal", "sms"])
        )
        for _ in range(chance.randint(0, 6)):
            at += timedelta(hours=chance.randint(1, 9))
            act(chance.choice(ACTS), case, by=noora, units=[roads, water], at=at, chance=chance)
    operations.save_view(
        agency, name="عام", narrowing=Narrowing(channel="sms", state="any"), columns=(), shared="agency", by=huda, at=at
    )

    with clock.frozen(at):
        for user in (noora, huda, make_salem(), make_person("liaison", water), make_person("auditor", roads)):
            for side in ("mine", "unit", "all"):
                person = worklists.Person(user, at)
                told = worklists.counts(person, worklists.asked(person, {"view": "open", "whose": side}))
                for code, number in told["view"].items():
                    query = {"view": code} | ({} if len(code) == 16 else {"whose": side})
                    found = whole(person, query)
                    assert number == len(found) == len({case.pk for case in found}), (user.full_name, side, code)
                assert told["whose"] == {
                    one: len(whole(person, {"view": "open", "whose": one})) for one in told["whose"]
                }


def test_a_count_stops_at_its_limit_and_says_so(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from wasl.desk.views.worklist import capped

    monkeypatch.setattr(queries, "COUNT_LIMIT", 3)
    agency = make_working_agency()
    make_roads(agency)
    noora = make_noora(make_roads(agency))
    person = worklists.Person(noora, SUNDAY_9AM)

    told = []
    for _ in range(5):
        make_case(agency=agency)
        told.append(capped(worklists.counts(person, worklists.asked(person, {}))["view"]["open"]))

    assert told == ["1", "2", "3+", "3+", "3+"]


def test_every_order_pages_through_the_list_without_gap(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    made = {make_case(agency=agency, at=SUNDAY_9AM + timedelta(minutes=n % 3)).reference for n in range(15)}
    Case.objects.filter(pk__in=list(Case.objects.values_list("pk", flat=True)[:4])).update(due_at=None)
    person = worklists.Person(noora, SUNDAY_9AM)

    for order in ("fair", "due", "newest", "oldest"):
        found = [case.reference for case in whole(person, {"order": order})]
        assert len(found) == 15, order
        assert set(found) == made, order


def test_what_is_finished_is_not_ordered_by_due_date_and_everything_not_by_class(home: Any) -> None:
    person = worklists.Person(make_noora(make_roads()), SUNDAY_9AM)

    orders = {
        (state, order): worklists.asked(person, {"view": "open", "state": state, "order": order}).filters.order
        for state, order in (("done", "due"), ("any", "fair"), ("closed", "due"), ("referred", "due"), ("held", "fair"))
    }

    assert list(orders.values()) == ["newest", "newest", "newest", "due", "fair"]
