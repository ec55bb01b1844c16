"""Who drives the doors: citizens with the wizard of the portal, a member of staff with a session."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from bench.house import House
from bench.wire import Answer, BadAnswer, Browser

_KEY = re.compile(r'name="key" value="([^"]+)"')
SIGN_IN, CODE = "/sign-in", "/sign-in/code"
_numbers = count(1)
# Every fourth citizen wishes to hear by e-mail: text messages become a call for staff while no SMS channel exists.
_WISHES = ("sms", "sms", "call", "email")
_WORDS = (
    "حفرة عميقة عند الدوّار أمام المدرسة، تتضرر منها المركبات كل يوم منذ أسبوع، وقد سقط فيها درّاج مساء أمس. "
    "نرجو إصلاحها أو وضع حاجز حولها إلى أن تُصلح."
)


@dataclass
class Citizen:
    """Somebody with a phone and an address of their own, and the report they are about to send."""

    house: House
    number: int = field(default_factory=lambda: next(_numbers))
    key: str = ""

    def __post_init__(self) -> None:
        self.wish = _WISHES[self.number % len(_WISHES)]
        # 10.0.0.0/8 seen through the trusted proxy: 65,000 households, each with its own limit of intake.
        high, low = divmod(self.number, 250)
        self.browser = Browser(self.house.port, address=f"10.{high // 250}.{high % 250}.{low + 1}")

    async def fill_in(self) -> None:
        """The wizard up to the check page: what a browser asks for and sends, step by step."""
        go = self.browser
        _expect(await go.get("/report"), 200)
        _expect(await go.post("/report", {"service": "RD-POTHOLE"}), 302)
        _expect(await go.get("/report/place"), 200)
        _expect(await go.post("/report/place", self._place()), 302)
        _expect(await go.get("/report/details"), 200)
        _expect(await go.post("/report/details", self._details()), 302)
        page = _expect(await go.get("/report/check"), 200)
        found = _KEY.search(page.text)
        assert found is not None
        self.key = found[1]

    def sending(self) -> bytes:
        """The request that makes the case."""
        return self.browser.request("POST", "/report/check", {"key": self.key})

    async def send(self) -> None:
        """Press the button and see the receipt."""
        _expect(await self.browser.post("/report/check", {"key": self.key}), 302)
        _expect(await self.browser.get("/report/done"), 200)

    def _place(self) -> dict[str, str]:
        spread = (self.number % 400) * 0.0002
        return {
            "wilayat": "",
            "area_text": "الخوير",
            "address_text": "شارع السلطان قابوس، قرب محطة الوقود",
            "lat": f"{23.58 + spread:.5f}",
            "lon": f"{58.38 + spread / 2:.5f}",
        }

    def _details(self) -> dict[str, str]:
        return {
            "description": f"{_WORDS} ({self.number})",
            "preferred_channel": self.wish,
            "name": "مريم بنت سعيد الحارثية",
            "phone": f"+9689{2000000 + self.number:07d}",
            "email": f"citizen.{self.number}@example.org" if self.wish == "email" else "",
            "language": "ar",
        }


def citizens(house: House, number: int, *, together: int = 8) -> list[Citizen]:
    """So many citizens who stand before the last button."""

    async def walk(waiting: Iterator[Citizen], done: list[Citizen]) -> None:
        for one in waiting:
            await one.fill_in()
            await one.browser.line.close()
            done.append(one)

    async def all_of_them() -> list[Citizen]:
        waiting = iter([Citizen(house) for _ in range(number)])
        done: list[Citizen] = []
        async with asyncio.TaskGroup() as group:
            for _ in range(together):
                group.create_task(walk(waiting, done))
        return done

    return asyncio.run(all_of_them())


def staff(house: House, email: str) -> Browser:
    """A browser in which this member of the demo's staff has signed in, by the page for it."""

    async def sign_in() -> Browser:
        person = _account(house, email)
        browser = Browser(house.port)
        _expect(await browser.get(SIGN_IN), 200)
        _expect(await browser.post(SIGN_IN, {"email": email, "password": person["password"]}), 302)
        if person["code"]:
            _expect(await browser.get(CODE), 200)
            _expect(await browser.post(CODE, {"code": person["code"]}), 302)
        _expect(await browser.get("/desk/"), 200)
        await browser.line.close()
        return browser

    return asyncio.run(sign_in())


def _account(house: House, email: str) -> dict[str, str]:
    listed = subprocess.run(
        [sys.executable, "-m", "wasl.config.cli", "demo", "accounts", "--json"],
        env=house.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    people: list[dict[str, str]] = json.loads(listed.stdout)
    return next(one for one in people if one["email"] == email)


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise BadAnswer(f"{answer.status} instead of {status}\n{answer.text[:3000]}")
    return answer
