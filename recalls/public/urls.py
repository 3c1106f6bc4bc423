from django.urls import path

from recalls.public import data, feeds, many, proof, qr, views

# Below the language prefix; site_config/urls.py adds it.
urlpatterns = [
    path("", views.home, name="home"),
    path("check/", views.check, name="check"),
    path("check/qr.svg", qr.answer_qr, name="check-qr"),
    path("check/many/", many.check_many, name="check-many"),
    path("code/", views.code, name="code"),
    path("message/", views.message, name="message"),
    path("contact/", views.contact, name="contact"),
    path("disposal/", views.disposal, name="disposal"),
    path("data/", data.data, name="data"),
    path("proof/", proof.proof, name="proof"),
    path("recalls/", views.recalls, name="recalls"),
    path("recalls/feed/", feeds.feed, name="feed"),
    path("recalls/<slug:slug>/", views.recall, name="recall"),
    path("recalls/<slug:slug>/poster/", views.poster, name="poster"),
]
