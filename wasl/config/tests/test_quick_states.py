"""States that change the quick way are those that Django itself would have made."""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from wasl.config.quick_states import quick_states

ID = ("id", models.BigAutoField(primary_key=True))
STREET = models.ForeignKey("places.Street", models.CASCADE, related_name="lamps")
PLANTED = [
    migrations.CreateModel("Lamp", [ID, ("street", STREET)], options={"indexes": [], "constraints": []}),
    migrations.AddIndex("lamp", models.Index(fields=["street"], name="by_street")),
    migrations.AddIndex("street", models.Index(fields=["name"], name="by_name")),
    migrations.AddConstraint("lamp", models.UniqueConstraint(fields=["street"], name="one_each")),
    migrations.AddField("lamp", "height", models.IntegerField(null=True)),
    migrations.AddConstraint("lamp", models.CheckConstraint(condition=models.Q(height__gt=0), name="tall")),
    migrations.CreateModel("Bulb", [ID, ("lamp", models.ForeignKey("places.Lamp", models.CASCADE))]),
    migrations.RemoveConstraint("lamp", "one_each"),
    migrations.RemoveIndex("street", "by_name"),
    migrations.AddField("street", "mayor", models.ForeignKey("places.Lamp", models.SET_NULL, null=True)),
]


def start() -> ProjectState:
    """A town with a street, its classes made."""
    state = ProjectState()
    state.add_model(ModelState("places", "Street", [ID, ("name", models.CharField(max_length=9))], {}))
    state.models["places", "street"].options |= {"indexes": [], "constraints": []}
    assert state.apps.get_model("places", "Street")
    return state


def told(state: ProjectState) -> dict[str, Any]:
    """All that the classes of a state know of themselves and of each other."""
    return {
        model._meta.label: (
            ModelState.from_model(model),
            sorted(one.name for one in model._meta.indexes),
            sorted(one.name for one in model._meta.constraints),
            sorted((one.name, one.related_model._meta.label) for one in model._meta.related_objects),
            [(one.name, one.related_model._meta.label) for one in model._meta.fields if one.is_relation],
        )
        for model in state.apps.get_models()
    }


def is_of_one_piece(state: ProjectState) -> bool:
    """Whether every key leads to the class that the state itself knows."""
    known = set(state.apps.get_models())
    return all(one.related_model in known for model in known for one in model._meta.get_fields() if one.is_relation)


@pytest.mark.parametrize("number", range(1, len(PLANTED) + 1))
def test_after_each_step_the_classes_are_those_made_from_nothing(number: int) -> None:
    state = start()

    with quick_states():
        for operation in PLANTED[:number]:
            operation.state_forwards("places", state)

    assert told(state) == told(ProjectState(models=state.models))
    assert is_of_one_piece(state)


def test_the_state_of_before_a_step_keeps_its_lists() -> None:
    state = start()
    with quick_states():
        PLANTED[0].state_forwards("places", state)
        before = state.clone()
        PLANTED[1].state_forwards("places", state)

    assert before.models["places", "lamp"].options["indexes"] == []
    with pytest.raises(LookupError):
        start().apps.get_model("places", "lamp")


def test_afterwards_everything_goes_the_way_of_django_again() -> None:
    before = ProjectState.add_model, ProjectState._append_option

    with pytest.raises(LookupError), quick_states():
        start().apps.get_model("places", "nothing")

    assert (ProjectState.add_model, ProjectState._append_option) == before


@pytest.mark.drill
def test_all_our_migrations_lead_to_the_same_classes() -> None:
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=set(loader.unmigrated_apps))
    assert state.apps is not None

    with quick_states():
        for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
            loader.graph.nodes[key].mutate_state(state, preserve=False)

    assert told(state) == told(ProjectState(models=state.models, real_apps=state.real_apps))
