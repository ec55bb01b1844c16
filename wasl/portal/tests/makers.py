"""A municipality with its site, and a citizen who fills in the wizard as a browser without scripts would."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from wasl.cases.models import Case
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_unit
from wasl.places import operations as places
from wasl.places.models import Governorate
from wasl.sla import operations as sla
from wasl.sla.models import Policy

PHONE = "+96892147705"
PLACE = {"wilayat": "", "area_text": "الخوض", "address_text": "قرب دوار الجامع", "lat": "23.5912", "lon": "58.1703"}
DETAILS = {
    "description": "ثلاثة أعمدة إنارة متتالية لا تعمل منذ يومين",
    "preferred_channel": "sms",
    "name": "مريم بنت سعيد بن خلفان الحارثية",
    "phone": "92147705",
    "email": "",
    "language": "ar",
}


def make_site(code: str = "MUN") -> Agency:
    """An agency with places, promises, two services with a place and one without."""
    agency = make_working_agency(code)
    if not Governorate.objects.exists():
        places.load_starting_places(at=LONG_AGO)
    lighting = make_category("2", agency=agency, name=both("الإنارة", "Lighting"), icon="lamp", digit=2, order=2)
    general = make_category("9", agency=agency, name=both("خدمات أخرى", "Other"), icon="inbox", digit=9, order=9)
    lamp = {"name": both("عمود إنارة لا يعمل", "Street light out"), "keywords": ["اللمبة طافية"], "category": lighting}
    question = {
        "name": both("استفسار عام", "General inquiry"),
        "kind": "inquiry",
        "keywords": ["سؤال"],
        "category": general,
        "needs_location": False,
        "public_map": False,
    }
    make_service(agency=agency)
    make_service("LT-OUT", agency=agency, unit=make_unit("LIGHT", agency=agency), **lamp)
    make_service("GN-INQUIRY", agency=agency, unit=None, **question)
    if not Policy.objects.filter(agency=agency).exists():
        sla.load_starting_policies(agency, at=LONG_AGO)
    return agency


def service(code: str = "LT-OUT") -> Service:
    """A service of the test municipality."""
    return Service.objects.get(code=code, agency__code="MUN")


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), colour: str = "orange", **more: Any) -> bytes:
    """A small picture in this format."""
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, form, **more)
    return content.getvalue()


def upload(content: bytes, name: str = "صورة.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """A file as a form sends it."""
    return SimpleUploadedFile(name, content, content_type)


def choose(client: Client, code: str = "LT-OUT") -> Any:
    """Step 1."""
    return client.post("/report", {"service": code})


def fill_place(client: Client, **changes: Any) -> Any:
    """Step 2."""
    return client.post("/report/place", PLACE | changes)


def fill_details(client: Client, **changes: Any) -> Any:
    """Step 3."""
    return client.post("/report/details", DETAILS | changes)


def key_on(client: Client) -> str:
    """The key that stands in the form of the check page."""
    return str(client.get("/report/check").context["known"].draft.key)


def send(client: Client, key: str | None = None, **more: Any) -> Any:
    """Step 4."""
    return client.post("/report/check", {"key": key_on(client) if key is None else key}, **more)


def report(client: Client | None = None, code: str = "LT-OUT", **changes: Any) -> Case:
    """Walk through all four steps; gives the case."""
    client = client or Client()
    choose(client, code)
    fill_place(client, **{name: value for name, value in changes.items() if name in PLACE})
    fill_details(client, **{name: value for name, value in changes.items() if name in DETAILS})
    answer = send(client)
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.latest("pk")
