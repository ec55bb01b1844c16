"""The interface as a page of the handbook, made from the same tables as the interface itself."""

import json

from django.utils import translation

from wasl.api.v1 import acts
from wasl.api.v1.endpoints import Endpoint
from wasl.api.v1.examples import EXAMPLES
from wasl.api.v1.problems import KINDS
from wasl.api.v1.table import ENDPOINTS
from wasl.core.i18n import say_in
from wasl.partners.models import Scope

_BEGIN = """# The JSON API

For apps of staff and systems of partners. City apps that already speak Open311 need none of this.

Every house explains its own interface: `/api/v1/docs` is the page to read, in Arabic and English, with an example of
each request; `/api/v1/openapi.json` is the OpenAPI 3.1 document to generate clients from. Both are made from the
Structs that read and write the bodies, so they cannot say anything else than what happens.

## Begin

An administrator issues a key (see [programs](programs.md)). With it:

```sh
export WASL_KEY=wasl_…
curl https://wasl.example.om/api/v1/me -H "Authorization: Bearer $WASL_KEY"
```

A key that acts for a member of staff does what that person may do, as far as its scopes reach; what the pages ask the
second factor for again is not open to it. The key of a partner registers cases, follows those it brought and speaks
for their beneficiaries, and reads the cases of its agency that are not confidential, without personal data (the scope
`personal:read` shows them; every such reading is recorded). What a key may not see looks as if it did not exist.

Register a case, and send the very same again when the answer was lost:

```sh
curl -X POST https://wasl.example.om/api/v1/cases \\
  -H "Authorization: Bearer $WASL_KEY" -H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: 3f0f8a0e-9a2b-4c7e-8a67-2f0a5c1c9f11' \\
  --data '{example}'
```

Work a case: read it, take its version from `ETag`, name it in `If-Match`:

```sh
curl -i https://wasl.example.om/api/v1/cases/MR-2611-04173-2 -H "Authorization: Bearer $WASL_KEY"
curl -X POST https://wasl.example.om/api/v1/cases/MR-2611-04173-2/acts/accept \\
  -H "Authorization: Bearer $WASL_KEY" -H 'If-Match: "v1"' -H 'Idempotency-Key: 5d1c'
```

## What holds everywhere

- JSON in UTF-8, at most 256 kB; a field or parameter that is not known is refused with its name.
- Ids are strings: references of cases, codes of the catalogue, opaque words for files and messages.
- Moments carry their offset (`2026-11-29T09:00:00+04:00`); names of the house come as `{{"ar": …, "en": …}}`.
- `Idempotency-Key` on any POST: the same request under the same key hears the same answer for 30 days; another one is
  refused (422). Refusals are not kept: what was mended may be sent under the same key.
- `If-Match` on acts that change a case: 428 without it, 412 with the present version when somebody was faster.
- `If-None-Match` on any GET: 304 when nothing changed.
- Lists come in pages: `next` in the body, and in the header `Link`, leads to the next one.
- Files are uploaded first (`uploads`), and named in the case, note or act they belong to within a day.
- Refusals are `application/problem+json` (RFC 9457), in the language of `Accept-Language` (Arabic or English).
- A key has its pace: 429 with `Retry-After` beyond it.
"""


def as_markdown() -> str:
    """The page docs/api.md."""
    example = json.dumps(EXAMPLES["NewCase"], ensure_ascii=False)
    lines = [_BEGIN.format(example=example), "## Scopes", "", "| scope | what it opens |", "| --- | --- |"]
    with translation.override("en"):
        lines += [f"| `{scope.value}` | {scope.label} |" for scope in Scope if not scope.value.startswith("open311")]
        lines += ["", "## Endpoints", "", "A key needs the scope; the person it acts for needs the right.", ""]
        lines += _table()
        lines += ["", "## Acts", "", "| act | what it does | with |", "| --- | --- | --- |"]
        lines += [_act(act) for act in (*acts.STAFF, *acts.BENEFICIARY)]
        lines += ["", "## Problems", "", "| type | status | what it means | what to do |", "| --- | --- | --- | --- |"]
        lines += [f"| `{one.code}` | {one.status} | {one.title} | {one.advice} |" for one in KINDS.values()]
    return "\n".join(lines) + "\n"


def _table() -> list[str]:
    head = "| method | address | what | scope | right | for partners |"
    return [head, "| --- | --- | --- | --- | --- | --- |", *(_row(one) for one in ENDPOINTS)]


def _row(one: Endpoint) -> str:
    open_to = {(True, True): "yes", (True, False): "what it brought", (False, True): "no"}
    right = f"`{one.right.value}`" if one.right is not None else "–"
    scope = " or ".join(f"`{scope}`" for scope in one.scopes) or "any"
    what = say_in("en", *one.summary)
    return f"| {one.method} | `/api/v1/{one.path}` | {what} | {scope} | {right} | {open_to[one.partners, one.staff]} |"


def _act(act: acts.Act) -> str:
    about = say_in("en", *act.about)
    what = say_in("en", *act.summary) + (f". {about}" if about else "")
    fields = ", ".join(f"`{name}`" for name in act.body.__struct_fields__) or "–"
    return f"| `{act.code}` | {what} | {fields} |"
