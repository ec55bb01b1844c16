"""What is still missing before a case can be registered; each sentence stands at the field that mends it."""

from wasl.contacts.models import Beneficiary
from wasl.core.i18n import t
from wasl.desk.forms import SEVERAL, UNKNOWN_NAME
from wasl.desk.registering.entry import Entry
from wasl.desk.registering.forms import NOBODY
from wasl.desk.registering.surroundings import classes_open
from wasl.intake.operations import facts_of
from wasl.routing import queries as routing

# Who asks a question or brings a transaction wants something back; without a name there is nobody to give it to.
NAMED_KINDS = frozenset({"inquiry", "transaction"})
NEEDED_BY = {"sms": "phone", "call": "phone", "email": "email"}


def judge(entry: Entry) -> bool:
    """Put what is missing into the errors of the form; True when the case can be registered."""
    for check in (_words, _who, _reach, _place, _importance, _join, _finished, _staff):
        check(entry)
    return not entry.form.errors and entry.answers.is_valid


def _words(entry: Entry) -> None:
    if entry.service is None and not entry.given.get("description") and "description" not in entry.form.errors:
        entry.form.add_error(
            "description", t("اكتب ما يقوله، أو اختر الخدمة.", "Write what they say, or choose the service.")
        )
    if entry.given.get("service") and entry.service is None:
        entry.form.add_error("service_q", t("هذه الخدمة غير متاحة الآن.", "This service is not offered now."))


def _who(entry: Entry) -> None:
    if entry.who_state == NOBODY:
        if entry.kind in NAMED_KINDS:
            entry.form.add_error(
                "who", t("هذا النوع يحتاج إلى صاحب نرد عليه.", "This kind needs somebody whom we can answer.")
            )
        return
    who = entry.who
    known: Beneficiary | None = who.person
    if known is None and not (who.name or who.addresses) and not {"name", "phone", "email"} & set(entry.form.errors):
        entry.form.add_error(
            "who",
            t(
                "اكتب هاتفاً أو اسماً، أو اختر «دون ذكر اسم».",
                "Write a phone or a name, or choose “without a name”.",
            ),
        )


def _reach(entry: Entry) -> None:
    wished = entry.who.preferred_channel
    needed = NEEDED_BY.get(wished, "")
    if not needed or needed in entry.reaches or needed in entry.form.errors or "who" in entry.form.errors:
        return
    sentence = {
        "phone": t("اكتب رقم الهاتف، أو غيّر وسيلة الرد.", "Write the phone, or change how we answer."),
        "email": t("اكتب البريد، أو غيّر وسيلة الرد.", "Write the e-mail, or change how we answer."),
    }
    entry.form.add_error(needed, sentence[needed])


def _place(entry: Entry) -> None:
    if entry.service is not None and entry.service.needs_location and not entry.has_place:
        entry.form.add_error("wilayat", t("اختر الولاية؛ الخدمة تحتاج إلى مكان.", "Choose the wilayat."))


def _importance(entry: Entry) -> None:
    wished = entry.given.get("importance", "")
    if not wished:
        return
    agency, report = entry.desk.agency, entry.report
    facts = facts_of(report, agency=agency, at=entry.at)
    computed = routing.classify(agency=agency, service=entry.service, facts=facts, at=entry.at).code
    if wished not in classes_open(entry, computed):
        entry.form.add_error(
            "importance",
            t("يمكنك تغيير درجة واحدة؛ وما زاد فللمشرف.", "You may change one class; more is a supervisor's."),
        )
    elif wished != computed and not entry.given.get("importance_reason"):
        entry.form.add_error("importance_reason", t("اكتب سبب تغيير الدرجة.", "Say why the class changes."))


def _join(entry: Entry) -> None:
    if entry.given.get("join") and entry.joins is None:
        entry.form.add_error(
            None,
            t("لم يعد الطلب السابق مفتوحاً. سجّل طلباً جديداً.", "The earlier case is no longer open. Register a new one."),
        )


def _staff(entry: Entry) -> None:
    """A name that is given must mean one person; in doubt words are enough."""
    if entry.given.get("staff_who") and len(entry.staff_found) != 1:
        entry.form.add_error("staff_who", SEVERAL if entry.staff_found else UNKNOWN_NAME)
    if entry.about_staff is not None and entry.given.get("join"):
        entry.form.add_error(
            None,
            t(
                "الشكوى على موظف لا تُضم إلى طلب سابق. سجّلها وحدها.",
                "A complaint about staff is not joined to an earlier case. Register it by itself.",
            ),
        )


def _finished(entry: Entry) -> None:
    """What is finished at once needs what a unit would ask for: what was done, and the photo of the service."""
    if not entry.given.get("finish") or not _may_be_finished(entry):
        return
    if not entry.given.get("finished") and "finished" not in entry.form.errors:
        entry.form.add_error(
            "finished", t("اكتب ما أُنجز؛ سيقرؤه المستفيد.", "Write what was done; the citizen reads it.")
        )
    if entry.service is not None and entry.service.needs_photo and not entry.has_picture:
        entry.form.add_error("finished", t("أضف صورة؛ الخدمة تحتاج إليها.", "Add a photo; the service needs one."))


def _may_be_finished(entry: Entry) -> bool:
    if entry.about_staff is not None:
        entry.form.add_error(
            "finish",
            t(
                "الشكوى على موظف لا تُنجز عند أول تواصل.",
                "A complaint about staff is not finished at the first contact.",
            ),
        )
        return False
    if not entry.may_finish:
        entry.form.add_error(
            "finish",
            t(
                "ليس لك إنجاز هذه الخدمة عند أول تواصل. سجّل الطلب ليُحال.",
                "You may not finish this service at the first contact. Register it to be referred.",
            ),
        )
        return False
    if entry.given.get("join"):
        entry.form.add_error(
            "finish",
            t("لا يُنجز ما يُضم إلى طلب سابق.", "What is joined to an earlier case is not finished by itself."),
        )
        return False
    return True
