"""What a finished report consists of, whichever door it came through, and what tells two apart."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.cases.workflow import GRAVE_KINDS as GRAVE_KINDS
from wasl.catalogue.models import Service
from wasl.contacts.models import Beneficiary, BeneficiaryKind
from wasl.core.models import StoredFile
from wasl.core.text import clean_line
from wasl.directory.models import Unit
from wasl.places.models import Governorate, Wilayat

TITLE_LETTERS = 90


@dataclass(frozen=True)
class Where:
    """The place as the person gave it: a point, a choice from the lists, words, or any of them."""

    governorate: Governorate | None = None
    wilayat: Wilayat | None = None
    area_text: str = ""
    address_text: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None


@dataclass(frozen=True)
class Who:
    """How to reach the person. All empty: reported without contact, followed by the private link alone.

    `person` is somebody known whom a clerk has chosen; what else stands here then is new about them. `identity` is the
    number of a card that a clerk has seen.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    preferred_channel: str = ""
    kind: str = BeneficiaryKind.CITIZEN.value
    identity: str = ""
    person: Beneficiary | None = None

    @property
    def addresses(self) -> list[str]:
        """The phone and the e-mail, where given."""
        return [value for value in (self.phone, self.email) if value]


@dataclass(frozen=True)
class Report:
    """Everything somebody told us. `phone` is E.164, `email` lower-cased; texts are cleaned.

    `answers` are those to the service's own questions.
    """

    kind: str
    service: Service | None = None
    description: str = ""
    where: Where = Where()
    who: Who = Who()
    language: str = "ar"
    files: list[StoredFile] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    # A clerk's class where it differs from the computed one, and why.
    importance: str = ""
    importance_reason: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)
    # The figures of a case nearby of which the person says that it is the same problem.
    same_as: str = ""
    # Whom a complaint is about, where it is about staff: then it is closed to all but the unit in charge.
    about_staff: AboutStaff | None = None
    # The code of the text about personal data that the door showed; no part of what was told.
    notice: str = ""
    # What was done about it at once, in words the person will read: then it is registered and resolved in one.
    finished: str = ""
    # Addresses of pictures elsewhere, which are fetched once the report is registered.
    pictures: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first words of the description, else the service."""
        line = clean_line(self.description)
        if not line:
            return self.service.name.in_language(self.language) if self.service else ""
        if len(line) <= TITLE_LETTERS:
            return line
        return line[:TITLE_LETTERS].rsplit(" ", 1)[0] + "…"

    @property
    def body(self) -> str:
        """Equal for two sendings of the same report; stored as a keyed fingerprint only."""
        where, who = self.where, self.who
        told: list[Any] = [
            self.kind,
            self.service.pk if self.service else None,
            self.description,
            [where.governorate and where.governorate.pk, where.wilayat and where.wilayat.pk],
            [where.area_text, where.address_text, str(where.lat), str(where.lon)],
            [who.name, who.phone, who.email, who.preferred_channel],
            self.language,
            sorted(file.sha256 for file in self.files),
            sorted(self.facts.items()),
        ]
        if self.answers:
            told.append([[answer["code"], answer["value"]] for answer in self.answers])
        if self.same_as:
            told.append(self.same_as)
        if self.pictures:
            told.append(list(self.pictures))
        if (about := self.about_staff) is not None:
            told.append(["staff", about.words, [one.pk for one in about.people], [one.pk for one in about.units]])
        if self.finished:
            told.append(["finished", self.finished])
        if who.person is not None or self.importance or who.identity:
            told.append([who.person and who.person.pk, self.importance, self.importance_reason, who.identity])
        return json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True)
class Attended:
    """What a report has beside its words when somebody of the staff wrote it down for a person.

    `notice` is the code of the text about personal data that was read out; `joins` the case that the words belong to;
    `record_id` the answered contact that now becomes a case.
    """

    by: User
    channel: str
    notice: str = ""
    joins: Case | None = None
    record_id: str = ""
    # Where the clerk sits: what they finish at once stays there.
    unit: Unit | None = None
