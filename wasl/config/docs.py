"""The pages of `docs/` that the code itself writes; a test compares them with what lies in the folder."""

import ast
import json
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from pathlib import Path

from wasl.config.floors import FLOORS
from wasl.core import events

ROOT = Path(__file__).resolve().parent.parent.parent
MADE = "<!-- Made by `wasl manage docs`; change the source it names, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """Every generated page by its name in `docs/`."""
    makers: dict[str, Callable[[], str]] = {
        "rooms.md": rooms,
        "events.md": event_list,
        "channels.md": channels,
        "settings.md": settings_list,
        "permissions.md": permissions,
        "requirements.md": requirements,
        "measures.md": measures,
        "roles.md": roles,
        "api.md": api,
    }
    return {name: MADE + maker() for name, maker in makers.items()}


def rooms() -> str:
    """The rooms from the roof to the ground, each with its paragraph."""
    lines = ["# Rooms", "", "From the roof to the ground. A room looks only at floors below its own.", ""]
    for floor in FLOORS:
        for room in floor:
            paragraph = " ".join((import_module(f"wasl.{room}").__doc__ or "").split())
            lines += [f"## {room}", "", paragraph, ""]
    return "\n".join(lines)


def event_list() -> str:
    """Every fact with its fields and who listens: what the system does next."""
    lines = ["# Events", "", "Facts carry ids and codes only. Listeners run as jobs of their own after the commit.", ""]
    known = sorted(events.registered_events().values(), key=lambda cls: (cls.__module__, cls.__name__))
    lines += ["| room | fact | version | fields | who listens |", "| --- | --- | --- | --- | --- |"]
    for cls in known:
        if "tests" in cls.__module__:
            continue
        names = ", ".join(f"`{field.name}`" for field in fields(cls)) or "–"
        listeners = ", ".join(f"`{name.removeprefix('wasl.')}`" for name in sorted(events.subscribers_of(cls.kind)))
        lines.append(
            f"| {cls.__module__.split('.')[1]} | {cls.__name__} | {cls.version} | {names} | {listeners or '–'} |"
        )
    return "\n".join(lines) + "\n"


def channels() -> str:
    """Every channel adapter."""
    from wasl.channels import registry

    lines = ["# Channels", "", "| channel | adapter | what it is |", "| --- | --- | --- |"]
    for code in registry.channels():
        adapter = type(registry.adapter(code))
        about = " ".join((import_module(adapter.__module__).__doc__ or "").split("\n\n")[0].split())
        lines.append(f"| {code} | `{adapter.__module__}.{adapter.__name__}` | {about} |")
    return "\n".join(lines) + "\n"


def settings_list() -> str:
    """Every setting an operator may choose."""
    from wasl.config import environment

    return environment.as_markdown()


def permissions() -> str:
    """Who may do what, and which door asks for which right."""
    from wasl.config.doors import doors
    from wasl.directory import permission_table

    lines = [permission_table.as_markdown(), "", "## Doors", "", "| address | door | right |", "| --- | --- | --- |"]
    lines += [f"| `/{door.address}` | {door.kind} | {door.right or '–'} |" for door in doors()]
    return "\n".join(lines) + "\n"


def measures() -> str:
    """Every figure with its definition."""
    from wasl.analytics.measures import definitions

    return definitions.as_markdown()


def api() -> str:
    """The JSON interface: its endpoints with scope and right, its acts and problems."""
    from wasl.api.v1 import handbook

    return handbook.as_markdown()


def roles() -> str:
    """What each role owes and learns in its first hour: the pages of help, as text."""
    from wasl.help import steps
    from wasl.help.pages import staff_pages

    lines = [
        "# Roles",
        "",
        "What others may expect of each role, and its first hour: the steps below, in this order.",
        "",
    ]
    for page in staff_pages():
        links = ", ".join(f"[{_said(step.title, 'en')}](#{step.code})" for step in page.steps)
        lines += [f"## {_said(page.title, 'en')}", "", _said(page.promise, "en"), ""]
        lines += [f'<div dir="rtl">{_said(page.title, "ar")}: {_said(page.promise, "ar")}</div>', "", links, ""]
    lines += ["## The steps", "", "The “?” of every screen opens the step about that screen, with its picture.", ""]
    shown = {step.code for page in staff_pages() for step in page.steps}
    for step in (step for step in steps.ALL if step.code in shown):
        told = {language: " ".join(_said(line, language) for line in step.lines) for language in ("en", "ar")}
        lines += [f'### <a id="{step.code}"></a>{_said(step.title, "en")}', "", told["en"], ""]
        lines += [f'<div dir="rtl">{_said(step.title, "ar")}: {told["ar"]}</div>', ""]
    return "\n".join(lines)


def _said(words: object, language: str) -> str:
    from django.utils import translation

    with translation.override(language):
        return str(words)


def requirements() -> str:
    """The 118 requirements with the tests that prove them."""
    proofs = proofs_by_requirement()
    rows = [json.loads(line) for line in (ROOT / "docs" / "requirements.jsonl").read_text("utf-8").splitlines()]
    proven = sum(row["id"] in proofs for row in rows)
    lines = [
        "# Requirements",
        "",
        f"{proven} of {len(rows)} are proven by a test that names them; the others say “not yet”.",
        "",
        "| id | area | source | requirement | proven by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        tests = "<br>".join(f"`{name}`" for name in proofs.get(row["id"], [])) or "not yet"
        text = row["requirement_en"].replace("|", "/")
        lines.append(f"| {row['id']} | {row['area']} | {row['source_ar']} | {text} | {tests} |")
    return "\n".join(lines) + "\n"


def proofs_by_requirement() -> dict[str, list[str]]:
    """Requirement id -> tests marked with it, as `path::test`."""
    found: dict[str, list[str]] = {}
    files = [
        *ROOT.glob("wasl/*/tests/**/test_*.py"),
        *ROOT.glob("wasl/*/*/tests/test_*.py"),
        *ROOT.glob("tests/**/test_*.py"),
    ]
    for path in sorted(set(files)):
        text = path.read_text(encoding="utf-8")
        if "requirement(" not in text:
            continue
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _marked(node):
                    found.setdefault(number, []).append(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    return found


def _marked(function: ast.FunctionDef) -> list[str]:
    return [
        str(argument.value)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.requirement"
        for argument in decorator.args
        if isinstance(argument, ast.Constant)
    ]
