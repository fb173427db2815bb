"""Addresses of the working group and the scenarios."""

from django.urls import path

from .views import group_import, pathways, working_group

urlpatterns = [
    # the working group
    path("working-group/", working_group.show_working_group, name="show_working_group"),
    path("working-group/divisions/<str:code>/", working_group.show_division, name="show_division"),
    path(
        "working-group/divisions/<str:code>/meetings/new/",
        working_group.record_division_meeting,
        name="record_division_meeting",
    ),
    path("working-group/meetings/<int:pk>/", working_group.change_division_meeting, name="change_division_meeting"),
    path("working-group/experts/", working_group.list_experts, name="list_experts"),
    path("working-group/experts/new/", working_group.register_expert, name="register_expert"),
    path("working-group/experts/<int:pk>/", working_group.change_expert, name="change_expert"),
    path("working-group/experts/<int:pk>/end/", working_group.end_expert, name="end_expert"),
    path("working-group/experts/<int:pk>/forget/", working_group.forget_expert, name="forget_expert"),
    path(
        "working-group/export/<str:what>.<str:ending>", working_group.export_working_group, name="export_working_group"
    ),
    path("working-group/import/", group_import.upload_working_group, name="upload_working_group"),
    path("working-group/import/confirm/", group_import.import_working_group, name="import_working_group"),
    path("working-group/import/workbook.xlsx", group_import.download_working_group, name="download_working_group"),
    # scenarios
    path("scenarios/", pathways.list_scenarios, name="list_scenarios"),
]
