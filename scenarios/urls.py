"""Addresses of the working group and the scenarios."""

from django.urls import path

from .views import pathways, working_group

urlpatterns = [
    # the working group
    path("working-group/", working_group.show_working_group, name="show_working_group"),
    # scenarios
    path("scenarios/", pathways.list_scenarios, name="list_scenarios"),
]
