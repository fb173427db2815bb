"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import agenda, planning

urlpatterns = [
    # planning
    path("meetings/", planning.list_meetings, name="list_meetings"),
    path("meetings/<int:no>/", planning.show_meeting, name="show_meeting"),
    # agenda
    path("meetings/<int:no>/agenda/", agenda.edit_agenda, name="edit_agenda"),
    path("meetings/<int:no>/items/<int:pk>/", agenda.show_item, name="show_item"),
    path("papers/<uuid:token>/", agenda.download_paper, name="download_paper"),
]
