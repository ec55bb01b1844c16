"""Tables that are taken out for other programs and papers."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

from wasl.core import clock
from wasl.transfer.export.cells import cell

BYTE_ORDER_MARK = "\ufeff"


def csv_file(name: str, lines: Iterable[list[str]]) -> HttpResponse:
    """Lines as a CSV file to be kept; nothing in it runs as a formula."""
    written = io.StringIO()
    table = csv.writer(written)
    for line in lines:
        table.writerow([cell(value) for value in line])
    response = HttpResponse(BYTE_ORDER_MARK + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.now():%Y-%m-%d}.csv"'
    return response
