"""Changes as pages show them."""

from dataclasses import dataclass
from typing import Any

from wasl.administration import differences, registry
from wasl.administration.models import ConfigChange
from wasl.administration.queries import Act
from wasl.administration.registry import Kind
from wasl.administration.values import tidy
from wasl.administration.views.here import Here
from wasl.core.i18n import t

VERBS = {
    "made": (t("أُنشئ", "made"), "ok", "plus"),
    "changed": (t("عُدّل", "changed"), "info", "pencil"),
    "ended": (t("أُنهي", "ended"), "bad", "archive"),
    "resumed": (t("أُعيد", "resumed"), "ok", "archive-restore"),
}
# What a file would do, before it is applied.
PLANNED = {
    "made": t("سيُنشأ", "would be made"),
    "changed": t("سيُعدّل", "would change"),
    "ended": t("سيُنهى", "would end"),
    "resumed": t("سيُعاد", "would be resumed"),
}


@dataclass(frozen=True)
class ShownChange:
    """One changed row: what happened to it, and what differs."""

    change: ConfigChange
    kind: Kind | None
    name: Any
    verb: str
    tone: str
    icon: str
    lines: list[differences.Line]
    secrets: list[str]
    planned: str = ""


@dataclass(frozen=True)
class ShownAct:
    """One act: its changes, and who did it."""

    act: Act
    changes: list[ShownChange]
    may_undo: bool

    @property
    def first(self) -> ShownChange:
        """The change that stands for all."""
        return next((one for one in self.changes if one.change.pk == self.act.first.pk), self.changes[0])


def shown_change(place: Here, change: ConfigChange, *, lines: bool = True) -> ShownChange:
    """A change in words; kinds that are gone show their code."""
    known = {kind.code: kind for kind in registry.kinds()}
    kind = known.get(change.kind)
    document = change.after or change.before or {}
    act = differences.act_of(change.before, change.after)
    verb, tone, icon = VERBS[act]
    if kind is None:
        return ShownChange(change, None, change.code, verb, tone, icon, [], [])
    before = tidy(kind, change.before) if change.before is not None else None
    after = tidy(kind, change.after) if change.after is not None else None
    found = differences.lines(kind, place.agency, before, after, place.names(kind)) if lines and act != "ended" else []
    secrets = [str(field.label) for field in kind.fields if field.code in change.secrets]
    return ShownChange(change, kind, kind.name_of(document), verb, tone, icon, found, secrets, PLANNED[act])


def shown_act(place: Here, act: Act, *, lines: bool = False) -> ShownAct:
    """An act in words."""
    changes = [shown_change(place, change, lines=lines) for change in act.changes]
    kinds = [change.kind for change in changes]
    may_undo = not act.is_undone and all(kind is not None and place.may_change(kind) for kind in kinds)
    return ShownAct(act, changes, may_undo)
