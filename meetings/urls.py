"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import agenda, documents, planning

urlpatterns = [
    # planning
    path("meetings/", planning.list_meetings, name="list_meetings"),
    path("meetings/<int:no>/", planning.show_meeting, name="show_meeting"),
    # agenda
    path("meetings/<int:no>/agenda/", agenda.edit_agenda, name="edit_agenda"),
    path("meetings/<int:no>/items/<int:pk>/", agenda.show_item, name="show_item"),
    path("papers/<uuid:token>/", agenda.download_paper, name="download_paper"),
    # documents
    path("meetings/<int:no>/documents/", documents.show_documents, name="show_documents"),
    path("meetings/<int:no>/documents/keep/", documents.keep_documents, name="keep_documents"),
    path("meetings/<int:no>/book/", documents.preview_book, name="preview_book"),
    path("meetings/<int:no>/book.<str:ending>", documents.download_book, name="download_book"),
    path("meetings/<int:no>/tables.xlsx", documents.download_tables, name="download_tables"),
    path("meetings/<int:no>/outcome.<str:ending>", documents.download_outcome, name="download_outcome"),
    path("decisions/<int:pk>/letter.<str:ending>", documents.download_letter, name="download_letter"),
    path("documents/<uuid:token>/", documents.download_kept, name="download_kept"),
]
