"""Routing rows, and the matrix that weighs how grave a matter is."""

from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.kinds.catalogue import category_of, service_of
from wasl.administration.kinds.moving import moving_panel
from wasl.administration.registry import Choice, Document, Field, Group, Kind, Link, Panel, Type, Wrong, register
from wasl.cases import operations as cases
from wasl.catalogue.models import CaseKind, Priority
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.places import queries as places
from wasl.places.models import Governorate
from wasl.routing import operations, queries
from wasl.routing.importance import CLASSES, DEFAULT_BANDS, DEFAULT_POINTS, REASONS
from wasl.routing.models import Criterion, Rule

CONDITIONS = ("service", "category", "kind", "wilayat", "governorate")


def _wilayats(agency: Agency) -> list[Choice]:
    return [(wilayat.code, str(wilayat.name)) for _, branch in places.place_tree() for wilayat in branch]


def _governorates(agency: Agency) -> list[Choice]:
    return [(one.code, str(one.name)) for one in places.governorates()]


class Routing(Kind):
    code = "routing"
    title, singular = t("قواعد التوجيه", "Routes"), t("قاعدة توجيه", "route")
    sentence = t(
        "إلى أي وحدة يذهب الطلب بحسب خدمته ونوعه ومكانه.",
        "Which unit a case goes to, by its service, kind and place.",
    )
    icon, group, order = "route", Group.SERVICES, 50
    refusals = (operations.OfAnotherAgency,)
    fields = (
        Field("name", t("القاعدة", "Route"), Type.LOCALIZED, computed=True, in_list=True),
        Field(
            "service",
            t("الخدمة", "Service"),
            Type.REFERENCE,
            refers_to="services",
            ends_along=True,
            fixed=True,
            hint=t("ما يُترك فارغاً يشمل الكل. الأكثر تحديداً يفوز.", "What is left empty fits all. The closest wins."),
            half=True,
        ),
        Field(
            "category",
            t("المجموعة", "Group"),
            Type.REFERENCE,
            refers_to="categories",
            fixed=True,
            half=True,
        ),
        Field("kind", t("نوع الطلب", "Kind of case"), Type.CHOICE, choices=CaseKind.choices, fixed=True, half=True),
        Field("wilayat", t("الولاية", "Wilayat"), Type.CHOICE, choices=_wilayats, fixed=True, half=True),
        Field("governorate", t("المحافظة", "Governorate"), Type.CHOICE, choices=_governorates, fixed=True, half=True),
        Field(
            "unit",
            t("تذهب إلى", "Goes to"),
            Type.REFERENCE,
            refers_to="units",
            required=True,
            in_list=True,
            half=True,
        ),
    )

    def code_for(self, document: Document) -> str:
        parts = [f"{name[0]}.{document[name]}" for name in CONDITIONS if document.get(name)]
        return "+".join(parts) or "all"

    def name_of(self, document: Document) -> Any:
        if document.get("name"):
            return super().name_of(document)
        return " · ".join(document[name] for name in CONDITIONS if document.get(name)) or t("كل الطلبات", "All matters")

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        found: dict[str, Document] = {}
        for rule in queries.all_rules(agency):
            document = _rule_document(rule, at)
            found[self.code_for(document)] = document
        return list(found.values())

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        if after["service"] and (after["category"] or after["kind"]):
            raise Wrong(
                {
                    "category" if after["category"] else "kind": t(
                        "الخدمة تكفي؛ لها مجموعة ونوع. اترك هذا فارغاً.",
                        "The service is enough; it has its group and kind. Leave this empty.",
                    )
                }
            )
        if after["wilayat"] and after["governorate"]:
            raise Wrong(
                {
                    "governorate": t(
                        "الولاية تكفي؛ اترك المحافظة فارغة.",
                        "The wilayat is enough; leave the governorate empty.",
                    )
                }
            )

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            code = self.code_for(before or {})
            standing = [
                rule for rule in queries.rules_of(agency, at) if self.code_for(_rule_document(rule, at)) == code
            ]
            for rule in standing:
                operations.end_rule(rule, by=by, at=at)
            return
        operations.add_rule(
            agency,
            unit=directory.unit_by_code(agency, after["unit"]),
            service=service_of(agency, after["service"]) if after["service"] else None,
            category=category_of(agency, after["category"]) if after["category"] else None,
            kind=after["kind"],
            wilayat=places.wilayat_by_code(after["wilayat"]) if after["wilayat"] else None,
            governorate=_governorate(after["governorate"]),
            by=by,
            at=at,
        )

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        change = partial(self.apply, agency, before, after, by=None, at=at)
        return moving_panel(cases.reroute(change, agency=agency, at=at), to_units=True)

    def links(self, agency: Agency, document: Document) -> list[Link]:
        query = "&".join(f"{name}={document[name]}" for name in ("service", "kind", "wilayat") if document[name])
        label = t("جرّب بلاغاً يشبه هذا", "Try a report like this")
        return [Link(label, f"{reverse('administration:try_of', args=[agency.code])}?{query}", "circle-play")]

    def sort_key(self, document: Document) -> Any:
        return [not document[name] for name in CONDITIONS], document["code"]


