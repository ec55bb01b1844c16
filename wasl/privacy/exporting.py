"""The file a person gets: everything we hold of them, readable and as data, in one ZIP."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import IO
from zoneinfo import ZoneInfo

from wasl.core import files, personal
from wasl.core.i18n import t
from wasl.core.models import StoredFile
from wasl.core.personal import Record, Subject
from wasl.core.text import clean_line

_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em;line-height:1.7}}
table{{border-collapse:collapse;width:100%;margin-block:0 1.2em}}td,th{{border:1px solid #ccc;padding:.3em .6em;
text-align:start;vertical-align:top}}th{{width:14em;background:#f6f5f1}}</style>
<h1>{title}</h1><p>{told}</p><p>{besides}</p>{body}</html>"""


def write_access_file(
    out: IO[bytes], subject: Subject, *, language: str, zone: ZoneInfo, at: datetime
) -> dict[str, int]:
    """Write the ZIP; gives how many records of each holding it has."""
    sections = [(one, list(one.records(subject))) for one in personal.holdings()]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.html", _page(sections, language, zone, at))
        data = {one.code: [_plain(record) for record in records] for one, records in sections}
        packed.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
        for name, stored in _files(sections):
            _pack(packed, name, stored)
    return {one.code: len(records) for one, records in sections}


def _pack(packed: zipfile.ZipFile, name: str, stored: StoredFile) -> None:
    """One whose content is lost (a disk, an old backup) must not keep the person from all the rest."""
    try:
        content = files.open_file(stored)
    except files.FileGone:
        return
    with content, packed.open(name, "w") as into:
        while block := content.read(256 * 1024):
            into.write(block)


def _files(sections: list[tuple[personal.Holding, list[Record]]]) -> Iterator[tuple[str, StoredFile]]:
    seen: set[int] = set()
    for _, records in sections:
        for number in (number for record in records for number in record.files):
            if number in seen:
                continue
            seen.add(number)
            try:
                stored = files.file_by_id(number)
            except files.FileGone:
                continue
            yield f"files/{number}-{clean_line(stored.name) or 'file'}", stored


def _plain(record: Record) -> dict[str, object]:
    values = {str(label): str(words) for label, words in record.values.items() if str(words)}
    return {"at": record.at.isoformat() if record.at else None, "values": values, "files": list(record.files)}


def _page(sections: list[tuple[personal.Holding, list[Record]]], language: str, zone: ZoneInfo, at: datetime) -> str:
    parts = []
    for one, records in sections:
        if records:
            parts.append(f"<h2>{escape(str(one.title))}</h2>")
            parts.extend(_table(record, zone) for record in records)
    told = t(
        "كل ما نحفظه عنك حتى {day}. حُجبت أرقام غيرك وعناوينهم.",
        "Everything we hold of you as of {day}. Numbers and addresses of others are hidden.",
        day=f"{at.astimezone(zone):%Y-%m-%d %H:%M}",
    )
    # Said in every copy, so that it tells of nobody whether there is one.
    besides = t(
        "ليست فيه شكوى على موظف: لا يراها إلا من يتولاها. تجد ما قُدم منها في صفحة متابعتها، برقمها ورمزها.",
        "No complaint about staff is in it: only those who handle one see it. What you sent is on the page where you "
        "follow it, with its number and code.",
    )
    return _PAGE.format(
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        title=escape(str(t("بياناتك لدينا", "Your data with us"))),
        told=escape(str(told)),
        besides=escape(str(besides)),
        body="".join(parts),
    )


def _table(record: Record, zone: ZoneInfo) -> str:
    at = f"{record.at.astimezone(zone):%Y-%m-%d %H:%M}" if record.at else ""
    rows = {str(t("التاريخ", "Date")): at, **{str(label): str(words) for label, words in record.values.items()}}
    shown = (
        f"<tr><th>{escape(label)}</th><td dir=auto>{escape(words)}</td></tr>" for label, words in rows.items() if words
    )
    return f"<table>{''.join(shown)}</table>"
