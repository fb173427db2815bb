"""Foreign keys point down the layers only (model.md). import-linter cannot see them: they are written as strings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

pytestmark = pytest.mark.either

LAYERS = ("records", "ministries", "outbox", "tasks", "scenarios", "meetings")  # the lowest first


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in LAYERS]


def relations(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    """Every foreign key of the model's table: its name and what it points at. (Many-to-many have tables of their own.)"""
    for field in model._meta.concrete_fields:
        if field.related_model and field.related_model != "self":
            yield field.name, field.related_model


def points_up(app: str, target: type[models.Model]) -> bool:
    """Whether a relation from this app to that model climbs. People are known everywhere; Django's own apps are below
    all layers."""
    if target._meta.label == settings.AUTH_USER_MODEL or target._meta.app_label not in LAYERS:
        return False
    return LAYERS.index(target._meta.app_label) > LAYERS.index(app)


def test_foreign_keys_point_down_the_layers():
    up = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model in own_models()
        for name, target in relations(model)
        if points_up(model._meta.app_label, target)
    ]
    assert not up, f"These point up the layers: {', '.join(up)}"


def test_every_own_app_has_its_layer():
    """A new app has to be put into the order above, or nothing watches over it."""
    own = {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    assert {"records", "scenarios", "meetings"} <= own <= set(LAYERS)


@pytest.mark.parametrize(
    ("app", "target", "wanted"),
    [
        ("records", "ministries.User", False),  # the one exception
        ("records", "ministries.Ministry", True),
        ("tasks", "meetings.Meeting", True),
        ("outbox", "tasks.Report", True),
        ("tasks", "outbox.Notice", False),
        ("meetings", "tasks.Round", False),
        ("ministries", "auth.Group", False),
    ],
)
def test_the_check_tells_up_from_down(app, target, wanted):
    """The control."""
    assert points_up(app, apps.get_model(target)) is wanted


def test_the_walk_sees_the_relations_that_are_there():
    """The control of the walk: it would be green as well if it saw nothing."""
    assert ("round", apps.get_model("tasks.Round")) in list(relations(apps.get_model("meetings.Meeting")))
    assert len([name for model in own_models() for name, _ in relations(model)]) > 50