def _rule_document(rule: Rule, at: datetime) -> Document:
    return {
        "name": queries.conditions_of(rule),
        "service": rule.service.code if rule.service else "",
        "category": rule.category.code if rule.category else "",
        "kind": rule.kind,
        "wilayat": rule.wilayat.code if rule.wilayat else "",
        "governorate": rule.governorate.code if rule.governorate else "",
        "unit": rule.unit.code,
        "ended": rule.valid_to is not None and rule.valid_to <= at,
    }


def _governorate(code: str) -> Governorate | None:
    return next((one for one in places.governorates() if one.code == code), None)


class _Weighed(Kind):
    """What both parts of the matrix share: every row is always there, and the review says whom it would regrade."""

    group = Group.SERVICES
    refusals = (operations.NoSuchCriterion,)
    can_add = False
    can_end = False

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        change = partial(self.apply, agency, before, after, by=None, at=at)
        return moving_panel(cases.regrade(change, agency=agency, at=at), to_units=False)


class ImportancePoints(_Weighed):
    code = "importance"
    title, singular = t("معايير الأهمية", "What makes a matter grave"), t("معيار", "criterion")
    sentence = t(
        "النقاط التي يضيفها الخطر والمتأثرون والمواقع والتكرار.",
        "The points that danger, people, sites and repetition add.",
    )
    icon, order = "scale", 60
    fields = (
        Field(
            "criterion", t("المعيار", "Criterion"), Type.CHOICE, required=True, choices=Criterion.choices, fixed=True
        ),
        Field("level", t("المستوى", "Level"), Type.WHOLE, required=True, fixed=True, least=1, most=3),
        Field("meaning", t("معناه", "Means"), computed=True, in_list=True),
        Field("points", t("النقاط", "Points"), Type.WHOLE, required=True, least=0, most=200, in_list=True),
        Field("usual", t("المعتاد", "Usual"), Type.WHOLE, computed=True, in_list=True),
    )

    def code_for(self, document: Document) -> str:
        return f"{document['criterion']}-{document['level']}"

    def name_of(self, document: Document) -> Any:
        return Localized(zip(("ar", "en"), REASONS[document["criterion"], document["level"]], strict=True))

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        points = queries.matrix(agency, at).points
        return [
            {
                "criterion": criterion,
                "level": level,
                "meaning": str(self.name_of({"criterion": criterion, "level": level})),
                "points": points.get((criterion, level), usual),
                "usual": usual,
            }
            for (criterion, level), usual in DEFAULT_POINTS.items()
        ]

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        matrix, criterion, level = queries.matrix(agency, at), after["criterion"], after["level"]
        slighter = matrix.points_for(criterion, level - 1)
        if after["points"] < slighter:
            raise Wrong(
                {
                    "points": t(
                        "المستوى الأدنى منه يعطي {n}، فلا يقل عنها.",
                        "The slighter level gives {n}; this cannot be less.",
                        n=slighter,
                    )
                }
            )

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        assert after is not None  # these rows never end
        operations.set_points(
            agency, criterion=after["criterion"], level=after["level"], points=after["points"], by=by, at=at
        )

    def sort_key(self, document: Document) -> Any:
        return list(DEFAULT_POINTS).index((document["criterion"], document["level"]))


class ImportanceBands(_Weighed):
    code = "importance_bands"
    title, singular = t("درجات الأهمية", "Classes of importance"), t("درجة", "class")
    sentence = t("من كم نقطة تبدأ كل درجة.", "From how many points each class begins.")
    icon, order = "gauge", 70
    fields = (
        Field(
            "importance",
            t("الدرجة", "Class"),
            Type.CHOICE,
            required=True,
            choices=Priority.choices,
            fixed=True,
            in_list=True,
        ),
        Field("points", t("تبدأ من", "Begins at"), Type.WHOLE, required=True, least=0, most=500, in_list=True),
        Field("usual", t("المعتاد", "Usual"), Type.WHOLE, computed=True, in_list=True),
    )

    def code_for(self, document: Document) -> str:
        return str(document["importance"])

    def name_of(self, document: Document) -> Any:
        return Priority(document["importance"]).label

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        matrix = queries.matrix(agency, at)
        return [{"importance": code, "points": matrix.begins(code), "usual": DEFAULT_BANDS[code]} for code in CLASSES]

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        matrix, place = queries.matrix(agency, at), CLASSES.index(after["importance"])
        graver = matrix.begins(CLASSES[place - 1]) if place else None
        slighter = matrix.begins(CLASSES[place + 1]) if place + 1 < len(CLASSES) else None
        if (graver is not None and after["points"] >= graver) or (slighter is not None and after["points"] <= slighter):
            raise Wrong(
                {
                    "points": t(
                        "اختر رقماً بين ما قبلها وما بعدها: {least} إلى {most}.",
                        "Choose a number between its neighbours: {least} to {most}.",
                        least=0 if slighter is None else slighter + 1,
                        most=500 if graver is None else graver - 1,
                    )
                }
            )

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        assert after is not None  # these rows never end
        operations.set_band(agency, importance=after["importance"], points_from=after["points"], by=by, at=at)


register(Routing())
register(ImportancePoints())
register(ImportanceBands())
