"""What a draft says, with the rows its codes stand for; and the report it becomes."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from wasl.cases.operations import AboutStaff
from wasl.catalogue import forms as asked
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.core.localized import Localized
from wasl.core.models import StoredFile
from wasl.intake.reports import GRAVE_KINDS, Report, Where, Who
from wasl.places import queries as places
from wasl.places.models import Wilayat
from wasl.portal import queries
from wasl.portal.forms import DANGER_NOW, DANGERS, SITES, DetailsForm
from wasl.portal.models import Draft
from wasl.privacy import queries as privacy

# How reports of the portal came, in texts about personal data.
CHANNEL = "portal"
OTHER_KINDS = ("report", "complaint", "inquiry", "suggestion", "praise")


@dataclass(frozen=True)
class Filled:
    """A draft with its service, wilayat and photos looked up, at one moment."""

    draft: Draft
    service: Service | None
    wilayat: Wilayat | None
    photos: list[StoredFile]
    at: datetime

    @property
    def data(self) -> dict[str, Any]:
        """The values as they were stored."""
        values: dict[str, Any] = self.draft.data
        return values

    @property
    def kind(self) -> str:
        """The kind of the service, or the one chosen when no service fits."""
        return self.service.kind if self.service else str(self.data.get("kind", "report"))

    @property
    def is_chosen(self) -> bool:
        """Was the first step done, and is what it chose still offered?"""
        return self.service is not None or ("kind" in self.data and not self.data.get("service"))

    @property
    def is_placed(self) -> bool:
        """Was the second step done? Photos may be added before a place is told that the service needs."""
        if self.place_needed and self.wilayat is None and self.point is None:
            return False
        return "area_text" in self.data

    @property
    def is_detailed(self) -> bool:
        """Was the third step done, with what the service asks today?"""
        return "preferred_channel" in self.data and self.answers.is_valid

    @cached_property
    def questions(self) -> list[asked.Question]:
        """What the service asks beside the usual."""
        return catalogue.questions(self.service.pk, self.at) if self.service else []

    @cached_property
    def answers(self) -> asked.Answers:
        """What was answered to it so far, judged by the questions of now."""
        return asked.reread(self.questions, self.data.get("answers", {}), today=self.today)

    @property
    def today(self) -> date:
        """The day where the agency is."""
        return self.at.astimezone(self.draft.agency.zone).date()

    @property
    def same_as(self) -> str:
        """The figures of the case nearby of which the person said that it is the same problem."""
        return str(self.data.get("same_as", ""))

    @property
    def told_answers(self) -> list[dict[str, Any]]:
        """The answers as the case will keep them."""
        return asked.told(self.questions, self.answers.values)

    @property
    def shown_answers(self) -> list[tuple[str, Localized, Localized]]:
        """Code, words and answer of every question that was asked, the answer empty where none was given."""
        texts = {one["code"]: Localized(one["text"]) for one in self.told_answers}
        return [
            (question.code, question.label, texts.get(question.code, Localized()))
            for question in self.questions
            if asked.is_asked(question, self.answers.values)
        ]

    @property
    def place_needed(self) -> bool:
        """Does the service ask where it is?"""
        return self.service is not None and self.service.needs_location

    @property
    def words_needed(self) -> bool:
        """Without a service or a photo there must be words."""
        return self.service is None or not self.photos

    @property
    def asks_facts(self) -> bool:
        """Is it a matter that is asked how grave it is?"""
        return self.kind in GRAVE_KINDS

    @property
    def asks_staff(self) -> bool:
        """Is it asked whether it is about an employee?"""
        return self.kind == "complaint"

    @property
    def about_staff(self) -> AboutStaff | None:
        """In the person's own words, whom it is about where it is about an employee."""
        if not self.asks_staff or self.data.get("about_staff") != "yes":
            return None
        return AboutStaff(str(self.data.get("staff_words", "")))

    @property
    def facts(self) -> dict[str, int]:
        """The answers that weigh for the importance; what was not answered is left out."""
        if not self.asks_facts:
            return {}
        return {name: int(self.data[name]) for name in ("danger", "site") if self.data.get(name)}

    @property
    def is_danger_now(self) -> bool:
        """Were people said to be in danger at this moment?"""
        return self.asks_facts and self.data.get("danger") == DANGER_NOW

    @property
    def told_facts(self) -> list[tuple[str, str, str]]:
        """The name of each question, its words and its answer in words, empty where none was given."""
        if not self.asks_facts:
            return []
        asked = (("danger", DANGERS), ("site", SITES))
        return [
            (name, str(DetailsForm.base_fields[name].label), str(dict(choices).get(self.data.get(name, ""), "")))
            for name, choices in asked
        ]

    @property
    def point(self) -> tuple[Decimal, Decimal] | None:
        """Latitude and longitude, when the pin was set."""
        lat, lon = self.data.get("lat"), self.data.get("lon")
        return (Decimal(lat), Decimal(lon)) if lat and lon else None

    @property
    def where(self) -> Where:
        """The place as intake takes it."""
        lat, lon = self.point or (None, None)
        return Where(
            governorate=self.wilayat.governorate if self.wilayat else None,
            wilayat=self.wilayat,
            area_text=self.data.get("area_text", ""),
            address_text=self.data.get("address_text", ""),
            lat=lat,
            lon=lon,
        )

    @property
    def report(self) -> Report:
        """The finished report."""
        channel = self.data.get("preferred_channel", "none")
        return Report(
            kind=self.kind,
            service=self.service,
            description=self.data.get("description", ""),
            where=self.where,
            who=Who(
                name=self.data.get("name", ""),
                phone=self.data.get("phone", ""),
                email=self.data.get("email", ""),
                preferred_channel="" if channel == "none" else channel,
            ),
            language=self.data.get("language", "ar"),
            files=self.photos,
            facts=self.facts,
            answers=self.told_answers,
            same_as=self.same_as,
            notice=self.data.get("notice", ""),
            about_staff=self.about_staff,
        )

    @cached_property
    def notice(self) -> privacy.Told | None:
        """What people are told here about their data."""
        return privacy.notice_text(self.draft.agency, CHANNEL, at=self.at)


def filled(draft: Draft, *, at: datetime) -> Filled:
    """Look up what the draft names. A service that is no longer offered counts as not chosen."""
    code, wilayat = draft.data.get("service", ""), draft.data.get("wilayat", "")
    return Filled(
        draft=draft,
        service=queries.offered_service(draft.agency, code, at=at) if code else None,
        wilayat=places.wilayat_by_code(wilayat) if wilayat else None,
        photos=queries.photos_of(draft),
        at=at,
    )
