"""`wasl manage help_pictures`: take the pictures of the help pages from a running demo. For programmers: it wants
Chromium and Playwright, which only the checks install.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from PIL import Image

LANGUAGES = ("ar", "en")
SIZE = {"width": 1200, "height": 750}
MOST_BYTES = 60 * 1024
FOLDER = Path(__file__).resolve().parents[2] / "static" / "help" / "pictures"
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
# How many cases are looked at for one that shows what a picture is about.
LOOKS = 25


class Screen:
    """The browser of one person in one language."""

    def __init__(self, page: Any, url: str, language: str) -> None:
        self.page, self.url, self.language = page, url, language

    def say(self, arabic: str, english: str) -> str:
        """The words to type in this language."""
        return english if self.language == "en" else arabic

    def go(self, path: str) -> None:
        """Open a page and wait until it is whole."""
        self.page.goto(self.url + path)
        self.calm()

    def calm(self) -> None:
        """Wait until what a page asks for by itself is there. (The live line never ends, so not "networkidle".)"""
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(700)

    def case_with(self, lists: Iterable[str], *wanted: str) -> None:
        """Open the first case of the lists whose page shows all that is wanted (selectors)."""
        seen: list[str] = []
        for query in lists:
            self.go(f"/desk/?{query}")
            links = self.page.locator("[data-worklist] .lead a[href*='/desk/cases/']")
            seen += [link.get_attribute("href") for link in links.all()]
        for address in seen[:LOOKS]:
            self.go(address)
            if all(self.page.locator(one).count() for one in wanted):
                return
        raise CommandError(f"No case shows {', '.join(wanted)}; load more of the demo.")

    def unfold(self, selector: str) -> None:
        """Open a folded part and bring it into sight."""
        self.page.locator(f"{selector}:not([open]) > summary").click()
        self.page.locator(selector).scroll_into_view_if_needed()
        self.calm()

    def top(self, selector: str, *, above: int = 84) -> None:
        """Scroll so that something stands under the bar of the page."""
        self.page.evaluate(
            "([wanted, above]) => scrollBy(0, document.querySelector(wanted).getBoundingClientRect().top - above)",
            [selector, above],
        )
        self.page.wait_for_timeout(200)


def _register(screen: Screen) -> None:
    _fill_in(screen)
    screen.top("#s2")


def _fill_in(screen: Screen) -> None:
    screen.go("/desk/register?new=1")
    page = screen.page
    page.locator("#id_who").fill("92147705")
    screen.calm()
    page.locator("#who-new").click()
    page.locator("#id_name").fill(screen.say("مريم بنت سعيد الحارثية", "Maryam Al Harthi"))
    page.locator("#id_description").fill(
        screen.say(
            "عمود إنارة مائل وأسلاك كهرباء مكشوفة قرب المدرسة", "A leaning lamp post, exposed electric wires, school"
        )
    )
    page.locator("#service-1").wait_for()
    screen.calm()
    page.locator("#service-1").click()
    page.locator("#id_wilayat").select_option(value="OM-MA-AMR")
    screen.calm()
    screen.calm()


def _tasks(screen: Screen) -> None:
    screen.go("/desk/tasks")
    if not screen.page.locator("li.task").count():  # the demo's past owes nobody a call
        _fill_in(screen)
        screen.page.locator("[name=preferred_channel][value=call]").check(force=True)
        screen.page.locator("[data-submit]").click()
        screen.page.wait_for_url("**/receipt**")
        screen.page.wait_for_timeout(5000)
        screen.go("/desk/tasks")


def _case(screen: Screen) -> None:
    screen.case_with(["whose=all&order=newest"], ".tl li:nth-child(6)", ".days li")


def _refer(screen: Screen) -> None:
    screen.case_with(["whose=all&order=newest"], "#act-refer")
    screen.unfold("#act-refer")


def _accept(screen: Screen) -> None:
    screen.case_with(["whose=unit&order=newest", "whose=all&order=newest"], "form[action*='/accept']", "#act-return")


def _resolve(screen: Screen) -> None:
    screen.case_with(["whose=unit&order=newest", "whose=all&order=newest"], "#act-resolve", "#act-schedule")
    screen.unfold("#act-resolve")
    screen.page.locator("#act-resolve textarea").first.fill(
        screen.say(
            "استُبدل المصباح وفُحص الكابل. الصورة مرفقة.", "The lamp was replaced, the cable tested. See the photo."
        )
    )


def _ladder(screen: Screen) -> None:
    screen.case_with(["view=escalated&whose=unit", "view=escalated&whose=all"], ".rungs li:nth-child(5)")
    screen.top("section:has(> .rungs)", above=200)


def _review(screen: Screen) -> None:
    screen.go("/desk/reviews")
    screen.page.locator("main table a[href*='act=review']").first.click()
    screen.calm()
    screen.top("#act", above=120)


def _at(path: str) -> Callable[[Screen], None]:
    return lambda screen: screen.go(path)


def _service(screen: Screen) -> None:
    screen.go("/admin/MUN/forms/")
    screen.page.locator("main table a[href*='/forms/row/']").first.click()
    screen.calm()


def _try(screen: Screen) -> None:
    screen.go("/admin/MUN/try")
    screen.page.locator("#id_words").fill(
        screen.say("سلك كهرباء مكشوف قرب المدرسة", "An exposed electric wire near the school")
    )
    screen.page.locator("form.card button.p").click()
    screen.calm()


def _holiday(screen: Screen) -> None:
    screen.go("/admin/MUN/holidays/new")
    page = screen.page
    page.locator("input[lang=ar]").first.fill("إجازة أُعلنت الليلة")
    page.locator("input[lang=en]").first.fill("A holiday announced tonight")
    page.locator("input[data-field=on_from]").fill(f"{_coming_monday():%Y-%m-%d}")
    page.locator("main form .foot button.p, main form button.p").first.click()
    screen.calm()


def _difference(screen: Screen) -> None:
    screen.go("/admin/MUN/file")
    text = """wasl_config: 1
