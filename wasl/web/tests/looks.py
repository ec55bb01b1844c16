"""The frame of all tests that look at pages in a real browser: rooms name their pages and make what stands on them.

A page is judged by what holds for every page: no violation of WCAG 2.2 A and AA, nothing wider than the screen, the
right language. With WASL_PICTURES set to a folder each is also photographed there, to be looked at. The fixture
`browser` is in the root's conftest.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

# The one without a window does the same for less; WASL_CHROMIUM names another.
PROGRAMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = Path(os.environ.get("WASL_CHROMIUM") or next((one for one in PROGRAMS if Path(one).exists()), PROGRAMS[0]))
VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"
# What is waited for comes within a second here; a machine that does much else at once may take its time.
PATIENCE_MS = 60_000
PICTURES = os.environ.get("WASL_PICTURES", "")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What every file of looks is: a browser, and a database that the server of the test sees too.
MARKS = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = (1440, 900), (390, 844)
# Each language and each width is seen in these two; all four when pictures are wanted.
TWO_LOOKS = [("ar", WIDE), ("en", NARROW)]
ALL_LOOKS = [("ar", WIDE), ("ar", NARROW), ("en", WIDE), ("en", NARROW)]
LOOKS = ALL_LOOKS if PICTURES else TWO_LOOKS

# Axe may take its time, but for what is told alone: what is well is not collected. The rail of a narrow screen lies
# over whatever is scrolled under it, which axe would take for a small target.
_LOOK = """async rules => {
    document.querySelectorAll(".rail, .topb").forEach(one => { one.style.position = "static"; });
    const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
    const page = document.documentElement;
    return {
        violations: found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 300)}`),
        wide: page.scrollWidth - page.clientWidth,
        language: page.lang,
    };
}"""
_PICTURES_ARE_THERE = """() => {
    document.querySelectorAll("img[loading=lazy]").forEach(one => { one.loading = "eager"; });
    return [...document.images].every(one => one.complete);
}"""


def name_of(look: tuple[str, tuple[int, int]]) -> str:
    """The id of a test that looks so: "ar-1440"."""
    return f"{look[0]}-{look[1][0]}"


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium; skips where there is none, or where the browser's files are not built."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium here")
    if not VENDOR.is_dir():
        pytest.skip("the browser assets are not built (npm run build)")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright runs an event loop in this thread; Django's guard would take every query for a mistake.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE_MS)
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
            yield opened
            opened.close()


class Window:
    """Somebody at one screen, in one language; signed in when a session is given."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        language: str = "ar",
        size: tuple[int, int] = WIDE,
        *,
        session: str | None = None,
        **options: Any,
    ) -> None:
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        cookies = {"wasl_language": language} | ({settings.SESSION_COOKIE_NAME: session} if session else {})
        self.context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.base, self.language, self.width = base, language, size[0]

    def open(self, path: str) -> None:
        """Go to an address below that of the server."""
        self.page.goto(f"{self.base}{path}")

    def judge(self, name: str, *, quiet: bool = False) -> None:
        """The page as it stands can be used by everybody; `quiet` waits until it asks for nothing more."""
        self.page.wait_for_load_state("networkidle" if quiet else "load")
        self.page.wait_for_function(_PICTURES_ARE_THERE)
        if PICTURES:
            path = f"{PICTURES}/{name}-{self.language}-{self.width}.png"
            self.page.screenshot(path=path, full_page=True)
        found = looked_over(self.page)
        assert found["violations"] == [], f"{name}: {found['violations']}"
        assert found["wide"] <= 0, f"{name} is {found['wide']} px too wide"
        assert found["language"] == self.language, name

    def close(self) -> None:
        """Leave."""
        self.context.close()


def looked_over(page: Page) -> dict[str, Any]:
    """What axe finds on the page as it stands, by how much it is too wide, and its language."""
    if not page.evaluate("'axe' in window"):
        # Our own policy forbids scripts from elsewhere; the tool is let in.
        page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
        page.evaluate((VENDOR / "axe.js").read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(_LOOK, RULES)
    return found
