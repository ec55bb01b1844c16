"""The one door of the ground floor: files by signed link."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from wasl.core import clock, files
from wasl.core.files.links import BadLink, read_link
from wasl.core.models import StoredFile

RETRY_SECONDS = 5


@require_safe
def signed_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give the file or copy that a signed link names; a wrong, old or erased one is simply not there."""
    at = clock.now()
    try:
        link = read_link(token, at=at)
        file = files.file_by_public_id(link.public_id)
        shown = files.derive(file, link.variant) if link.variant else file
        content = files.open_file(shown)
    except (BadLink, files.FileGone, files.PictureRefused):
        raise Http404 from None
    except (files.DecoderBusy, files.FileStoreFull):
        return HttpResponse(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    response = FileResponse(content, as_attachment=not is_reencoded(shown), filename=shown.name)
    for name, value in _headers(shown, seconds_left=link.ends_at - int(at.timestamp())).items():
        response.headers[name] = value
    return response


def is_reencoded(file: StoredFile) -> bool:
    """Whether we made every byte of it: only then may a browser show it in place."""
    return file.original_id is not None


def _headers(file: StoredFile, *, seconds_left: int) -> dict[str, str]:
    return {
        "Content-Type": file.content_type,
        "Content-Length": str(file.size),
        "Cache-Control": f"private, max-age={seconds_left}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


# The mark that the room `web` gives its doors; core lies below it and writes it by hand.
signed_file.door_kind = "signed_link"  # type: ignore[attr-defined]
