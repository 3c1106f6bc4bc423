from django.urls import path

from recalls import views

# Below the language prefix; site_config/urls.py adds it.
urlpatterns = [
    path("", views.home, name="home"),
    path("check/", views.check, name="check"),
    path("code/", views.code, name="code"),
    path("recalls/", views.recalls, name="recalls"),
    path("recalls/<slug:slug>/", views.recall, name="recall"),
]
