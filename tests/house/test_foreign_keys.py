"""Keys point downward: import-linter cannot see a foreign key named by a string, this can."""

from django.apps import apps
from django.db.models import Model

from wasl.config.floors import ROOMS, height


def room_of(model: type[Model]) -> str | None:
    """The room of a model; None for Django's own and other packages' tables."""
    module = model.__module__
    return module.split(".")[1] if module.startswith("wasl.") else None


def upward_keys() -> list[str]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        room = room_of(model)
        for field in model._meta.get_fields(include_hidden=True):
            target = field.related_model if field.is_relation and not field.auto_created else None
            if room is None or not isinstance(target, type):
                continue
            other = room_of(target)
            if other is not None and other != room and height(other) >= height(room):
                found.append(f"{room}.{model.__name__}.{field.name} → {other}.{target.__name__}")
    return found


def test_every_key_points_to_a_lower_floor() -> None:
    assert upward_keys() == []


def test_every_room_is_installed_and_has_its_paragraph() -> None:
    installed = {config.name.split(".")[1] for config in apps.get_app_configs() if config.name.startswith("wasl.")}

    assert installed == set(ROOMS)
    for room in ROOMS:
        paragraph = __import__(f"wasl.{room}", fromlist=["x"]).__doc__ or ""
        assert len(paragraph.split()) >= 20, f"{room} lacks its paragraph"


def test_the_linter_holds_the_same_floors() -> None:
    import tomllib
    from pathlib import Path

    from wasl.config.floors import FLOORS

    config = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]

    assert [tuple(part.strip() for part in layer.split("|")) for layer in layers] == list(FLOORS)
