"""People and their roles. Accounts belong to the house; an agency sees those that work for it or that it invited."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from wasl.accounts import operations as accounts
from wasl.accounts import queries as people
from wasl.accounts.addresses import same_address
from wasl.accounts.models import User
from wasl.administration.kinds.agencies import check_email
from wasl.administration.models import ConfigChange
from wasl.administration.registry import Act, Document, Field, Group, Kind, Link, Type, Use, Wrong, changed, register
from wasl.administration.values import as_moment, moment
from wasl.cases import queries as cases
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core.i18n import t
from wasl.directory import operations as directory
from wasl.directory import queries
from wasl.directory.models import Agency, Membership
from wasl.directory.rights import Right, Role
from wasl.verification import operations as verification

_LANGUAGES = (("ar", t("العربية", "Arabic")), ("en", t("الإنجليزية", "English")))
_STATES = {
    "invited": t("دُعي ولم ينضم بعد", "Invited, not joined yet"),
    "ready": t("يعمل", "Works here"),
    "unsafe": t("بلا تحقق بخطوتين", "Without the second step"),
    "ended": t("موقوف", "Deactivated"),
}


def _check_phone(text: str) -> None:
    try:
        parse_phone(text)
    except BadPhone as error:
        raise ValueError(str(error)) from None


class People(Kind):
    code = "people"
    title, singular = t("الموظفون", "People"), t("موظف", "person")
    sentence = t(
        "دعوة الموظفين بالبريد، وتعديل بياناتهم، وإيقاف من غادر.",
        "Invite staff by e-mail, mend their details, shut out who has left.",
    )
    icon, group, order = "users", Group.ORGANISATION, 30
    right = Right.MANAGE_PEOPLE
    refusals = (accounts.AddressTaken,)
    end_word = t("إيقاف الحساب", "Deactivate")
    fields = (
        Field(
            "code",
            t("البريد الإلكتروني", "E-mail"),
            hint=t(
                "يدخل به ولا يتغير. تصله دعوة صالحة سبعة أيام.",
                "Signs in with it, for good. An invitation goes there, good for seven days.",
            ),
            required=True,
            fixed=True,
            in_list=True,
            ltr=True,
            max_length=190,
            check=check_email,
        ),
        Field(
            "full_name",
            t("الاسم كما في البطاقة", "Name in Arabic"),
            required=True,
            in_list=True,
            max_length=120,
            half=True,
        ),
        Field("latin_name", t("الاسم بالإنجليزية", "Name in English"), max_length=120, half=True),
        Field("phone", t("الهاتف", "Telephone"), ltr=True, max_length=20, check=_check_phone, half=True),
        Field(
            "language",
            t("لغة الشاشة", "Language of the screen"),
            Type.CHOICE,
            required=True,
            default="ar",
            choices=_LANGUAGES,
            half=True,
        ),
        Field("state", t("الحالة", "State"), Type.CHOICE, choices=tuple(_STATES.items()), computed=True, in_list=True),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [_person(person) for person in _people_of(agency)]

    def name_of(self, document: Document) -> str:
        return str(document.get("full_name") or document.get("code", ""))

    def sort_key(self, document: Document) -> tuple[str, str]:
        return str(document.get("full_name", "")), str(document["code"])

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        phone = parse_phone(after["phone"]) if after["phone"] else ""
        return {**after, "phone": phone, "code": same_address(after["code"])}

    def code_for(self, document: Document) -> str:
        return same_address(str(document.get("code", "")))

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        person = people.person_by_address((before or after or {})["code"])
        if person is None:
            self._invite(after or {}, by=by, at=at)
            return
        if after is None:
            self._shut_out(agency, person, by=by, at=at)
            return
        if before is None:
            before = _person(person)
        if before.get("ended") or changed(before, {**after, "state": before["state"]}):
            _check_own(agency, person, by=by, at=at)
        if not person.is_active:
            accounts.reactivate(person, by=by, at=at)
        given = {name: after[name] for name in ("full_name", "latin_name", "phone", "language")}
        accounts.change_person(person, by=by, at=at, **given)

    def _invite(self, after: Document, *, by: User | None, at: datetime) -> None:
        person = accounts.invite_person(
            email=after["code"],
            full_name=after["full_name"],
            latin_name=after["latin_name"],
            language=after["language"],
            phone=after["phone"],
            by=by,
            at=at,
        )
        verification.invite_again(person, by=by, at=at)

    def _shut_out(self, agency: Agency, person: User, *, by: User | None, at: datetime) -> None:
        _check_own(agency, person, by=by, at=at)
        if by is not None and by.pk == person.pk:
            raise Wrong.of(
                t(
                    "لا تُوقف حسابك بنفسك. يوقفه مدير نظام آخر.",
                    "Nobody shuts themselves out; another administrator can.",
                )
            )
        accounts.deactivate(person, by=by, at=at)

    def used_by(self, agency: Agency, code: str, at: datetime) -> list[Use]:
        person = people.person_by_address(code)
        if person is None:
            return []
        return [Use(t("طلبات مفتوحة في يده", "Open cases in hand"), cases.open_assigned_to(person, agency))]

    def links(self, agency: Agency, document: Document) -> list[Link]:
        person = people.person_by_address(document["code"])
        if person is None or document.get("ended"):
            return []
        new_role = reverse("administration:new", args=[agency.code, "roles"])
        found = [Link(t("إعطاؤه دوراً", "Give a role"), f"{new_role}?person={person.email}", "user-plus")]
        try:
            url = reverse("directory:person_rights", args=[person.pk])
        except NoReverseMatch:
            return found
        return [*found, Link(t("ما يجوز له ولماذا", "What the person may do and why"), url, "shield-check")]

    def acts(self, agency: Agency, document: Document, at: datetime) -> list[Act]:
        person = people.person_by_address(document["code"])
        if person is None or not person.is_active:
            return []
        if not person.has_usable_password():
            return [Act("invite", t("إرسال الدعوة من جديد", "Send the invitation again"), "mail")]
        if not person.has_second_factor:
            return []
        return [
            Act(
                "second_factor",
                t("إلغاء التحقق بخطوتين", "Reset the second step"),
                "shield-off",
                confirm=t(
                    "لمن فقد هاتفه ورموزه. تنتهي جلساته ويُعدّه من جديد عند الدخول.",
                    "For somebody who lost telephone and codes. Their sessions end; they set it up anew at sign-in.",
                ),
            )
        ]

    def act(self, agency: Agency, document: Document, name: str, *, by: User | None, at: datetime) -> str:
        person = people.person_by_address(document["code"])
        if person is None:
            raise Wrong.of(t("لا يوجد هذا الحساب.", "There is no such account."))
        _check_own(agency, person, by=by, at=at)
        if name == "invite":
            verification.invite_again(person, by=by, at=at)
            return t("أُرسلت الدعوة إلى {email}.", "The invitation went to {email}.", email=person.email)
        if by is not None and by.pk == person.pk:
            raise Wrong.of(t("اطلب هذا من مدير نظام آخر.", "Ask another administrator for this."))
        accounts.disable_totp(person, by=by, at=at)
        return t("أُلغي التحقق بخطوتين.", "The second step was reset.")


def _people_of(agency: Agency) -> Iterable[User]:
    found = {membership.user.email: membership.user for membership in queries.all_memberships(agency)}
    invited = ConfigChange.objects.filter(agency=agency, kind="people").values_list("code", flat=True).distinct()
    return (found | people.people_by_address(set(invited) - set(found))).values()


def _person(person: User) -> Document:
    return {
        "code": person.email,
        "full_name": person.full_name,
        "latin_name": person.latin_name,
        "phone": person.phone,
        "language": person.language,
        "state": _state(person),
        "ended": not person.is_active,
    }


def _state(person: User) -> str:
    if not person.is_active:
        return "ended"
    if not person.has_usable_password():
        return "invited"
    return "unsafe" if person.second_factor_needed and not person.has_second_factor else "ready"


def _check_own(agency: Agency, person: User, *, by: User | None, at: datetime) -> None:
    """An account that works for other agencies too is changed only by who looks after all of them. Raises Wrong."""
    others = queries.agencies_with_roles(person, at) - {agency.pk}
    if by is None or all(queries.may(by, Right.MANAGE_PEOPLE, agency_id=number, at=at) for number in others):
        return
    raise Wrong.of(
        t(
            "يعمل هذا الموظف في جهة أخرى أيضاً، فلا تغيّر جهة واحدة حسابه. أنهِ أدواره لديك بدلاً من ذلك.",
            "This person works for another agency too, so one agency alone cannot change the account. "
            "End the roles here instead.",
        )
    )


class Roles(Kind):
    code = "roles"
    title, singular = t("الأدوار", "Roles"), t("دور", "role")
    sentence = t(
        "من يعمل ماذا في أي وحدة، ومن متى إلى متى. الصلاحيات تتبع الأدوار.",
        "Who does what in which unit, from when until when. Rights follow roles.",
    )
    icon, group, order = "id-card", Group.ORGANISATION, 40
    right = Right.MANAGE_PEOPLE
    refusals = (directory.RolesClash, directory.RoleOverlaps, directory.BadPeriod)
    fields = (
        Field(
            "person",
            t("الموظف", "Person"),
            Type.REFERENCE,
            required=True,
            fixed=True,
            in_list=True,
            refers_to="people",
            ends_along=True,
        ),
        Field(
            "unit",
            t("الوحدة", "Unit"),
            Type.REFERENCE,
            required=True,
            fixed=True,
            in_list=True,
            refers_to="units",
            half=True,
        ),
        Field(
            "role",
            t("الدور", "Role"),
            Type.CHOICE,
            required=True,
            fixed=True,
            in_list=True,
            choices=tuple((role.value, role.label) for role in Role),
            half=True,
        ),
        Field(
            "from",
            t("من", "From"),
            Type.MOMENT,
            fixed=True,
            hint=t("فارغ: من الآن. لا يبدأ دور في الماضي.", "Empty: from now. No role begins in the past."),
            half=True,
        ),
        Field(
            "until",
            t("إلى", "Until"),
            Type.MOMENT,
            in_list=True,
            hint=t("فارغ: بلا نهاية.", "Empty: no end."),
            half=True,
        ),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        latest: dict[str, Membership] = {}
        for membership in queries.all_memberships(agency):
            code = _code(membership.user.email, membership.unit.code, membership.role)
            if code not in latest or not _is_over(membership, at):
                latest[code] = membership
        return [_role(code, membership, agency, at) for code, membership in latest.items()]

    def code_for(self, document: Document) -> str:
        return _code(document.get("person", ""), document.get("unit", ""), document.get("role", ""))

    def name_of(self, document: Document) -> str:
        role = document.get("role", "")
        label = Role(role).label if role in set(Role) else role
        return str(t("{role}: {person}", "{role}: {person}", role=label, person=document.get("person", "")))

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        """Rights begin now or later. A longer time for a role that has an end is a role given anew."""
        now = moment(at, agency)
        begun = before is None or before.get("ended") or _is_later(after["until"], before["until"])
        if not begun:
            return after
        starts, ends = as_moment(after["from"]), as_moment(after["until"])
        over = before is not None and ends is not None and ends <= at
        return {
            **after,
            "from": after["from"] if starts and starts > at else now,
            "until": "" if over else after["until"],
        }

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        held = self._held(agency, (before or {}).get("code", ""), at)
        if after is None:
            self._take_back(agency, held, by=by, at=at)
        elif held is None:
            self._give(agency, after, by=by, at=at)
        elif _is_later(after["until"], (before or {})["until"]):
            directory.end_role(held, by=by, at=at)
            self._give(agency, after, by=by, at=at)
        elif after["until"] != (before or {})["until"]:
            directory.end_role(held, by=by, at=at, on=as_moment(after["until"]))

    def _give(self, agency: Agency, after: Document, *, by: User | None, at: datetime) -> None:
        person = people.person_by_address(after["person"])
        if person is None:
            raise Wrong({"person": t("لا يوجد هذا الحساب.", "There is no such account.")})
        starts = as_moment(after["from"])
        directory.grant_role(
            person,
            role=after["role"],
            unit=queries.unit_by_code(agency, after["unit"]),
            valid_from=starts if starts and starts > at else None,
            valid_to=as_moment(after["until"]),
            by=by,
            at=at,
        )

    def _take_back(self, agency: Agency, held: Membership | None, *, by: User | None, at: datetime) -> None:
        if held is None:
            return
        if by is not None and held.role == Role.ADMINISTRATOR and not _other_administrators(agency, held, at):
            raise Wrong.of(
                t(
                    "هذا آخر مدير نظام في الجهة. عيّن غيره أولاً.",
                    "This is the last administrator of the agency. Appoint another one first.",
                )
            )
        directory.end_role(held, by=by, at=at)

    def _held(self, agency: Agency, code: str, at: datetime) -> Membership | None:
        for membership in queries.all_memberships(agency):
            its = _code(membership.user.email, membership.unit.code, membership.role)
            if its == code and not _is_over(membership, at):
                return membership
        return None


def _other_administrators(agency: Agency, held: Membership, at: datetime) -> bool:
    return any(
        one.role == Role.ADMINISTRATOR and one.pk != held.pk and one.is_valid(at=at) and one.user.is_active
        for one in queries.all_memberships(agency)
    )


def _code(person: str, unit: str, role: str) -> str:
    return f"{same_address(str(person))}:{unit}:{role}"


def _is_over(membership: Membership, at: datetime) -> bool:
    ends = membership.valid_to
    return ends is not None and (ends <= at or ends <= membership.valid_from)


def _is_later(wanted: str, held: str) -> bool:
    """Would the role last longer than it does now?"""
    if not held:
        return False
    return not wanted or datetime.fromisoformat(wanted) > datetime.fromisoformat(held)


def _role(code: str, membership: Membership, agency: Agency, at: datetime) -> Document:
    return {
        "code": code,
        "person": membership.user.email,
        "unit": membership.unit.code,
        "role": membership.role,
        "from": moment(membership.valid_from, agency),
        "until": moment(membership.valid_to, agency),
        "ended": _is_over(membership, at),
    }


register(People())
register(Roles())
