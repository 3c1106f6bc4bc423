import os
import secrets
import subprocess
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from recalls.catalogue.load_catalogue import load_catalogue

# Name, role and what it is for. Two publishers, since some steps take two people.
STAFF = (
    ("staff", "Recall publishers", "enters notices and publishes"),
    ("second", "Recall publishers", "approves what takes two people"),
    ("editor", "Recall editors", "enters notices and asks for publication"),
    ("admin", "Administrators", "manages people"),
    ("phone", "Call center", "checks codes for people who call"),
)
WHAT_TO_TRY = """\
What to try there:
  ACCJRU1D16400841    a recalled speaker (Anker A3102, Australia)
  ACCJRU1D16400961    two digits transposed: check again
  ACCJRU1D16400700    which product is it?
  2322                four digits say too little: which product is it?
  BPD005              a model of which every unit is recalled
  EXA2024110007918    not on the list (the training notice, a made-up product)
"""


class Command(BaseCommand):
    help = (
        "A demonstration on this machine: database, first recalls, the training recall, a staff "
        "sign-in and the server. Run it again as often as you like."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="8000 unless stated")
        parser.add_argument("--no-serve", action="store_true", help="set up, but start no server")

    def handle(self, *args, **options):
        if not (settings.DEMONSTRATION or settings.DEBUG):
            raise CommandError(
                "quickstart sets up a demonstration, and this site is not one. On a server follow "
                "README.md; for a demonstration set DEMONSTRATION=true."
            )
        port = options["port"]
        if not 1 <= port <= 65535:
            raise CommandError(f"There is no port {port}. Choose one from 1024 to 65535.")
        call_command("migrate", verbosity=0)
        if settings.STATIC_HASHED:
            call_command("collectstatic", interactive=False, verbosity=0)
        load_catalogue(publish=True)
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(f"\nThe demonstration site: {address}/en/")
        self.stdout.write(WHAT_TO_TRY)
        self.stdout.write(f"Staff: {address}/staff/")
        for name, role, purpose in STAFF:
            password = self._new_password(name, role)
            self.stdout.write(f"  name {name}, password {password}    {purpose}")
        if settings.SECOND_FACTOR:
            self.stdout.write("Each needs a second factor first: manage.py enroll NAME")
        else:
            self.stdout.write(
                "A demonstration asks for no second factor; in production each needs one."
            )
        self.stdout.write("")
        if options["no_serve"]:
            return
        self.stdout.write("Stop it with Ctrl+C.")
        self.stdout.flush()
        self._serve(port)

    def _new_password(self, name: str, role: str) -> str:
        """A new password each time, so that none is kept in clear and none is forgotten."""
        password = secrets.token_urlsafe(12)
        user, _ = get_user_model().objects.get_or_create(username=name)
        user.is_staff, user.is_superuser = True, False
        user.set_password(password)
        user.save()
        user.groups.set([Group.objects.get(name=role)])
        return password

    def _serve(self, port: int) -> None:
        server = [sys.executable, "-m", "site_config.server", "--quiet"]
        os.environ["BIND"] = f"127.0.0.1:{port}"
        os.chdir(settings.BASE_DIR)
        if sys.platform != "win32":
            os.execv(server[0], server)  # noqa: S606 - the server takes this process's place
        subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", "runserver", str(port), "--noreload"], check=False
        )
