"""Here is what becomes of hostile files on the page where staff load codes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recalls.models import AffectedCode, CodeList
from tests.support import hostile_files
from tests.support.factories import make_product
from tests.support.hostile_files import FILES, HostileFile, Must
from tests.support.people import EDITOR, make_person, signed_in

pytestmark = pytest.mark.django_db

OUTSIDE = hostile_files.OUTSIDE


@pytest.fixture
def product():
    return make_product(model_numbers="EX100", shapes="EXA#############", unused_letters="OI")


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    yield tmp_path / "uploads"
    assert not OUTSIDE.exists()


def assert_fate(file: HostileFile) -> None:
    held = set(AffectedCode.objects.values_list("code", flat=True))
    assert held <= set(hostile_files.CODES)
    assert not CodeList.objects.filter(status="active").exists()
    if file.must is Must.READ:
        assert len(held) == len(hostile_files.CODES)
    elif file.must is not Must.DO_NO_HARM:
        assert not held


LARGE = ("workbook_of_300_megabytes", "workbook_that_understates_its_size")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            make, id=make.__name__, marks=[pytest.mark.slow] if make.__name__ in LARGE else []
        )
        for make in FILES
    ],
)
def test_its_fate(product, make):
    file = make()
    upload = SimpleUploadedFile(file.name, file.content)
    editor = signed_in(make_person("eve", EDITOR))
    address = reverse("admin:recalls_product_load", args=[product.pk])
    response = editor.post(address, {"file": upload}, follow=True)
    assert response.status_code == 200
    assert_fate(file)
    assert "<script>alert" not in response.text


@pytest.mark.parametrize("name", hostile_files.NAMES)
def test_names(product, upload_folder, name):
    (file,) = [file for file in hostile_files.names() if file.name == hostile_files.NAMES[name]]
    upload = SimpleUploadedFile("list.csv", file.content)
    upload._name = file.name  # SimpleUploadedFile would make a good one of it
    editor = signed_in(make_person("eve", EDITOR))
    address = reverse("admin:recalls_product_load", args=[product.pk])
    response = editor.post(address, {"file": upload}, follow=True)
    assert response.status_code == 200
    assert "<img src=x" not in response.text
    for kept in upload_folder.glob("**/*"):
        assert kept.parent == upload_folder
    if code_list := CodeList.objects.first():
        assert code_list.file_name.isprintable()
        assert_fate(file)
