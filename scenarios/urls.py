"""Addresses of the working group and the scenarios."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import group_import, pathways, versions, working_group


class CodeConverter(StringConverter):
    """A code: any text of one part of an address, but for NUL, which no database looks for."""

    regex = r"[^/\0]+"


register_converter(CodeConverter, "code")

urlpatterns = [
    # the working group
    path("working-group/", working_group.show_working_group, name="show_working_group"),
    path("working-group/divisions/<code:code>/", working_group.show_division, name="show_division"),
    path(
        "working-group/divisions/<code:code>/meetings/new/",
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
    path("scenarios/export.<str:ending>", pathways.export_scenarios, name="export_scenarios"),
    path("scenarios/compare/", pathways.compare_scenarios, name="compare_scenarios"),
    path("scenarios/sectors/<code:code>/", pathways.show_sector_pathway, name="show_sector_pathway"),
    path("scenarios/versions/<int:pk>/figures/", versions.change_figures, name="change_figures"),
    path("scenarios/versions/<int:pk>/sums/", versions.check_sums, name="check_sums"),
    path("scenarios/versions/<int:pk>/sign-off/", versions.sign_off_version, name="sign_off_version"),
    path("scenarios/versions/<int:pk>/circulate/", versions.circulate_version, name="circulate_version"),
    path("scenarios/versions/<int:pk>/recall/", versions.recall_version, name="recall_version"),
    path("scenarios/versions/<int:pk>/comment/", versions.comment_on_version, name="comment_on_version"),
    path("scenarios/versions/<int:pk>/publish/", versions.publish_version, name="publish_version"),
    path("scenarios/versions/<int:pk>/withdraw/", versions.withdraw_version, name="withdraw_version"),
    path("scenarios/comments/<int:pk>/answer/", versions.answer_scenario_comment, name="answer_scenario_comment"),
    path("scenarios/<code:code>/", pathways.show_scenario, name="show_scenario"),
    path("scenarios/<code:code>/draft/", versions.draft_version, name="draft_version"),
    path("scenarios/<code:code>/<int:no>/", pathways.show_version, name="show_version"),
]
