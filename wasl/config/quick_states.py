"""Migrating without waiting for Django to make the same classes again and again.

While migrations run Django keeps a class for every table. For each new table, index and constraint it makes the classes
of everything within reach of it anew, which on an empty database is nine tenths of the time. That is needed only where
a field of a class that others know changes. A new table is known to nobody yet, and an index or a constraint is no
more than an entry in a list: here only that is done. Fields go Django's way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def quick_states() -> Iterator[None]:
    """Within: states of migrations that change fast."""
    before = {name: getattr(ProjectState, name) for name in _QUICK}
    for name, method in _QUICK.items():
        setattr(ProjectState, name, method)
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(ProjectState, name, method)


def _add_model(self: Any, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if _is_rendered(self):
        self.apps.render_multiple([model_state])


def _append_option(self: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    options = self.models[app_label, model_name].options
    _set_option(self, (app_label, model_name), option_name, [*options[option_name], obj])


def _remove_option(self: Any, app_label: str, model_name: str, option_name: str, obj_name: str) -> None:
    options = self.models[app_label, model_name].options
    _set_option(
        self, (app_label, model_name), option_name, [one for one in options[option_name] if one.name != obj_name]
    )


def _alter_option(self: Any, app_label: str, model_name: str, option_name: str, obj_name: str, alt_obj: Any) -> None:
    options = self.models[app_label, model_name].options
    changed = [alt_obj if one.name == obj_name else one for one in options[option_name]]
    _set_option(self, (app_label, model_name), option_name, changed)


def _set_option(state: Any, key: tuple[str, str], name: str, value: list[Any]) -> None:
    # A new list each time: the state of before, which was copied, keeps its own.
    state.models[key].options[name] = value
    if _is_rendered(state):
        setattr(state.apps.get_model(*key)._meta, name, list(value))


def _is_rendered(state: Any) -> bool:
    return "apps" in state.__dict__  # asking for the attribute would make it


_QUICK = {
    "add_model": _add_model,
    "_append_option": _append_option,
    "_remove_option": _remove_option,
    "_alter_option": _alter_option,
}
