"""Every address of the portal, and the floors."""

from django.urls import path

from tfportal import urls

from . import floors

urlpatterns = [
    *urls.urlpatterns,
    path("bench/static/", floors.answer, name="bench_answer"),
    path("bench/aggregate/", floors.aggregate, name="bench_aggregate"),
    path("bench/insert/", floors.insert, name="bench_insert"),
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
