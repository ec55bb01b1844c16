"""Rules of the look that hold in all rooms: logical properties, no inline code, known icons, readable colours."""

import gzip
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2]
STATIC = PACKAGE / "web" / "static"
VENDOR = STATIC / "vendor"
KIT = STATIC / "web" / "kit.css"
ICONS = PACKAGE.parent / "frontend" / "icons.txt"
SHEETS = sorted(path for path in PACKAGE.glob("*/static/**/*.css") if "vendor" not in path.parts)
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
# Mails are read by programs that know no style sheets.
PAGES = [path for path in TEMPLATES if not path.name.startswith("mail")]
needs_build = pytest.mark.skipif(not VENDOR.is_dir(), reason="the browser assets are not built (npm run build)")

_PHYSICAL = re.compile(
    r"(?<![\w-])(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:|float\s*:\s*(?:left|right)"
    r"|text-align\s*:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius"
)
_INLINE = re.compile(r"""\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|javascript:|<style[\s>]""", re.IGNORECASE)
_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE)


def bare(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_know_no_left_and_right(sheet: Path) -> None:
    assert not _PHYSICAL.findall(bare(sheet))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pages_carry_no_inline_code_and_name_known_icons(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    known = {line.strip() for line in ICONS.read_text().splitlines()}

    assert not _INLINE.findall(source)
    assert not _SCRIPT.findall(source)
    assert set(re.findall(r"""\{% icon ["']([^"']+)["']""", source)) <= known


def test_the_kit_stays_small() -> None:
    assert KIT.stat().st_size <= 40 * 1024


@needs_build
def test_the_first_view_of_the_portal_stays_under_200_kilobytes() -> None:
    fonts = [VENDOR / "fonts" / f"plex-{kind}-{weight}.woff2" for kind in ("arabic", "latin") for weight in (400, 600)]
    modules = [STATIC / "web" / f"{name}.js" for name in ("htmx", "forms", "menu")]
    texts = [KIT, VENDOR / "htmx.js", VENDOR / "icons.svg", *modules]
    page_itself = 12 * 1024

    weight = sum(path.stat().st_size for path in fonts) + sum(len(gzip.compress(path.read_bytes())) for path in texts)

    assert weight + page_itself <= 200 * 1024


@needs_build
def test_the_build_lists_its_licences_and_checksums() -> None:
    sums = (VENDOR / "SHA256SUMS").read_text()

    assert all(name in sums for name in ("htmx.js", "leaflet.js", "icons.svg", "fonts/plex-arabic-400.woff2"))
    assert "SIL OPEN FONT LICENSE" in (VENDOR / "LICENCES.txt").read_text()


def _luminance(colour: str) -> float:
    if len(colour) == 4:
        colour = "#" + "".join(letter * 2 for letter in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


PAIRS = [
    ("ink", "bg"), ("ink-2", "bg"), ("ink-3", "bg"), ("ink-3", "card"), ("ink-3", "tint"), ("ink-3", "soft"),
    ("ink-2", "tint"), ("brand", "card"), ("brand", "bg"), ("brand", "tint"), ("brand-2", "brand-3"),
    ("accent", "card"), ("ok", "card"), ("ok", "ok-bg"), ("ok-ink", "ok-bg"), ("warn", "card"), ("warn", "warn-bg"),
    ("warn-ink", "warn-bg"), ("warn-ink", "cream"), ("bad", "card"), ("bad", "bad-bg"), ("bad-ink", "bad-bg"),
    ("info", "card"), ("info", "info-bg"), ("vio", "vio-bg"), ("card", "brand"), ("card", "brand-2"), ("card", "bad"),
    ("card", "deep"), ("card", "ok"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_colours_can_be_read_on_their_grounds(text: str, ground: str) -> None:
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", bare(KIT)))

    assert contrast(tokens[text], tokens[ground]) >= 4.5


def test_frames_of_fields_can_be_seen() -> None:
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", bare(KIT)))

    assert contrast(tokens["field"], tokens["card"]) >= 3
