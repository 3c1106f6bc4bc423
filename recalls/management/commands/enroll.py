import segno
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from recalls.staff import second_factor


class Command(BaseCommand):
    help = (
        "Give a person a new second factor, in place of any old one, and print it once. For the "
        "first administrators; they enroll everybody else on the staff pages."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME")

    def handle(self, *args, username: str, **options):
        person = get_user_model().objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no account {username}.")
        device = second_factor.enroll(person)
        self.stdout.write("Scan this with an authenticator app. It is not shown again.\n")
        segno.make(device.config_url, micro=False).terminal(self.stdout, compact=True)
        self.stdout.write(f"Secret, for typing: {second_factor.secret(device)}")
        self.stdout.write(device.config_url)
