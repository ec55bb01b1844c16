"""What this room holds of a person: name, addresses, identity number, and who was shown it."""

from collections.abc import Iterator
from datetime import datetime

from wasl.contacts import operations
from wasl.contacts.models import Beneficiary, Correction, IdentityReading
from wasl.core import keys
from wasl.core.i18n import t
from wasl.core.personal import Holding, Record, Subject, holding, masked


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
