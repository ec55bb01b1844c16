"""What this room holds of a person: name, addresses, identity number, who was shown it, and declared relations."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from wasl.contacts import operations
from wasl.contacts.models import Beneficiary, Correction, IdentityReading, Relation
from wasl.core import keys
from wasl.core.i18n import t
from wasl.core.personal import Holding, Kept, Record, Retention, Subject, holding, masked, register_retention


@holding("contacts", t("الاسم ووسائل التواصل", "Name and means of contact"), order=10)
class Contacts(Holding):
    """The person's own rows."""

    def records(self, subject: Subject) -> Iterator[Record]:
        person = Beneficiary.objects.get(pk=subject.beneficiary_id, agency_id=subject.agency_id)
        yield Record(
            person.created_at,
            {
                t("الاسم", "Name"): person.full_name,
                t("الصفة", "Kind"): str(person.get_kind_display()),
                t("الجنس", "Gender"): str(person.get_gender_display()),
                t("اللغة", "Language"): person.language,
                t("الوسيلة المفضلة", "Preferred means"): str(person.get_preferred_channel_display()),
                t("رقم الهوية", "Identity number"): keys.unseal(person.identity_sealed)
                if person.identity_sealed
                else "",
            },
        )
        for address in person.addresses.order_by("pk"):
            proven = t("مؤكد", "Proven") if address.verified_at else t("غير مؤكد", "Not proven")
            yield Record(
                address.created_at, {str(address.get_kind_display()): address.value, t("الحال", "State"): proven}
            )
        for row in Correction.objects.filter(beneficiary=person).order_by("pk"):
            # A number or mail that was wrong may be somebody else's.
            corrected = {
                t("صُحّح", "Corrected"): str(row.get_field_display()),
                t("كان", "Was"): masked(keys.unseal(row.before_sealed), subject) if row.before_sealed else "",
                t("صار", "Became"): keys.unseal(row.after_sealed) if row.after_sealed else "",
            }
            yield Record(row.at, corrected)
        for reading in IdentityReading.objects.filter(beneficiary=person).order_by("pk"):
            yield Record(
                reading.at,
                {t("اطُّلع على رقم الهوية لسبب", "Identity number seen because"): masked(reading.reason, subject)},
            )

    def erase(self, subject: Subject, *, at: datetime) -> int:
        person = Beneficiary.objects.get(pk=subject.beneficiary_id, agency_id=subject.agency_id)
        IdentityReading.objects.filter(beneficiary=person).update(reason="")
        Correction.objects.filter(beneficiary=person).update(before_sealed="", after_sealed="", reason="")
        operations.erase(person, by=None, at=at)
        return 1


@holding("relations", t("تصريحات الموظفين بصلاتهم", "Relations declared by staff"), order=49)
class Relations(Holding):
    """That a member of the staff declared this person as their own relative; who declared it is not told.

    A declaration that runs stays in spite of an erasure: it guards how others are served, and its owner ends it.
    """

    def records(self, subject: Subject) -> Iterator[Record]:
        for row in _about(subject).order_by("pk"):
            tie = {t("صرّح بها موظف", "Declared by a member of staff"): str(row.get_kind_display())}
            yield Record(row.valid_from, tie | {t("الاسم", "Name"): masked(row.name, subject)})

    def erase(self, subject: Subject, *, at: datetime) -> int:
        return _about(subject).filter(valid_to__isnull=False).update(**_NOTHING_LEFT)


_NOTHING_LEFT = dict.fromkeys(
    ("name", "phone", "email", "identity_country", "identity_sealed", "identity_last", "reason", "end_reason"), ""
)


def _about(subject: Subject) -> QuerySet[Relation]:
    reached = Q(phone__in=subject.addresses) | Q(email__in=subject.addresses)
    return Relation.objects.filter(reached, agency_id=subject.agency_id)


def _ended(agency_id: int, before: datetime) -> QuerySet[Relation]:
    ended = Relation.objects.filter(agency_id=agency_id, valid_to__lt=before)
    return ended.exclude(phone="", email="", identity_sealed="")


def _count(agency_id: int, before: datetime, kept: Kept) -> int:
    return _ended(agency_id, before).count()


def _sweep(agency_id: int, before: datetime, kept: Kept, at: datetime, limit: int) -> int:
    numbers = list(_ended(agency_id, before).order_by("pk").values_list("pk", flat=True)[:limit])
    return Relation.objects.filter(pk__in=numbers).update(**_NOTHING_LEFT)


register_retention(
    Retention(
        "ended_relations",
        t("تصريحات انتهت بصلات الموظفين", "Ended declarations of relations"),
        t(
            "الأسماء والأرقام والأسباب. يبقى من صرّح بأي صلة ومتى.",
            "Names, numbers and reasons. Who declared which tie, and when, stays.",
        ),
        days=1825,
        least_days=365,
        count=_count,
        sweep=_sweep,
    )
)
