from django.http import HttpResponse
from django.urls import path

from site_config.urls import handler400, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("bench/constant/", lambda request: HttpResponse("constant")), *urlpatterns]
