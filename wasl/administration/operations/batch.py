"""One act on the configuration: rows are put one after another, then compared with what came about and recorded."""

from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.administration import queries, registry
from wasl.administration.events import ConfigurationChanged
from wasl.administration.models import ConfigChange
from wasl.administration.registry import ENDED, Document, Field, Kind, Type, Wrong
from wasl.core import events
from wasl.core.fields import new_public_id
from wasl.core.i18n import t
from wasl.directory.models import Agency

Place = tuple[str, str]


class Batch:
    """Changes of one agency's rows that stand or fall together. Lives inside one transaction."""

    def __init__(
        self, agency: Agency, *, by: User | None, at: datetime, note: str = "", source: str = ConfigChange.Source.PAGE
    ) -> None:
        self.agency, self.by, self.at, self.note, self.source = agency, by, at, note, source
        self.name = new_public_id()
        self._first: dict[str, dict[str, Document]] = {}
        self._now: dict[str, dict[str, Document]] = {}
        self._wanted: dict[Place, Document | None] = {}
        self._secrets: dict[Place, list[str]] = {}
        self._new: dict[Place, ConfigChange] = {}
        # One change of an agency's set-up at a time; registering cases goes on meanwhile.
        Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)

    def rows(self, kind: Kind) -> dict[str, Document]:
        """The rows of a kind as they are after what was put so far."""
        if kind.code not in self._now:
            self._first[kind.code] = queries.documents(kind, self.agency, self.at)
            self._now[kind.code] = dict(self._first[kind.code])
        return self._now[kind.code]

    def put(self, kind: Kind, code: str, wanted: Document | None) -> None:
        """Make, change, resume (a document) or end (None) one row. Raises Wrong; the row is then as before."""
        current = self.rows(kind).get(code)
        if wanted is not None:
            wanted = kind.normalise(self.agency, current, wanted, self.at)
            self._check(kind, current, wanted)
        try:
            with transaction.atomic():
                if current is None and wanted is not None:
                    self._announce(kind, code, wanted)
                kind.apply(self.agency, current, wanted, by=self.by, at=self.at)
                if current is None and wanted is not None:
                    kind.settle(self.agency, wanted, by=self.by, at=self.at)
        except kind.refusals as refusal:
            raise Wrong.of(str(refusal)) from refusal
        place = (kind.code, code)
        self._wanted.pop(place, None)
        self._wanted[place] = wanted
        self._secrets[place] = [field.code for field in _secrets(kind) if wanted and wanted.get(field.code)]
        self._now[kind.code][code] = without_secrets(kind, wanted) if wanted else {**(current or {}), ENDED: True}

    def _announce(self, kind: Kind, code: str, wanted: Document) -> None:
        """Note a new row before it is there: an account belongs to an agency by having been invited from it."""
        self._new[kind.code, code] = change = self._change(kind.code, code)
        change.after = without_secrets(kind, wanted)
        change.save()

    def _check(self, kind: Kind, current: Document | None, wanted: Document) -> None:
        if current is not None and current.get(ENDED) and not kind.resumable:
            raise Wrong.of(
                t("انتهى هذا السجل ولا يعود. أنشئ سجلاً جديداً.", "This row has ended for good. Make a new one.")
            )
        errors: dict[str, str] = {}
        for field in kind.fields:
            self._check_references(field, wanted.get(field.code), (current or {}).get(field.code), errors, field.code)
        if errors:
            raise Wrong(errors)
        kind.check(self.agency, current, wanted, self.at)

    def _check_references(self, field: Field, value: object, held: object, errors: dict[str, str], where: str) -> None:
        if field.type is Type.ROWS and isinstance(value, list):
            for number, row in enumerate(value):
                for inner in field.fields:
                    self._check_references(inner, row.get(inner.code), None, errors, f"{where}.{number}.{inner.code}")
        if field.refers_to not in _known() or not value or value == held:
            return
        target = registry.kind_of(field.refers_to)
        for code in [str(one) for one in value] if isinstance(value, list) else [str(value)]:
            row = self.rows(target).get(code)
            if row is None or row.get(ENDED):
                errors[where] = t(
                    "لا يوجد «{code}» سارٍ في «{kind}».", "“{code}” is not there or has ended in {kind}.",
                    code=code, kind=target.title,
                )  # fmt: skip

    def close(self) -> list[ConfigChange]:
        """Look at what came about, record it and publish it. Raises Wrong when something was not taken."""
        made: list[ConfigChange] = []
        after = {code: queries.documents(registry.kind_of(code), self.agency, self.at) for code in self._first}
        for (kind_code, code), wanted in self._wanted.items():
            kind, got = registry.kind_of(kind_code), after[kind_code].get(code)
            if (not_taken := _not_taken(kind, wanted, got)) is not None:
                raise NotTaken(kind_code, code, not_taken)
            self._note(made, kind_code, code, got, is_side=False)
        for kind_code, rows in after.items():
            for code in {*rows, *self._first[kind_code]}:
                if (kind_code, code) not in self._wanted:
                    self._note(made, kind_code, code, rows.get(code), is_side=True)
        for change in made:
            change.save()
        self._publish(made)
        return made

    def _note(self, made: list[ConfigChange], kind: str, code: str, after: Document | None, *, is_side: bool) -> None:
        before, secrets = self._first[kind].get(code), self._secrets.get((kind, code), [])
        if before == after and not secrets:
            return
        change = self._new.get((kind, code)) or self._change(kind, code)
        change.before, change.after, change.secrets, change.is_side = before, after, secrets, is_side
        made.append(change)

    def _change(self, kind: str, code: str) -> ConfigChange:
        return ConfigChange(
            agency=self.agency,
            kind=kind,
            code=code,
            by=self.by,
            at=self.at,
            note=self.note,
            source=self.source,
            batch=self.name,
        )

    def _publish(self, made: list[ConfigChange]) -> None:
        by_kind: dict[str, list[int]] = {}
        for change in made:
            by_kind.setdefault(change.kind, []).append(change.pk)
        for kind, ids in by_kind.items():
            fact = ConfigurationChanged(kind, self.name, ids)
            events.publish(fact, agency_id=self.agency.pk, by=self.by, at=self.at)


class NotTaken(Wrong):
    """The room left something as it was."""

    def __init__(self, kind: str, code: str, sentences: dict[str, str]) -> None:
        super().__init__(sentences)
        self.kind, self.code = kind, code


def without_secrets(kind: Kind, document: Document) -> Document:
    """The document as it may be kept and shown."""
    return {**document, **{field.code: "" for field in _secrets(kind)}}


def same(kind: Kind, one: Document, other: Document) -> bool:
    """Do two documents say the same? What is computed does not count; a secret that was given does."""
    codes = [field.code for field in kind.fields if not field.computed]
    return all(one.get(code) == other.get(code) for code in codes) and bool(one.get(ENDED)) == bool(other.get(ENDED))


def _not_taken(kind: Kind, wanted: Document | None, got: Document | None) -> dict[str, str] | None:
    if wanted is None:
        return None if got is None or got.get(ENDED) else {"": kind.not_taken("")}
    if got is None or got.get(ENDED):
        return {"": kind.not_taken("")}
    typed = [field.code for field in kind.fields if not field.computed and field.type is not Type.SECRET]
    return {code: kind.not_taken(code) for code in typed if wanted.get(code) != got.get(code)} or None


def _secrets(kind: Kind) -> list[Field]:
    return [field for field in kind.fields if field.type is Type.SECRET]


def _known() -> set[str]:
    return {kind.code for kind in registry.kinds()}