agency: MUN
units:
  - code: LIGHT
    name: {ar: دائرة الإنارة العامة, en: Public lighting}
services:
  - code: LT-OUT
    name: {ar: عمود إنارة مطفأ, en: Street light out}
    priority: P2
"""
    screen.page.locator("#id_file").set_input_files(
        {"name": "mun.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    )
    screen.page.locator("button[name=step]").click()
    screen.calm()


def _track(screen: Screen) -> None:
    told = "main dd:has-text('+968 ')"
    screen.case_with(["whose=all&order=newest"], ".tl li:nth-child(5)", told)
    phone = screen.page.locator(told).first.inner_text()
    reference = urlsplit(screen.page.url).path.rpartition("/")[2]
    screen.go("/track")
    screen.page.locator("[name=number]").fill(reference)
    screen.page.locator("[name=contact]").fill(phone)
    screen.page.locator("main form button.p").click()
    screen.calm()


@dataclass(frozen=True)
class Shot:
    """One picture: before whose eyes (empty: anybody's), and the way to the moment."""

    name: str
    person: str
    take: Callable[[Screen], None]


_HUDA, _SALEM, _NOORA = "huda@muscat.example.om", "salem@muscat.example.om", "noora@muscat.example.om"
_ADMIN, _AUDITOR = "admin@muscat.example.om", "auditor@muscat.example.om"
_JABER, _MOZA = "jaber@muscat.example.om", "moza@muscat.example.om"
SHOTS = (
    Shot("portal", "", _at("/")),
    Shot("my-rights", _SALEM, _at("/me")),
    Shot("register", _SALEM, _register),
    Shot("tasks", _SALEM, _tasks),
    Shot("worklist", _HUDA, _at("/desk/?whose=all")),
    Shot("refer", _HUDA, _refer),
    Shot("track", _HUDA, _track),
    Shot("figures", _HUDA, _at("/figures/")),
    Shot("ageing", _HUDA, _at("/desk/ageing")),
    Shot("weekly-list", _HUDA, _at("/desk/weekly-list")),
    Shot("delegation", _HUDA, _at("/me/delegations")),
    Shot("relations", _HUDA, _at("/me/relations")),
    Shot("follow-up", _MOZA, _at("/desk/follow-up")),
    Shot("reviews", _JABER, _review),
    Shot("turns", _AUDITOR, _at("/audit/fairness/")),
    Shot("case", _NOORA, _case),
    Shot("accept", _NOORA, _accept),
    Shot("resolve", _NOORA, _resolve),
    Shot("inbox", _NOORA, _at("/desk/inbox")),
    Shot("escalation", _NOORA, _ladder),
    Shot("people", _ADMIN, _at("/admin/MUN/people/")),
    Shot("service", _ADMIN, _service),
    Shot("try", _ADMIN, _try),
    Shot("holiday", _ADMIN, _holiday),
    Shot("moon", _ADMIN, _at("/admin/MUN/moon")),
    Shot("difference", _ADMIN, _difference),
    Shot("health", _ADMIN, _at("/health")),
)


class Command(BaseCommand):
    help = "Take the pictures of the help pages from a running demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="only these pictures; all when none is named")
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo answers")
        parser.add_argument("--browser", default="/usr/bin/chromium-headless-shell", help="the program of the browser")
        parser.add_argument("--to", type=Path, default=FOLDER, help="the folder of the pictures")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.WASL_MODE == "production":
            raise CommandError("الصور تُؤخذ من نسخة العرض فقط. Pictures are taken from the demo only.")
        try:
            from playwright.sync_api import sync_playwright
        except ImportError as missing:
            raise CommandError("Playwright is missing: run `make set-up-dev` first.") from missing
        shots = [shot for shot in SHOTS if not options["names"] or shot.name in options["names"]]
        with sync_playwright() as tool:
            browser = tool.chromium.launch(executable_path=options["browser"], args=list(SWITCHES))
            for person in dict.fromkeys(shot.person for shot in shots):
                self._round(browser, person, [shot for shot in shots if shot.person == person], options)
            browser.close()

    def _round(self, browser: Any, person: str, shots: list[Shot], options: dict[str, Any]) -> None:
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        page = context.new_page()
        if person:
            _sign_in(page, options["url"], person)
        for language in LANGUAGES:
            context.add_cookies([{"name": "wasl_language", "value": language, "url": options["url"]}])
            for shot in shots:
                shot.take(Screen(page, options["url"], language))
                size = _keep(page.screenshot(), options["to"] / language / f"{shot.name}.webp")
                self.stdout.write(f"{language} {shot.name}: {size / 1024:.0f} KB")
        context.close()


def _sign_in(page: Any, url: str, email: str) -> None:
    said = StringIO()
    call_command("demo", "accounts", "--json", stdout=said)
    person = next(one for one in json.loads(said.getvalue()) if one["email"] == email)
    page.goto(f"{url}/sign-in")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(person["password"])
    page.locator("form:has(input[name=password]) button").click()
    page.wait_for_load_state()
    if "/sign-in/code" in page.url:
        page.locator("input[name=code]").fill(pyotp.TOTP(person["totp_secret"]).now())
        page.locator("form:has(input[name=code]) button").click()
        page.wait_for_load_state()
    if "/sign-in" in page.url:
        raise CommandError(f"{email} could not sign in at {url}.")


def _coming_monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=(7 - today.weekday()) % 7 or 7)


def _keep(taken: bytes, path: Path) -> int:
    """Write the picture as small as it has to be, and no smaller; gives its size."""
    picture = Image.open(BytesIO(taken)).convert("RGB")
    for quality in range(88, 20, -8):
        made = BytesIO()
        picture.save(made, "WEBP", quality=quality, method=6)
        if made.tell() <= MOST_BYTES:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.getvalue())
    return made.tell()
