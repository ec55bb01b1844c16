"""The receiver that docs/programs.md shows: it takes what is ours, once, and nothing else."""

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

import wasl
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.core.http import Inside
from wasl.integrations import operations
from wasl.integrations.models import Delivery
from wasl.integrations.tests.makers import facts_of, hand_over, rounds, subscribe

pytestmark = pytest.mark.django_db
PAGE = Path(wasl.__file__).parent.parent / "docs" / "programs.md"


@pytest.fixture
def example(settings: Any) -> Iterator[dict[str, Any]]:
    """The code of the page, running."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 (our own page)
    names["handled"] = []
    names["handle"] = names["handled"].append
    names["Receiver"].log_message = lambda *given: None
    server = HTTPServer(("127.0.0.1", 0), names["Receiver"])
    names["url"] = f"http://127.0.0.1:{server.server_port}/"
    settings.WASL_INSIDE = (Inside.read(f"127.0.0.1:{server.server_port}"),)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield names
    server.shutdown()
    server.server_close()


def test_the_example_takes_what_is_ours_once_and_refuses_the_rest(example: dict[str, Any], home: Any) -> None:
    agency, at = make_working_agency(), clock.now()  # the example knows the true time alone
    made = subscribe(agency, example["url"])
    example["SECRETS"][:] = [made.secret]
    case = make_case(agency=agency)
    hand_over(facts_of(case.pk), at=at)

    rounds(at=at)
    new = operations.turn_secret(made.subscription, by=None, at=at)
    operations.replay(Delivery.objects.earliest("pk"), by=None, at=at)
    rounds(at=at)
    operations.forget_previous_secret(made.subscription, by=None, at=at)
    example["SECRETS"][:] = [new]
    operations.replay(Delivery.objects.latest("pk"), by=None, at=at)
    rounds(at=at)

    assert [told["event"] for told in example["handled"]] == ["case.registered", "case.referred"]
    assert [told["sequence"] for told in example["handled"]] == [1, 2]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    for header in ("", "t=1,v1=00", f"t={int(at.timestamp())},v1={'0' * 64}"):
        asked = urllib.request.Request(example["url"], b"{}", {"Wasl-Signature": header, "Wasl-Delivery": "x"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(asked, timeout=60)
    assert len(example["handled"]) == 2


def test_the_body_on_the_page_has_the_members_of_a_real_one(home: Any) -> None:
    agency = make_working_agency()
    subscribe(agency, "https://partner.example.org/")
    hand_over(facts_of(make_case(agency=agency).pk))
    real = json.loads(Delivery.objects.earliest("pk").body)

    [shown] = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    assert list(json.loads(shown)) == list(real)
    assert list(json.loads(shown)["case"]) == list(real["case"])
