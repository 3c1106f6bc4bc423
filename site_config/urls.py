from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path, re_path

from recalls.public import api, cpsc, digital_link, site_files, urls, views
from recalls.web import health

# The language is in the path, never in a cookie, so that pages can be shared and cached.
urlpatterns = i18n_patterns(*urls.urlpatterns)
urlpatterns += [
    path("", views.language_home, name="language-home"),
    path("check/", views.language_check, name="language-check"),
    path("<slug:language>/check/", views.check_in_capitals),
    re_path(r"^01/(?P<gtin>[0-9]{8,14})(?P<rest>/.*)?$", digital_link.digital_link),
    path("api/check", api.api_check, name="api-check"),
    path("api/openapi.json", api.openapi, name="openapi"),
    path("RestWebServices/Recall", cpsc.recall_service, name="recall-service"),
    path("sitemap.xml", site_files.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", site_files.sitemap_part, name="sitemap-part"),
    path("robots.txt", site_files.robots, name="robots"),
    path(".well-known/security.txt", site_files.security, name="security"),
    path("picture/<slug:sha256>.webp", views.picture, name="picture"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("staff/", admin.site.urls),
]

handler400 = "recalls.public.fallback.bad_request"
handler403 = "recalls.staff.site.permission_denied"
handler404 = "recalls.public.views.not_found"
handler500 = "recalls.public.fallback.server_error"
