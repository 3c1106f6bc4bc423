import datetime
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import recalls.addresses
import recalls.barcodes
import recalls.countries
import recalls.languages
import recalls.localized_text
import recalls.models
import recalls.options
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FailedSignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_key", models.CharField(db_index=True, max_length=64)),
                ("address_key", models.CharField(db_index=True, max_length=64)),
                ("code_key", models.CharField(blank=True, db_index=True, max_length=64)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "failed sign-in",
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="KnownNetwork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_key", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "known network",
            },
        ),
        migrations.CreateModel(
            name="DailyCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="In UTC.")),
                ("recall", models.CharField(blank=True, max_length=80, verbose_name="notice")),
                ("outcome", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=12)),
                ("number", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["-day", "recall", "outcome", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "recall", "outcome", "language"), name="daily_count_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        choices=recalls.countries.choices,
                        error_messages={"unique": "This country has its row already."},
                        help_text="Needed. The public finds the text by where it bought the product.",
                        max_length=2,
                        unique=True,
                    ),
                ),
                (
                    "dos",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What to do, one sentence a line. Public, under “Do”.",
                        verbose_name="do",
                    ),
                ),
                (
                    "donts",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What not to do, one sentence a line. Public, under “Do not”.",
                        verbose_name="do not",
                    ),
                ),
                (
                    "keep_whole",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What not to do with the battery itself, one sentence a line: “Do not take the battery out.” Public, under “Do not”, but for notices that ask for just that.",
                        verbose_name="do not open",
                    ),
                ),
                (
                    "emergency_number",
                    models.CharField(
                        blank=True,
                        help_text="The number to call there in danger, such as 911. Public, beside the danger signs of notices for the country.",
                        max_length=6,
                    ),
                ),
                (
                    "emergency_source",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The page that says so. Needed with a number. Not public.",
                        verbose_name="source of the number",
                    ),
                ),
                (
                    "recalls_authority",
                    models.CharField(
                        blank=True,
                        help_text="Who publishes recalls there, such as CPSC. Public, where a code is of no product on file.",
                        max_length=120,
                        verbose_name="authority for recalls",
                    ),
                ),
                (
                    "recalls_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="Its page of recalls. Needed with its name. Public.",
                        verbose_name="its recalls",
                    ),
                ),
                (
                    "incident_office",
                    models.CharField(
                        blank=True,
                        help_text="Where people report an incident there. Public, on notices for the country.",
                        max_length=120,
                        verbose_name="office for incidents",
                    ),
                ),
                (
                    "incident_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The page to report on. Needed with its name. Public.",
                        verbose_name="its form",
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        help_text="Whose disposal advice this is. Public.",
                        max_length=120,
                    ),
                ),
                (
                    "authority_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="Its page with the advice. Public, as a link.",
                        verbose_name="authority's page",
                    ),
                ),
                (
                    "checked_on",
                    models.DateField(
                        help_text="Needed. When somebody here last compared this with the authority's page. Public. After six months staff are asked to compare it again."
                    ),
                ),
                (
                    "public",
                    models.JSONField(
                        blank=True,
                        editable=False,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                ("history_seen", models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "country: disposal and whom to call",
                "verbose_name_plural": "countries: disposal and whom to call",
                "ordering": ["country"],
                "constraints": [
                    models.CheckConstraint(
                        condition=recalls.addresses.IsWebAddress("authority_url"),
                        name="disposal_authority_url_is_https",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsWebAddress("emergency_source"),
                        name="disposal_emergency_source_is_https",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsWebAddress("recalls_url"),
                        name="disposal_recalls_url_is_https",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsWebAddress("incident_url"),
                        name="disposal_incident_url_is_https",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.barcodes.AreDigits("emergency_number"),
                        name="disposal_emergency_number_is_digits",
                        violation_error_message="Enter the emergency number, digits only.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("emergency_number", ""),
                            models.Q(("emergency_source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disposal_emergency_number_has_source",
                        violation_error_message="Enter the page that names the emergency number.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recalls_authority", ""), ("recalls_url", "")),
                            models.Q(
                                ("recalls_authority", ""),
                                ("recalls_url", ""),
                                _connector="OR",
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="disposal_recalls_have_name_and_page",
                        violation_error_message="Enter the authority for recalls and its page, or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("incident_office", ""), ("incident_url", "")),
                            models.Q(
                                ("incident_office", ""),
                                ("incident_url", ""),
                                _connector="OR",
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="disposal_incidents_have_name_and_page",
                        violation_error_message="Enter the office for incidents and its page, or neither.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("dos"),
                        name="disposal_dos_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("donts"),
                        name="disposal_donts_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("keep_whole"),
                        name="disposal_keep_whole_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDisposal",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "country",
                    models.CharField(
                        choices=recalls.countries.choices,
                        db_index=True,
                        error_messages={"unique": "This country has its row already."},
                        help_text="Needed. The public finds the text by where it bought the product.",
                        max_length=2,
                    ),
                ),
                (
                    "dos",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What to do, one sentence a line. Public, under “Do”.",
                        verbose_name="do",
                    ),
                ),
                (
                    "donts",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What not to do, one sentence a line. Public, under “Do not”.",
                        verbose_name="do not",
                    ),
                ),
                (
                    "keep_whole",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What not to do with the battery itself, one sentence a line: “Do not take the battery out.” Public, under “Do not”, but for notices that ask for just that.",
                        verbose_name="do not open",
                    ),
                ),
                (
                    "emergency_number",
                    models.CharField(
                        blank=True,
                        help_text="The number to call there in danger, such as 911. Public, beside the danger signs of notices for the country.",
                        max_length=6,
                    ),
                ),
                (
                    "emergency_source",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The page that says so. Needed with a number. Not public.",
                        verbose_name="source of the number",
                    ),
                ),
                (
                    "recalls_authority",
                    models.CharField(
                        blank=True,
                        help_text="Who publishes recalls there, such as CPSC. Public, where a code is of no product on file.",
                        max_length=120,
                        verbose_name="authority for recalls",
                    ),
                ),
                (
                    "recalls_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="Its page of recalls. Needed with its name. Public.",
                        verbose_name="its recalls",
                    ),
                ),
                (
                    "incident_office",
                    models.CharField(
                        blank=True,
                        help_text="Where people report an incident there. Public, on notices for the country.",
                        max_length=120,
                        verbose_name="office for incidents",
                    ),
                ),
                (
                    "incident_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The page to report on. Needed with its name. Public.",
                        verbose_name="its form",
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        help_text="Whose disposal advice this is. Public.",
                        max_length=120,
                    ),
                ),
                (
                    "authority_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="Its page with the advice. Public, as a link.",
                        verbose_name="authority's page",
                    ),
                ),
                (
                    "checked_on",
                    models.DateField(
                        help_text="Needed. When somebody here last compared this with the authority's page. Public. After six months staff are asked to compare it again."
                    ),
                ),
                (
                    "public",
                    models.JSONField(
                        blank=True,
                        editable=False,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                ("history_seen", models.BigIntegerField(default=0, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical country: disposal and whom to call",
                "verbose_name_plural": "historical countries: disposal and whom to call",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("content"), 12288
                        ),
                        name="picture_is_small",
                        violation_error_message="The picture has more than 12 KB.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=32)),
            ],
            options={
                "verbose_name": "published version",
                "verbose_name_plural": "published version",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="published_is_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="Needed. The address of the notice's page: small letters, digits and hyphens, such as anker-a3102-australia-2024. It cannot change once the notice is public.",
                        max_length=80,
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced by another notice"),
                        ],
                        default="draft",
                        help_text="Only a published notice answers checks. A withdrawn one stays readable.",
                        max_length=12,
                    ),
                ),
                (
                    "language",
                    recalls.languages.LanguageField(
                        default="en",
                        help_text="Needed. The language in which the notice is written first. The public reads that text where one in the language of the page is missing.",
                        max_length=12,
                        verbose_name="first language",
                    ),
                ),
                (
                    "is_training",
                    models.BooleanField(
                        default=False,
                        help_text="A made-up notice to practice with. The public sees it marked as one on every page. Never on a real site.",
                        verbose_name="training notice",
                    ),
                ),
                (
                    "firm",
                    models.CharField(
                        blank=True,
                        help_text="Who recalls the product, such as Anker Innovations. The public is told to ask them. Leave empty only where no firm is known.",
                        max_length=120,
                    ),
                ),
                (
                    "other_firms",
                    models.TextField(
                        blank=True, help_text="Further firms that recall it, one a line. Public."
                    ),
                ),
                (
                    "firm_is_silent",
                    models.BooleanField(
                        default=False,
                        help_text="On where the authority says that the firm does not answer. The public is told not to wait for it.",
                        verbose_name="the firm does not answer",
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        help_text="Who published the notice, such as CPSC. Public. Leave empty if only the firm did.",
                        max_length=120,
                    ),
                ),
                (
                    "authority_number",
                    models.CharField(
                        blank=True,
                        help_text="The authority's own number, such as 25-030. Public. Never guess one.",
                        max_length=40,
                    ),
                ),
                (
                    "recall_date",
                    models.DateField(
                        blank=True,
                        help_text="The day of the notice. Public. Leave empty where only the month is known.",
                        null=True,
                    ),
                ),
                (
                    "recall_month",
                    models.DateField(
                        help_text="Needed where no day is known, and public then: the month of the notice, entered as any day of it."
                    ),
                ),
                (
                    "announced_again_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which the same notice was announced once more, such as after a death. Public: the notice stands among those of that day.",
                        null=True,
                    ),
                ),
                (
                    "announced_again_day_unknown",
                    models.BooleanField(
                        default=False,
                        help_text="On where only the month in which it was announced once more is known: enter any day of it. The public reads the month alone.",
                        verbose_name="only the month is known",
                    ),
                ),
                (
                    "expanded_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which further units or products joined it. Public, as above.",
                        null=True,
                    ),
                ),
                (
                    "expanded_day_unknown",
                    models.BooleanField(
                        default=False,
                        help_text="On where only the month in which they joined is known: enter any day of it above. The public reads the month alone.",
                        verbose_name="only the month is known",
                    ),
                ),
                (
                    "deaths",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many people are known to have died. Public, also on the page of each recalled code. Leave empty if none is known.",
                        null=True,
                    ),
                ),
                (
                    "injuries",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many people are known to have been hurt. Public, as above.",
                        null=True,
                    ),
                ),
                (
                    "remedy_options",
                    recalls.options.OptionsField(
                        error_messages={"blank": "Say what the owner gets."},
                        help_text="Needed. What the owner gets, or can choose from, as the notice says. The public reads it as the heading of the remedy steps.",
                        max_length=200,
                        options=[
                            ("replace", "Replace"),
                            ("refund", "Refund"),
                            ("gift_card", "Gift Card"),
                            ("part_of_price", "Refund of Part of the Price"),
                            ("discount", "Discount on Another Product"),
                            ("repair", "Repair"),
                            ("new_instructions", "New Instructions"),
                            ("dispose", "Dispose"),
                            ("label", "Label"),
                            ("inspect", "Inspect"),
                            ("no_remedy", "No Remedy Available"),
                        ],
                        verbose_name="remedies",
                    ),
                ),
                (
                    "steps_replace",
                    models.BooleanField(
                        default=False,
                        help_text="On where the stop-use steps of this notice stand in place of the site's own, because they ask for something else: take the battery out, use it on mains power only. The danger signs stay. It takes two people.",
                        verbose_name="own steps only",
                    ),
                ),
                (
                    "lines_left_out",
                    recalls.options.OptionsField(
                        blank=True,
                        help_text="The public does not read these for this notice: a firm that sends a box asks people to mail it. Leave all off otherwise. It takes two people.",
                        max_length=200,
                        options=[
                            ("switch_off", "“Switch it off”"),
                            ("unplug", "“Unplug it”"),
                            ("charge", "“Do not charge it again”"),
                            ("open", "“Do not open it”"),
                            ("bin", "“Do not put it in a bin”"),
                            ("mail", "“Do not mail it”"),
                        ],
                        verbose_name="lines of the site that this notice contradicts",
                    ),
                ),
                (
                    "manufactured_in",
                    models.CharField(
                        blank=True,
                        help_text="The code of the country, such as CN; several with spaces between. Public, by name. US notices need it.",
                        max_length=80,
                    ),
                ),
                (
                    "importer",
                    models.CharField(
                        blank=True,
                        help_text="The importer, or the manufacturer. Public. US notices need it.",
                        max_length=120,
                    ),
                ),
                (
                    "sources",
                    models.TextField(
                        blank=True,
                        help_text="Addresses of the official notice and other sources, one a line. The public finds them at the end of the page.",
                        validators=[recalls.addresses.validate_web_addresses],
                    ),
                ),
                (
                    "source_wording",
                    models.TextField(
                        blank=True,
                        help_text="What the official notice says of the units that are meant, word for word: serial numbers, batches, dates. It stands beside the rules of each product, with rules that it may mean. Not public.",
                        verbose_name="wording of the official notice",
                    ),
                ),
                (
                    "left_to_enter",
                    models.TextField(
                        blank=True,
                        help_text="What could not be taken from the authority's record, one thing a line. Take a line out once it is done. Not public.",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "changed_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the public text or the affected codes last changed.",
                        null=True,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        help_text="An earlier notice of the same products that goes on. Each links to the other. A notice that ends another is entered there, as its replacement.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="recalls.recall",
                        verbose_name="earlier notice",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "ordering": ["-recall_month", "slug"],
                "permissions": [
                    ("publish_recall", "Can publish and withdraw notices"),
                    ("answer_calls", "Can check codes for people who call"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"), ("published_at__isnull", False), _connector="OR"
                        ),
                        name="recall_public_has_date",
                        violation_error_message="A public notice needs the time of its publication.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replaced_by__isnull", False), ("status", "replaced")),
                            models.Q(
                                models.Q(("status", "replaced"), _negated=True),
                                ("replaced_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="recall_replaced_names_the_new_one",
                        violation_error_message="Name the notice that replaces this one, and set its status to “Replaced by another notice”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaced_by__isnull", True),
                            models.Q(("replaced_by", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="recall_not_replaced_by_itself",
                        violation_error_message="A notice cannot replace itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "published", "withdrawn", "replaced"])
                        ),
                        name="recall_status_known",
                    ),
                    models.CheckConstraint(
                        condition=recalls.languages.IsLanguageTag("language"),
                        name="recall_language_is_a_tag",
                        violation_error_message="Enter a language as Django names it, such as fr or pt-br.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.barcodes.AreCapitals("manufactured_in"),
                        name="recall_manufactured_in_is_codes",
                        violation_error_message="Enter codes of two capital letters with spaces between.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.options.HasOnlyOptions(
                            "lines_left_out",
                            options=("switch_off", "unplug", "charge", "open", "bin", "mail"),
                        ),
                        name="recall_lines_left_out_known",
                        violation_error_message="A line of the site is not known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            recalls.options.HasOnlyOptions(
                                "remedy_options",
                                options=(
                                    "replace",
                                    "refund",
                                    "gift_card",
                                    "part_of_price",
                                    "discount",
                                    "repair",
                                    "new_instructions",
                                    "dispose",
                                    "label",
                                    "inspect",
                                    "no_remedy",
                                ),
                            ),
                            models.Q(
                                models.Q(("remedy_options", ""), _negated=True),
                                ("status", "draft"),
                                _connector="OR",
                            ),
                        ),
                        name="recall_remedies_known",
                        violation_error_message="Say what the owner gets.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("remedy_options__contains", "no_remedy"), _negated=True),
                            ("remedy_options", "no_remedy"),
                            _connector="OR",
                        ),
                        name="recall_no_remedy_stands_alone",
                        violation_error_message="“No Remedy Available” stands alone.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("announced_again_day_unknown", False),
                            models.Q(
                                ("announced_again_on__isnull", False),
                                recalls.models.IsFirstOfMonth("announced_again_on"),
                            ),
                            _connector="OR",
                        ),
                        name="recall_announced_again_month_is_its_first_day",
                        violation_error_message="Enter the month in which it was announced again as its first day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expanded_day_unknown", False),
                            models.Q(
                                ("expanded_on__isnull", False),
                                recalls.models.IsFirstOfMonth("expanded_on"),
                            ),
                            _connector="OR",
                        ),
                        name="recall_expanded_month_is_its_first_day",
                        violation_error_message="Enter the month in which units were added as its first day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("follows__isnull", True),
                            models.Q(("follows", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="recall_follows_another",
                        violation_error_message="A notice cannot follow itself.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.AreWebAddresses("sources"),
                        name="recall_sources_are_addresses",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnsavedForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("query", models.CharField(blank=True, max_length=500)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("signed_out", "before you were signed out"),
                            ("signed_in_anew", "before you signed in again"),
                            ("refused", "and it was refused"),
                        ],
                        max_length=20,
                    ),
                ),
                ("fields", models.JSONField()),
                ("files", models.JSONField(default=list)),
                ("kept_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-kept_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("speaker", "Speaker"),
                            ("speakerphone", "Speakerphone"),
                            ("headphones", "Headphones"),
                            ("phone", "Phone"),
                            ("laptop", "Laptop"),
                            ("power_bank", "Power bank"),
                            ("power_station", "Power station"),
                            ("charger", "Charger"),
                            ("charging_case", "Charging case"),
                            ("battery", "Battery"),
                            ("light", "Light"),
                            ("tool", "Tool"),
                            ("bike", "Bicycle, e-bike"),
                            ("vehicle", "Vehicle, e-scooter"),
                            ("toy", "Toy"),
                            ("furniture", "Furniture"),
                            ("appliance", "Appliance"),
                            ("clothing", "Clothing"),
                            ("other", "Another kind"),
                        ],
                        default="speaker",
                        help_text="Needed. The word that the public reads: “Stop using this speaker now”.",
                        max_length=16,
                    ),
                ),
                (
                    "power",
                    models.CharField(
                        choices=[
                            ("battery", "A battery that is charged"),
                            ("mains", "The wall socket only"),
                            ("none", "No power"),
                        ],
                        default="battery",
                        help_text="Needed. The public's steps and danger signs follow it. “A battery that is charged”: it has one, or is one. “No power”: also with batteries to throw away.",
                        max_length=8,
                    ),
                ),
                (
                    "brand",
                    models.CharField(
                        blank=True,
                        help_text="As on the product: Anker. Public. Leave empty only where it has none.",
                        max_length=60,
                    ),
                ),
                (
                    "other_brands",
                    models.TextField(
                        blank=True,
                        help_text="Further brands that it is sold under, one a line. Public.",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Needed. As shops call it: Soundcore. Public.", max_length=120
                    ),
                ),
                (
                    "model_numbers",
                    models.TextField(
                        blank=True,
                        help_text="One a line, the one on the label first: A3102, then A3102016. Public. Products that share a number are one to the public. Without any number the name counts.",
                    ),
                ),
                (
                    "article_numbers",
                    models.TextField(
                        blank=True, help_text="Article, item or SKU numbers, one a line. Public."
                    ),
                ),
                (
                    "part_numbers",
                    models.TextField(blank=True, help_text="Part numbers, one a line. Public."),
                ),
                (
                    "barcodes",
                    models.TextField(
                        blank=True,
                        help_text="UPC, EAN, JAN or GTIN, one a line, digits only. Public. A UPC is found with the leading zero of an EAN too.",
                        validators=[recalls.barcodes.validate_barcodes],
                        verbose_name="barcode numbers",
                    ),
                ),
                (
                    "units",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="About how many of this product were sold, where the notice says so by product. Public.",
                        null=True,
                    ),
                ),
                (
                    "sold_in",
                    models.CharField(
                        blank=True,
                        help_text="Codes of countries, such as CA US, where the notice means this product only there. Public. Leave empty where it holds in all of the notice.",
                        max_length=200,
                        verbose_name="only in these countries",
                    ),
                ),
                (
                    "remedy_options",
                    recalls.options.OptionsField(
                        blank=True,
                        help_text="Only where they differ from the notice's. Public, below its heading.",
                        max_length=200,
                        options=[
                            ("replace", "Replace"),
                            ("refund", "Refund"),
                            ("gift_card", "Gift Card"),
                            ("part_of_price", "Refund of Part of the Price"),
                            ("discount", "Discount on Another Product"),
                            ("repair", "Repair"),
                            ("new_instructions", "New Instructions"),
                            ("dispose", "Dispose"),
                            ("label", "Label"),
                            ("inspect", "Inspect"),
                            ("no_remedy", "No Remedy Available"),
                        ],
                        verbose_name="remedies of this product",
                    ),
                ),
                (
                    "color",
                    recalls.localized_text.LocalizedTextField(
                        help_text="As the notice says it: “black”. Public. US notices need it.",
                        verbose_name="color",
                    ),
                ),
                (
                    "colors_left_out",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Only where the maker leaves some out, in its words: “Anker leaves red and blue out of this recall.” The public reads that this clears none of them.",
                        verbose_name="colors left out",
                    ),
                ),
                (
                    "label",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What the label says and where: “Model: A3102, on the underside”. Public. US and EU notices need it.",
                        verbose_name="what the label says",
                    ),
                ),
                (
                    "where_code",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where the SN code is: “On the label on the underside, after the letters SN”. Public, beside the form. Needed unless every unit is recalled.",
                        verbose_name="where the code is",
                    ),
                ),
                (
                    "second_code",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where the notice tells the units by two codes together: which the other one is, and where: “The part number, below the bar code”. Rules and lists of either may be entered: who types one that is in them is told to stop using it. Nobody else is cleared: the public is told to compare both codes with the notice. Leave empty otherwise.",
                        verbose_name="second code",
                    ),
                ),
                (
                    "example_code",
                    models.CharField(
                        blank=True,
                        help_text="An example that no real unit carries. The public sees it beside the form; it is never looked up. Leave empty for none.",
                        max_length=40,
                    ),
                ),
                (
                    "shapes",
                    models.TextField(
                        blank=True,
                        help_text="What its codes look like, one shape a line: ???????????????? for 16 letters or digits, 57V########### for 57V and eleven digits. Needed before the list can be complete. The public reads only how long a code is. Leave empty if not known.",
                        validators=[recalls.models.validate_shapes],
                    ),
                ),
                (
                    "code_length_unknown",
                    models.BooleanField(
                        default=False,
                        help_text="On where the notice tells the units by the beginning or the end of a code alone and nobody knows how long one is. A character that was left out cannot be seen then, so no code is cleared: the public is told to compare it with the notice.",
                        verbose_name="length of the codes not known",
                    ),
                ),
                (
                    "unused_letters",
                    models.CharField(
                        blank=True,
                        help_text="Letters that the maker never uses in a code, such as OI, so that an O is read as a zero. Only if the maker says so. Not public.",
                        max_length=26,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]*\\Z",
                                "Enter capital letters only, without spaces or commas.",
                            )
                        ],
                    ),
                ),
                (
                    "identified_by",
                    models.CharField(
                        choices=[
                            ("listed_codes", "Listed codes: rules and lists held here"),
                            ("every_unit", "Every unit: the model number alone decides"),
                            ("makers_checker", "The maker's checker: no list is held here"),
                            (
                                "only_without_code",
                                "Only units without a code: a unit with a code is not meant",
                            ),
                        ],
                        help_text="Needed. What decides whether a unit is recalled, as the official notice says. “Only units without a code”: who types a code is told that such a unit is not meant, and to compare the label with the notice; it is never called “not on the list”.",
                        max_length=20,
                    ),
                ),
                (
                    "list_complete",
                    models.BooleanField(
                        default=False,
                        help_text="Only when every recalled code is in. Once that is public, people whose code is not in a rule or list read “This code is not on the list”, and go on using the product; where the address of the maker's checker is entered, they read that only the maker can tell. Until then they read “We do not have all the codes yet. Switch it off and unplug it”. It takes two people.",
                    ),
                ),
                (
                    "show_ranges",
                    models.BooleanField(
                        default=False,
                        help_text="Print the active “Recalled” rules on the notice's page, so that people can compare by eye. Only where the notice itself publishes them, and only a few.",
                    ),
                ),
                (
                    "checker_name",
                    models.CharField(
                        blank=True,
                        help_text="Whose checker, as the text of the link: “Anker's page for A3102”. Public.",
                        max_length=80,
                    ),
                ),
                (
                    "checker_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The maker's own checker. Public. Needed where only the maker holds the list.",
                        verbose_name="checker's address",
                    ),
                ),
                (
                    "checker_tried_on",
                    models.DateField(
                        blank=True,
                        help_text="When somebody here last saw the link work. Public.",
                        null=True,
                    ),
                ),
                (
                    "sold",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where the notice says it by product: “From May 2022 to January 2023”. Public.",
                        verbose_name="when it was sold",
                    ),
                ),
                (
                    "part_of_set",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where only a part is recalled: “Only the battery is recalled, not the speaker.” Public, also on the page of each recalled code. Leave empty otherwise.",
                        verbose_name="part of a set",
                    ),
                ),
                (
                    "repaired",
                    recalls.localized_text.LocalizedTextField(
                        help_text="How a unit that was repaired or exchanged already is told: “A green dot beside the label”. Public, also on the page of each recalled code. It takes two people.",
                        verbose_name="unit already repaired",
                    ),
                ),
                (
                    "checker_note",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What to know beside the maker's answer. Public. Leave empty if there is nothing.",
                        verbose_name="note on the checker",
                    ),
                ),
                (
                    "picture_alt",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What the picture shows: “Black round speaker, A on its top”. Needed once there is a picture: it is the text of the public's link.",
                        verbose_name="what the picture shows",
                    ),
                ),
                (
                    "without_code",
                    models.CharField(
                        choices=[
                            ("contact_maker", "Contact the maker"),
                            ("treat_as_recalled", "Treat as recalled"),
                        ],
                        default="contact_maker",
                        help_text="Needed. What the public is told where the label is gone or cannot be read.",
                        max_length=20,
                        verbose_name="unit without a readable code",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="recalls.picture",
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        help_text="Needed. The notice that it belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="products",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "ordering": ["recall", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("identified_by", "listed_codes"),
                            ("list_complete", False),
                            _connector="OR",
                        ),
                        name="product_complete_only_if_listed",
                        violation_error_message="Only a product that is identified by listed codes can have a complete list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("identified_by", "makers_checker"), _negated=True),
                            models.Q(("checker_url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="product_checker_has_address",
                        violation_error_message="Enter the address of the maker's checker.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsWebAddress("checker_url"),
                        name="product_checker_url_is_https",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("list_complete", False),
                            models.Q(("shapes", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="product_complete_has_shape",
                        violation_error_message="Enter what the codes look like before you set the list complete: without a shape no code can be told from a mistype.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("list_complete", False), ("second_code", {}), _connector="OR"
                        ),
                        name="product_of_two_codes_is_never_complete",
                        violation_error_message="The list cannot be complete: the notice tells the units by two codes together, and the site looks at one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("list_complete", False),
                            ("code_length_unknown", False),
                            _connector="OR",
                        ),
                        name="product_complete_has_length",
                        violation_error_message="The list cannot be complete where nobody knows how long a code is.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("brand", ""), _negated=True),
                            models.Q(("identified_by", "makers_checker"), _negated=True),
                            _connector="OR",
                        ),
                        name="product_checker_has_brand",
                        violation_error_message="Enter the brand: the public is sent to its checker.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            recalls.options.HasOnlyOptions(
                                "remedy_options",
                                options=(
                                    "replace",
                                    "refund",
                                    "gift_card",
                                    "part_of_price",
                                    "discount",
                                    "repair",
                                    "new_instructions",
                                    "dispose",
                                    "label",
                                    "inspect",
                                    "no_remedy",
                                ),
                            )
                        ),
                        name="product_remedies_known",
                    ),
                    models.CheckConstraint(
                        condition=recalls.barcodes.AreDigits("barcodes"),
                        name="product_barcodes_are_digits",
                        violation_error_message="Enter the digits below the barcode, 8, 12, 13 or 14 of them, without spaces.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.barcodes.AreCapitals("sold_in"),
                        name="product_sold_in_is_codes",
                        violation_error_message="Enter codes of two capital letters with spaces between.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("identified_by", "only_without_code"), _negated=True),
                            ("without_code", "treat_as_recalled"),
                            _connector="OR",
                        ),
                        name="product_without_code_is_recalled",
                        violation_error_message="Only units without a code are recalled here, so set what a unit without a readable code means to “Treat as recalled”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("picture__isnull", True),
                            models.Q(("picture_alt", {}), _negated=True),
                            _connector="OR",
                        ),
                        name="product_picture_is_described",
                        violation_error_message="Say what the picture shows: it is the text of its link, and some people cannot see it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "identified_by__in",
                                [
                                    "listed_codes",
                                    "every_unit",
                                    "makers_checker",
                                    "only_without_code",
                                ],
                            )
                        ),
                        name="product_identified_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("power__in", ["battery", "mains", "none"])),
                        name="product_power_known",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("color"),
                        name="product_color_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("colors_left_out"),
                        name="product_colors_left_out_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("label"),
                        name="product_label_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("where_code"),
                        name="product_where_code_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("second_code"),
                        name="product_second_code_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("sold"),
                        name="product_sold_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("part_of_set"),
                        name="product_part_of_set_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("repaired"),
                        name="product_repaired_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("checker_note"),
                        name="product_checker_note_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("picture_alt"),
                        name="product_picture_alt_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a decision"),
                            ("scheduled", "Approved, set for a time"),
                            ("live", "Public now"),
                            ("past", "Was public"),
                            ("sent_back", "Sent back"),
                            ("canceled", "Canceled"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                (
                    "content",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                (
                    "sha256",
                    models.CharField(help_text="Of the content as it was stored.", max_length=64),
                ),
                (
                    "history_seen",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="The last row of the record that the content holds, by kind of row. What was changed since is told by these numbers, never by times.",
                    ),
                ),
                (
                    "summary",
                    models.TextField(help_text="What changes for the public, one sentence a line."),
                ),
                (
                    "news",
                    recalls.options.OptionsField(
                        blank=True,
                        help_text="What the feed tells as a change; empty of the first publication of a notice.",
                        max_length=200,
                        options=[
                            ("codes", "The recalled codes"),
                            ("remedy", "The remedy"),
                            ("danger", "The danger"),
                        ],
                    ),
                ),
                (
                    "warns_less",
                    models.TextField(
                        blank=True,
                        help_text="Why a second person is needed, one sentence a line; empty if none is",
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "to_explain",
                    models.TextField(
                        blank=True,
                        help_text="What needs a reason that two people read, one sentence a line; empty if nothing does",
                    ),
                ),
                ("explanation", models.TextField(blank=True, help_text="That reason.")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("comment", models.TextField(blank=True, help_text="Why it was sent back.")),
                ("goes_live_at", models.DateTimeField(blank=True, null=True)),
                ("live_from", models.DateTimeField(blank=True, null=True)),
                ("live_until", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "live")),
                        fields=("recall",),
                        name="publication_one_is_live",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["waiting", "scheduled"])),
                        fields=("recall",),
                        name="publication_one_is_open",
                        violation_error_message="A publication of this notice waits already. Decide on that one first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["live", "past"]), _negated=True),
                            ("live_from__isnull", False),
                            _connector="OR",
                        ),
                        name="publication_public_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "scheduled"), _negated=True),
                            ("goes_live_at__isnull", False),
                            _connector="OR",
                        ),
                        name="publication_scheduled_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("warns_less", ""),
                            models.Q(("status__in", ["scheduled", "live", "past"]), _negated=True),
                            ("asked_by__isnull", True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="publication_warns_less_by_two",
                        violation_error_message="This warns the public less than before: another person has to approve it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_explain", ""),
                            models.Q(("explanation", ""), _negated=True),
                            ("asked_by__isnull", True),
                            _connector="OR",
                        ),
                        name="publication_is_explained",
                        violation_error_message="Say why this is right: two people have to read the reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="publication_reviewed_by_another",
                        violation_error_message="The second look is for another person than the one who published.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["waiting", "scheduled", "live", "past", "sent_back", "canceled"],
                            )
                        ),
                        name="publication_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            recalls.options.HasOnlyOptions(
                                "news", options=("codes", "remedy", "danger")
                            )
                        ),
                        name="publication_news_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "month",
                    models.DateField(
                        help_text="Needed. The month of the report, entered as any day of it. Days are those of UTC, as in the daily counts."
                    ),
                ),
                (
                    "corrected_manufacturer",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with the manufacturer"
                    ),
                ),
                (
                    "corrected_distributors",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with distributors"
                    ),
                ),
                (
                    "corrected_retailers",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with retailers"
                    ),
                ),
                (
                    "corrected_consumers",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with consumers"
                    ),
                ),
                (
                    "incidents_before",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="incidents before the recall"
                    ),
                ),
                (
                    "injuries_before",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="injuries before the recall"
                    ),
                ),
                (
                    "deaths_before",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="deaths before the recall"
                    ),
                ),
                (
                    "incidents_after",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="incidents after the recall"
                    ),
                ),
                (
                    "injuries_after",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="injuries after the recall"
                    ),
                ),
                (
                    "deaths_after",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="deaths after the recall"
                    ),
                ),
                (
                    "notified_phone",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="told by phone"
                    ),
                ),
                (
                    "notified_email",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="told by e-mail"
                    ),
                ),
                (
                    "notified_mail",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="told by letter"
                    ),
                ),
                (
                    "contacts_phone",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="asked by phone"
                    ),
                ),
                (
                    "contacts_email",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="asked by e-mail"
                    ),
                ),
                (
                    "contacts_mail",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="asked by letter"
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="Where the numbers come from, and what else the report asks for: posts in social media, units found for sale. Not public.",
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        help_text="Needed. The notice that the figures are of.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="monthly_figures",
                        to="recalls.recall",
                        verbose_name="notice",
                    ),
                ),
            ],
            options={
                "verbose_name": "figures of a month",
                "verbose_name_plural": "figures of a month",
                "ordering": ["recall", "-month"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recall", "month"),
                        name="monthly_figures_once",
                        violation_error_message="The figures of this month are entered already.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.models.IsFirstOfMonth("month"),
                        name="monthly_figures_month_is_its_first_day",
                        violation_error_message="Enter the month as its first day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", datetime.date(2000, 1, 1))),
                        name="monthly_figures_month_is_of_our_time",
                        violation_error_message="Look at the year: it is before 2000.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRecallText",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "language",
                    recalls.languages.LanguageField(
                        help_text="The notice's first language is needed to publish: the public reads it where another is missing.",
                        max_length=12,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="Needed. Brand, model, hazard in two words: “Anker A3102: fire hazard”. The heading of the page.",
                        max_length=65,
                    ),
                ),
                (
                    "lead",
                    models.CharField(
                        help_text="Needed. The long form of the title, below it: one sentence without a full stop.",
                        max_length=200,
                    ),
                ),
                (
                    "hazard",
                    models.TextField(
                        help_text="Needed. What can happen, in one sentence: “The battery can overheat and start a fire.” Also on the page of each recalled code."
                    ),
                ),
                (
                    "cause",
                    models.TextField(
                        blank=True,
                        help_text="Which units and why, where that is known. Below the hazard. US notices need it.",
                    ),
                ),
                (
                    "incidents",
                    models.TextField(
                        blank=True,
                        help_text="Reports, fires and injuries, with their date. Below the hazard. US notices need it; elsewhere leave it empty if there are none.",
                    ),
                ),
                (
                    "stop_use",
                    models.TextField(
                        blank=True,
                        help_text="Extra steps of this notice, one a line. Leave empty if there are none: the site's own steps come first, unless “own steps only” is on.",
                        verbose_name="stop-use steps",
                    ),
                ),
                (
                    "remedy",
                    models.TextField(
                        help_text="Needed. How to get the remedy, one step a line. The site’s own first step, to photograph the label and the product, stands above them.",
                        verbose_name="remedy steps",
                    ),
                ),
                (
                    "have_ready",
                    models.TextField(
                        blank=True,
                        help_text="What to have at hand for the claim, one thing a line. Below the remedy steps.",
                    ),
                ),
                (
                    "disposal",
                    models.TextField(
                        blank=True,
                        help_text="What this notice itself says on disposal, one sentence a line. The country's own text follows it.",
                    ),
                ),
                (
                    "changes",
                    models.TextField(
                        blank=True,
                        help_text="What changed since the notice was published, the newest first, one a line, each with its date: “12 March 2027: 200 codes added.” Public, near the top. The page “Publish” adds to it; here it is only corrected.",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="What else an owner should know, such as letters that reached known buyers only. One paragraph a line, after the remedy.",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical recall text",
                "verbose_name_plural": "historical recall texts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRecallCountry",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "country",
                    models.CharField(
                        choices=recalls.countries.choices,
                        help_text="Needed. Where units were bought: the public finds remedy and contact by it.",
                        max_length=2,
                    ),
                ),
                (
                    "units",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="About how many were sold there. Public. US notices need it.",
                        null=True,
                    ),
                ),
                (
                    "sold",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where, when, by whom and for how much it was sold, in one or two sentences. Public. US and EU notices need it.",
                        verbose_name="where it was sold",
                    ),
                ),
                (
                    "remedy",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What differs in this country from the remedy steps, one step a line. Public, below them. Leave empty if nothing does.",
                        verbose_name="remedy there",
                    ),
                ),
                (
                    "remedy_options",
                    recalls.options.OptionsField(
                        blank=True,
                        help_text="Only where they differ in this country. Public, in its block.",
                        max_length=200,
                        options=[
                            ("replace", "Replace"),
                            ("refund", "Refund"),
                            ("gift_card", "Gift Card"),
                            ("part_of_price", "Refund of Part of the Price"),
                            ("discount", "Discount on Another Product"),
                            ("repair", "Repair"),
                            ("new_instructions", "New Instructions"),
                            ("dispose", "Dispose"),
                            ("label", "Label"),
                            ("inspect", "Inspect"),
                            ("no_remedy", "No Remedy Available"),
                        ],
                        verbose_name="remedies there",
                    ),
                ),
                (
                    "returns_to_shop",
                    models.BooleanField(
                        default=False,
                        help_text="On where owners can take it back to the shop. Public, beside the remedy.",
                        verbose_name="back to the shop",
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        help_text="Who published the notice there, where several did. Public.",
                        max_length=120,
                    ),
                ),
                (
                    "authority_number",
                    models.CharField(
                        blank=True,
                        help_text="The number of the notice there. Public.",
                        max_length=40,
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        help_text="The firm's, with spaces or hyphens. Public, beside the remedy. US and EU notices need a free number or a page to ask.",
                        max_length=30,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[+(]?(?:[0-9][ ().-]*){3,15}\\Z",
                                "Enter a number that can be dialed: 3 to 15 digits with spaces, hyphens, points or brackets between them, and a + at most in front.",
                            )
                        ],
                    ),
                ),
                (
                    "hours",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Phone hours with the time zone. Public. Needed where there is a phone number.",
                        verbose_name="phone hours",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="The firm's, for this recall. Public, beside the remedy.",
                        max_length=254,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._+-]*@(?:[A-Za-z0-9-]+\\.)+[A-Za-z][A-Za-z0-9-]*\\Z",
                                "Enter the e-mail address alone, without a subject, question mark or blank.",
                            )
                        ],
                    ),
                ),
                (
                    "claim_url",
                    recalls.addresses.ClaimAddressField(
                        blank=True,
                        help_text="The firm's page where an owner asks for the remedy. Public, as the button. If the page can take the code, write {code} where it belongs: https://maker.example/claim?serial={code}. Then the answer to a recalled code, and no other page, hands the code on, and says so beside the link. {model} and {notice} hand on the model number and the address of the notice (its last part).",
                        verbose_name="claim page",
                    ),
                ),
                (
                    "notice_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The authority's own page on this recall. Public.",
                        verbose_name="official page",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical country of a notice",
                "verbose_name_plural": "historical countries of a notice",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRecall",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "slug",
                    models.SlugField(
                        help_text="Needed. The address of the notice's page: small letters, digits and hyphens, such as anker-a3102-australia-2024. It cannot change once the notice is public.",
                        max_length=80,
                        verbose_name="address",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced by another notice"),
                        ],
                        default="draft",
                        help_text="Only a published notice answers checks. A withdrawn one stays readable.",
                        max_length=12,
                    ),
                ),
                (
                    "language",
                    recalls.languages.LanguageField(
                        default="en",
                        help_text="Needed. The language in which the notice is written first. The public reads that text where one in the language of the page is missing.",
                        max_length=12,
                        verbose_name="first language",
                    ),
                ),
                (
                    "is_training",
                    models.BooleanField(
                        default=False,
                        help_text="A made-up notice to practice with. The public sees it marked as one on every page. Never on a real site.",
                        verbose_name="training notice",
                    ),
                ),
                (
                    "firm",
                    models.CharField(
                        blank=True,
                        help_text="Who recalls the product, such as Anker Innovations. The public is told to ask them. Leave empty only where no firm is known.",
                        max_length=120,
                    ),
                ),
                (
                    "other_firms",
                    models.TextField(
                        blank=True, help_text="Further firms that recall it, one a line. Public."
                    ),
                ),
                (
                    "firm_is_silent",
                    models.BooleanField(
                        default=False,
                        help_text="On where the authority says that the firm does not answer. The public is told not to wait for it.",
                        verbose_name="the firm does not answer",
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        help_text="Who published the notice, such as CPSC. Public. Leave empty if only the firm did.",
                        max_length=120,
                    ),
                ),
                (
                    "authority_number",
                    models.CharField(
                        blank=True,
                        help_text="The authority's own number, such as 25-030. Public. Never guess one.",
                        max_length=40,
                    ),
                ),
                (
                    "recall_date",
                    models.DateField(
                        blank=True,
                        help_text="The day of the notice. Public. Leave empty where only the month is known.",
                        null=True,
                    ),
                ),
                (
                    "recall_month",
                    models.DateField(
                        help_text="Needed where no day is known, and public then: the month of the notice, entered as any day of it."
                    ),
                ),
                (
                    "announced_again_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which the same notice was announced once more, such as after a death. Public: the notice stands among those of that day.",
                        null=True,
                    ),
                ),
                (
                    "announced_again_day_unknown",
                    models.BooleanField(
                        default=False,
                        help_text="On where only the month in which it was announced once more is known: enter any day of it. The public reads the month alone.",
                        verbose_name="only the month is known",
                    ),
                ),
                (
                    "expanded_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which further units or products joined it. Public, as above.",
                        null=True,
                    ),
                ),
                (
                    "expanded_day_unknown",
                    models.BooleanField(
                        default=False,
                        help_text="On where only the month in which they joined is known: enter any day of it above. The public reads the month alone.",
                        verbose_name="only the month is known",
                    ),
                ),
                (
                    "deaths",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many people are known to have died. Public, also on the page of each recalled code. Leave empty if none is known.",
                        null=True,
                    ),
                ),
                (
                    "injuries",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many people are known to have been hurt. Public, as above.",
                        null=True,
                    ),
                ),
                (
                    "remedy_options",
                    recalls.options.OptionsField(
                        error_messages={"blank": "Say what the owner gets."},
                        help_text="Needed. What the owner gets, or can choose from, as the notice says. The public reads it as the heading of the remedy steps.",
                        max_length=200,
                        options=[
                            ("replace", "Replace"),
                            ("refund", "Refund"),
                            ("gift_card", "Gift Card"),
                            ("part_of_price", "Refund of Part of the Price"),
                            ("discount", "Discount on Another Product"),
                            ("repair", "Repair"),
                            ("new_instructions", "New Instructions"),
                            ("dispose", "Dispose"),
                            ("label", "Label"),
                            ("inspect", "Inspect"),
                            ("no_remedy", "No Remedy Available"),
                        ],
                        verbose_name="remedies",
                    ),
                ),
                (
                    "steps_replace",
                    models.BooleanField(
                        default=False,
                        help_text="On where the stop-use steps of this notice stand in place of the site's own, because they ask for something else: take the battery out, use it on mains power only. The danger signs stay. It takes two people.",
                        verbose_name="own steps only",
                    ),
                ),
                (
                    "lines_left_out",
                    recalls.options.OptionsField(
                        blank=True,
                        help_text="The public does not read these for this notice: a firm that sends a box asks people to mail it. Leave all off otherwise. It takes two people.",
                        max_length=200,
                        options=[
                            ("switch_off", "“Switch it off”"),
                            ("unplug", "“Unplug it”"),
                            ("charge", "“Do not charge it again”"),
                            ("open", "“Do not open it”"),
                            ("bin", "“Do not put it in a bin”"),
                            ("mail", "“Do not mail it”"),
                        ],
                        verbose_name="lines of the site that this notice contradicts",
                    ),
                ),
                (
                    "manufactured_in",
                    models.CharField(
                        blank=True,
                        help_text="The code of the country, such as CN; several with spaces between. Public, by name. US notices need it.",
                        max_length=80,
                    ),
                ),
                (
                    "importer",
                    models.CharField(
                        blank=True,
                        help_text="The importer, or the manufacturer. Public. US notices need it.",
                        max_length=120,
                    ),
                ),
                (
                    "sources",
                    models.TextField(
                        blank=True,
                        help_text="Addresses of the official notice and other sources, one a line. The public finds them at the end of the page.",
                        validators=[recalls.addresses.validate_web_addresses],
                    ),
                ),
                (
                    "source_wording",
                    models.TextField(
                        blank=True,
                        help_text="What the official notice says of the units that are meant, word for word: serial numbers, batches, dates. It stands beside the rules of each product, with rules that it may mean. Not public.",
                        verbose_name="wording of the official notice",
                    ),
                ),
                (
                    "left_to_enter",
                    models.TextField(
                        blank=True,
                        help_text="What could not be taken from the authority's record, one thing a line. Take a line out once it is done. Not public.",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "changed_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the public text or the affected codes last changed.",
                        null=True,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="An earlier notice of the same products that goes on. Each links to the other. A notice that ends another is entered there, as its replacement.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.recall",
                        verbose_name="earlier notice",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical recall",
                "verbose_name_plural": "historical recalls",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProduct",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("speaker", "Speaker"),
                            ("speakerphone", "Speakerphone"),
                            ("headphones", "Headphones"),
                            ("phone", "Phone"),
                            ("laptop", "Laptop"),
                            ("power_bank", "Power bank"),
                            ("power_station", "Power station"),
                            ("charger", "Charger"),
                            ("charging_case", "Charging case"),
                            ("battery", "Battery"),
                            ("light", "Light"),
                            ("tool", "Tool"),
                            ("bike", "Bicycle, e-bike"),
                            ("vehicle", "Vehicle, e-scooter"),
                            ("toy", "Toy"),
                            ("furniture", "Furniture"),
                            ("appliance", "Appliance"),
                            ("clothing", "Clothing"),
                            ("other", "Another kind"),
                        ],
                        default="speaker",
                        help_text="Needed. The word that the public reads: “Stop using this speaker now”.",
                        max_length=16,
                    ),
                ),
                (
                    "power",
                    models.CharField(
                        choices=[
                            ("battery", "A battery that is charged"),
                            ("mains", "The wall socket only"),
                            ("none", "No power"),
                        ],
                        default="battery",
                        help_text="Needed. The public's steps and danger signs follow it. “A battery that is charged”: it has one, or is one. “No power”: also with batteries to throw away.",
                        max_length=8,
                    ),
                ),
                (
                    "brand",
                    models.CharField(
                        blank=True,
                        help_text="As on the product: Anker. Public. Leave empty only where it has none.",
                        max_length=60,
                    ),
                ),
                (
                    "other_brands",
                    models.TextField(
                        blank=True,
                        help_text="Further brands that it is sold under, one a line. Public.",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Needed. As shops call it: Soundcore. Public.", max_length=120
                    ),
                ),
                (
                    "model_numbers",
                    models.TextField(
                        blank=True,
                        help_text="One a line, the one on the label first: A3102, then A3102016. Public. Products that share a number are one to the public. Without any number the name counts.",
                    ),
                ),
                (
                    "article_numbers",
                    models.TextField(
                        blank=True, help_text="Article, item or SKU numbers, one a line. Public."
                    ),
                ),
                (
                    "part_numbers",
                    models.TextField(blank=True, help_text="Part numbers, one a line. Public."),
                ),
                (
                    "barcodes",
                    models.TextField(
                        blank=True,
                        help_text="UPC, EAN, JAN or GTIN, one a line, digits only. Public. A UPC is found with the leading zero of an EAN too.",
                        validators=[recalls.barcodes.validate_barcodes],
                        verbose_name="barcode numbers",
                    ),
                ),
                (
                    "units",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="About how many of this product were sold, where the notice says so by product. Public.",
                        null=True,
                    ),
                ),
                (
                    "sold_in",
                    models.CharField(
                        blank=True,
                        help_text="Codes of countries, such as CA US, where the notice means this product only there. Public. Leave empty where it holds in all of the notice.",
                        max_length=200,
                        verbose_name="only in these countries",
                    ),
                ),
                (
                    "remedy_options",
                    recalls.options.OptionsField(
                        blank=True,
                        help_text="Only where they differ from the notice's. Public, below its heading.",
                        max_length=200,
                        options=[
                            ("replace", "Replace"),
                            ("refund", "Refund"),
                            ("gift_card", "Gift Card"),
                            ("part_of_price", "Refund of Part of the Price"),
                            ("discount", "Discount on Another Product"),
                            ("repair", "Repair"),
                            ("new_instructions", "New Instructions"),
                            ("dispose", "Dispose"),
                            ("label", "Label"),
                            ("inspect", "Inspect"),
                            ("no_remedy", "No Remedy Available"),
                        ],
                        verbose_name="remedies of this product",
                    ),
                ),
                (
                    "color",
                    recalls.localized_text.LocalizedTextField(
                        help_text="As the notice says it: “black”. Public. US notices need it.",
                        verbose_name="color",
                    ),
                ),
                (
                    "colors_left_out",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Only where the maker leaves some out, in its words: “Anker leaves red and blue out of this recall.” The public reads that this clears none of them.",
                        verbose_name="colors left out",
                    ),
                ),
                (
                    "label",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What the label says and where: “Model: A3102, on the underside”. Public. US and EU notices need it.",
                        verbose_name="what the label says",
                    ),
                ),
                (
                    "where_code",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where the SN code is: “On the label on the underside, after the letters SN”. Public, beside the form. Needed unless every unit is recalled.",
                        verbose_name="where the code is",
                    ),
                ),
                (
                    "second_code",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where the notice tells the units by two codes together: which the other one is, and where: “The part number, below the bar code”. Rules and lists of either may be entered: who types one that is in them is told to stop using it. Nobody else is cleared: the public is told to compare both codes with the notice. Leave empty otherwise.",
                        verbose_name="second code",
                    ),
                ),
                (
                    "example_code",
                    models.CharField(
                        blank=True,
                        help_text="An example that no real unit carries. The public sees it beside the form; it is never looked up. Leave empty for none.",
                        max_length=40,
                    ),
                ),
                (
                    "shapes",
                    models.TextField(
                        blank=True,
                        help_text="What its codes look like, one shape a line: ???????????????? for 16 letters or digits, 57V########### for 57V and eleven digits. Needed before the list can be complete. The public reads only how long a code is. Leave empty if not known.",
                        validators=[recalls.models.validate_shapes],
                    ),
                ),
                (
                    "code_length_unknown",
                    models.BooleanField(
                        default=False,
                        help_text="On where the notice tells the units by the beginning or the end of a code alone and nobody knows how long one is. A character that was left out cannot be seen then, so no code is cleared: the public is told to compare it with the notice.",
                        verbose_name="length of the codes not known",
                    ),
                ),
                (
                    "unused_letters",
                    models.CharField(
                        blank=True,
                        help_text="Letters that the maker never uses in a code, such as OI, so that an O is read as a zero. Only if the maker says so. Not public.",
                        max_length=26,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]*\\Z",
                                "Enter capital letters only, without spaces or commas.",
                            )
                        ],
                    ),
                ),
                (
                    "identified_by",
                    models.CharField(
                        choices=[
                            ("listed_codes", "Listed codes: rules and lists held here"),
                            ("every_unit", "Every unit: the model number alone decides"),
                            ("makers_checker", "The maker's checker: no list is held here"),
                            (
                                "only_without_code",
                                "Only units without a code: a unit with a code is not meant",
                            ),
                        ],
                        help_text="Needed. What decides whether a unit is recalled, as the official notice says. “Only units without a code”: who types a code is told that such a unit is not meant, and to compare the label with the notice; it is never called “not on the list”.",
                        max_length=20,
                    ),
                ),
                (
                    "list_complete",
                    models.BooleanField(
                        default=False,
                        help_text="Only when every recalled code is in. Once that is public, people whose code is not in a rule or list read “This code is not on the list”, and go on using the product; where the address of the maker's checker is entered, they read that only the maker can tell. Until then they read “We do not have all the codes yet. Switch it off and unplug it”. It takes two people.",
                    ),
                ),
                (
                    "show_ranges",
                    models.BooleanField(
                        default=False,
                        help_text="Print the active “Recalled” rules on the notice's page, so that people can compare by eye. Only where the notice itself publishes them, and only a few.",
                    ),
                ),
                (
                    "checker_name",
                    models.CharField(
                        blank=True,
                        help_text="Whose checker, as the text of the link: “Anker's page for A3102”. Public.",
                        max_length=80,
                    ),
                ),
                (
                    "checker_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The maker's own checker. Public. Needed where only the maker holds the list.",
                        verbose_name="checker's address",
                    ),
                ),
                (
                    "checker_tried_on",
                    models.DateField(
                        blank=True,
                        help_text="When somebody here last saw the link work. Public.",
                        null=True,
                    ),
                ),
                (
                    "sold",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where the notice says it by product: “From May 2022 to January 2023”. Public.",
                        verbose_name="when it was sold",
                    ),
                ),
                (
                    "part_of_set",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where only a part is recalled: “Only the battery is recalled, not the speaker.” Public, also on the page of each recalled code. Leave empty otherwise.",
                        verbose_name="part of a set",
                    ),
                ),
                (
                    "repaired",
                    recalls.localized_text.LocalizedTextField(
                        help_text="How a unit that was repaired or exchanged already is told: “A green dot beside the label”. Public, also on the page of each recalled code. It takes two people.",
                        verbose_name="unit already repaired",
                    ),
                ),
                (
                    "checker_note",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What to know beside the maker's answer. Public. Leave empty if there is nothing.",
                        verbose_name="note on the checker",
                    ),
                ),
                (
                    "picture_alt",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What the picture shows: “Black round speaker, A on its top”. Needed once there is a picture: it is the text of the public's link.",
                        verbose_name="what the picture shows",
                    ),
                ),
                (
                    "without_code",
                    models.CharField(
                        choices=[
                            ("contact_maker", "Contact the maker"),
                            ("treat_as_recalled", "Treat as recalled"),
                        ],
                        default="contact_maker",
                        help_text="Needed. What the public is told where the label is gone or cannot be read.",
                        max_length=20,
                        verbose_name="unit without a readable code",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.picture",
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Needed. The notice that it belongs to.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical product",
                "verbose_name_plural": "historical products",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMonthlyFigures",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "month",
                    models.DateField(
                        help_text="Needed. The month of the report, entered as any day of it. Days are those of UTC, as in the daily counts."
                    ),
                ),
                (
                    "corrected_manufacturer",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with the manufacturer"
                    ),
                ),
                (
                    "corrected_distributors",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with distributors"
                    ),
                ),
                (
                    "corrected_retailers",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with retailers"
                    ),
                ),
                (
                    "corrected_consumers",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="with consumers"
                    ),
                ),
                (
                    "incidents_before",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="incidents before the recall"
                    ),
                ),
                (
                    "injuries_before",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="injuries before the recall"
                    ),
                ),
                (
                    "deaths_before",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="deaths before the recall"
                    ),
                ),
                (
                    "incidents_after",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="incidents after the recall"
                    ),
                ),
                (
                    "injuries_after",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="injuries after the recall"
                    ),
                ),
                (
                    "deaths_after",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="deaths after the recall"
                    ),
                ),
                (
                    "notified_phone",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="told by phone"
                    ),
                ),
                (
                    "notified_email",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="told by e-mail"
                    ),
                ),
                (
                    "notified_mail",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="told by letter"
                    ),
                ),
                (
                    "contacts_phone",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="asked by phone"
                    ),
                ),
                (
                    "contacts_email",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="asked by e-mail"
                    ),
                ),
                (
                    "contacts_mail",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="asked by letter"
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="Where the numbers come from, and what else the report asks for: posts in social media, units found for sale. Not public.",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Needed. The notice that the figures are of.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.recall",
                        verbose_name="notice",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical figures of a month",
                "verbose_name_plural": "historical figures of a month",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RecallCountry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        choices=recalls.countries.choices,
                        help_text="Needed. Where units were bought: the public finds remedy and contact by it.",
                        max_length=2,
                    ),
                ),
                (
                    "units",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="About how many were sold there. Public. US notices need it.",
                        null=True,
                    ),
                ),
                (
                    "sold",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Where, when, by whom and for how much it was sold, in one or two sentences. Public. US and EU notices need it.",
                        verbose_name="where it was sold",
                    ),
                ),
                (
                    "remedy",
                    recalls.localized_text.LocalizedTextField(
                        help_text="What differs in this country from the remedy steps, one step a line. Public, below them. Leave empty if nothing does.",
                        verbose_name="remedy there",
                    ),
                ),
                (
                    "remedy_options",
                    recalls.options.OptionsField(
                        blank=True,
                        help_text="Only where they differ in this country. Public, in its block.",
                        max_length=200,
                        options=[
                            ("replace", "Replace"),
                            ("refund", "Refund"),
                            ("gift_card", "Gift Card"),
                            ("part_of_price", "Refund of Part of the Price"),
                            ("discount", "Discount on Another Product"),
                            ("repair", "Repair"),
                            ("new_instructions", "New Instructions"),
                            ("dispose", "Dispose"),
                            ("label", "Label"),
                            ("inspect", "Inspect"),
                            ("no_remedy", "No Remedy Available"),
                        ],
                        verbose_name="remedies there",
                    ),
                ),
                (
                    "returns_to_shop",
                    models.BooleanField(
                        default=False,
                        help_text="On where owners can take it back to the shop. Public, beside the remedy.",
                        verbose_name="back to the shop",
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        help_text="Who published the notice there, where several did. Public.",
                        max_length=120,
                    ),
                ),
                (
                    "authority_number",
                    models.CharField(
                        blank=True,
                        help_text="The number of the notice there. Public.",
                        max_length=40,
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        help_text="The firm's, with spaces or hyphens. Public, beside the remedy. US and EU notices need a free number or a page to ask.",
                        max_length=30,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[+(]?(?:[0-9][ ().-]*){3,15}\\Z",
                                "Enter a number that can be dialed: 3 to 15 digits with spaces, hyphens, points or brackets between them, and a + at most in front.",
                            )
                        ],
                    ),
                ),
                (
                    "hours",
                    recalls.localized_text.LocalizedTextField(
                        help_text="Phone hours with the time zone. Public. Needed where there is a phone number.",
                        verbose_name="phone hours",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="The firm's, for this recall. Public, beside the remedy.",
                        max_length=254,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._+-]*@(?:[A-Za-z0-9-]+\\.)+[A-Za-z][A-Za-z0-9-]*\\Z",
                                "Enter the e-mail address alone, without a subject, question mark or blank.",
                            )
                        ],
                    ),
                ),
                (
                    "claim_url",
                    recalls.addresses.ClaimAddressField(
                        blank=True,
                        help_text="The firm's page where an owner asks for the remedy. Public, as the button. If the page can take the code, write {code} where it belongs: https://maker.example/claim?serial={code}. Then the answer to a recalled code, and no other page, hands the code on, and says so beside the link. {model} and {notice} hand on the model number and the address of the notice (its last part).",
                        verbose_name="claim page",
                    ),
                ),
                (
                    "notice_url",
                    recalls.addresses.WebAddressField(
                        blank=True,
                        help_text="The authority's own page on this recall. Public.",
                        verbose_name="official page",
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="countries",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "verbose_name": "country of a notice",
                "verbose_name_plural": "countries of a notice",
                "ordering": ["recall", "country"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            recalls.options.HasOnlyOptions(
                                "remedy_options",
                                options=(
                                    "replace",
                                    "refund",
                                    "gift_card",
                                    "part_of_price",
                                    "discount",
                                    "repair",
                                    "new_instructions",
                                    "dispose",
                                    "label",
                                    "inspect",
                                    "no_remedy",
                                ),
                            )
                        ),
                        name="recall_country_remedies_known",
                    ),
                    models.UniqueConstraint(
                        fields=("recall", "country"),
                        name="recall_country_once",
                        violation_error_message="This notice has this country already.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsPhone("phone"),
                        name="recall_country_phone_can_be_dialed",
                        violation_error_message="Enter a number that can be dialed: 3 to 15 digits with spaces, hyphens, points or brackets between them, and a + at most in front.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsEmail("email"),
                        name="recall_country_email_is_plain",
                        violation_error_message="Enter the e-mail address alone, without a subject, question mark or blank.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsClaimAddress("claim_url"),
                        name="recall_country_claim_url_is_https",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.addresses.IsWebAddress("notice_url"),
                        name="recall_country_notice_url_is_https",
                        violation_error_message="Enter an address that begins with https:// and a host name, without a user name in front of it, blanks or letters with accents: copy it from the browser.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("sold"),
                        name="recall_country_sold_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("remedy"),
                        name="recall_country_remedy_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.localized_text.IsTextByLanguage("hours"),
                        name="recall_country_hours_by_language",
                        violation_error_message="Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecallText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    recalls.languages.LanguageField(
                        help_text="The notice's first language is needed to publish: the public reads it where another is missing.",
                        max_length=12,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="Needed. Brand, model, hazard in two words: “Anker A3102: fire hazard”. The heading of the page.",
                        max_length=65,
                    ),
                ),
                (
                    "lead",
                    models.CharField(
                        help_text="Needed. The long form of the title, below it: one sentence without a full stop.",
                        max_length=200,
                    ),
                ),
                (
                    "hazard",
                    models.TextField(
                        help_text="Needed. What can happen, in one sentence: “The battery can overheat and start a fire.” Also on the page of each recalled code."
                    ),
                ),
                (
                    "cause",
                    models.TextField(
                        blank=True,
                        help_text="Which units and why, where that is known. Below the hazard. US notices need it.",
                    ),
                ),
                (
                    "incidents",
                    models.TextField(
                        blank=True,
                        help_text="Reports, fires and injuries, with their date. Below the hazard. US notices need it; elsewhere leave it empty if there are none.",
                    ),
                ),
                (
                    "stop_use",
                    models.TextField(
                        blank=True,
                        help_text="Extra steps of this notice, one a line. Leave empty if there are none: the site's own steps come first, unless “own steps only” is on.",
                        verbose_name="stop-use steps",
                    ),
                ),
                (
                    "remedy",
                    models.TextField(
                        help_text="Needed. How to get the remedy, one step a line. The site’s own first step, to photograph the label and the product, stands above them.",
                        verbose_name="remedy steps",
                    ),
                ),
                (
                    "have_ready",
                    models.TextField(
                        blank=True,
                        help_text="What to have at hand for the claim, one thing a line. Below the remedy steps.",
                    ),
                ),
                (
                    "disposal",
                    models.TextField(
                        blank=True,
                        help_text="What this notice itself says on disposal, one sentence a line. The country's own text follows it.",
                    ),
                ),
                (
                    "changes",
                    models.TextField(
                        blank=True,
                        help_text="What changed since the notice was published, the newest first, one a line, each with its date: “12 March 2027: 200 codes added.” Public, near the top. The page “Publish” adds to it; here it is only corrected.",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="What else an owner should know, such as letters that reached known buyers only. One paragraph a line, after the remedy.",
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="recalls.recall",
                    ),
                ),
            ],
            options={
                "ordering": ["recall", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recall", "language"),
                        name="recall_text_once_a_language",
                        violation_error_message="This notice has a text in this language already.",
                    ),
                    models.CheckConstraint(
                        condition=recalls.languages.IsLanguageTag("language"),
                        name="recall_text_language_is_a_tag",
                        violation_error_message="Enter a language as Django names it, such as fr or pt-br.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("loading", "Loading"),
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("withdrawn", "Withdrawn"),
                            ("discarded", "Discarded"),
                        ],
                        default="loading",
                        max_length=12,
                    ),
                ),
                (
                    "shapes",
                    models.TextField(
                        help_text="What its codes look like: the product's shapes when the file was read, against which each row was held. One a line.",
                        validators=[recalls.models.validate_shapes],
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64, verbose_name="fingerprint of the file")),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("codes_stored", models.PositiveIntegerField(default=0)),
                ("codes_repeated", models.PositiveIntegerField(default=0)),
                ("rows_refused", models.PositiveIntegerField(default=0)),
                (
                    "waiver",
                    models.TextField(
                        blank=True,
                        help_text="Why the list may be used without the refused rows. Each is a missing code.",
                    ),
                ),
                (
                    "report",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What else the preview shows of the file.",
                    ),
                ),
                ("loaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("alive_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("activated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "loaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="recalls.codelist",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_lists",
                        to="recalls.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "list of codes",
                "verbose_name_plural": "lists of codes",
                "ordering": ["product", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["loading", "draft", "active"])),
                        fields=("product", "sha256"),
                        name="code_list_file_once_a_product",
                        violation_error_message="This file was loaded for this product before.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            ("activated_at__isnull", False),
                            _connector="OR",
                        ),
                        name="code_list_active_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            ("rows_refused", 0),
                            models.Q(("waiver", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="code_list_refused_rows_waived",
                        violation_error_message="Some rows were refused. Mend the file and load it again, or say why the rest may be used without them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shapes", ""), _negated=True),
                        name="code_list_has_shapes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            ("codes_stored__gt", 0),
                            _connector="OR",
                        ),
                        name="code_list_active_has_codes",
                        violation_error_message="This list holds no code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["loading", "draft", "active", "withdrawn", "discarded"])
                        ),
                        name="code_list_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalTestCode",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "typed",
                    models.CharField(
                        help_text="Needed. A code as a visitor would type it. Public, with its answer.",
                        max_length=100,
                    ),
                ),
                (
                    "names_product",
                    models.BooleanField(
                        default=False,
                        help_text="On if the visitor has said that it is this product.",
                    ),
                ),
                (
                    "typed_twice",
                    models.BooleanField(
                        default=False,
                        help_text="On for the last answer of the whole way: the visitor is asked to type the code once more, types the same, and says at every comparison that the label reads so. Off for the first answer, which is “Type again” where a recalled code is one slip away.",
                    ),
                ),
                (
                    "expected",
                    models.CharField(
                        choices=[
                            ("recalled", "Recalled"),
                            ("inspect", "Inspect"),
                            ("check_again", "Check again"),
                            ("which_product", "Which product"),
                            ("type_again", "Type again"),
                            ("list_incomplete", "List incomplete"),
                            ("check_with_maker", "Check with the maker"),
                            ("model_number", "Model number"),
                            ("partly_read", "Partly read"),
                            ("form_error", "Form error"),
                            ("unrecognised", "Unrecognized"),
                            ("not_listed", "Not listed"),
                        ],
                        help_text="Needed. What the site must answer. The notice cannot be published while it answers something else.",
                        max_length=20,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical test code",
                "verbose_name_plural": "historical test codes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIdentificationRule",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "text",
                    models.CharField(
                        help_text="Needed, one rule a line: KK23289034 · A100 to A200 · from A100 · up to A200 · 57V* · WY100M230117#### (# a digit, @ a letter, ? either, [HJK] one of these, * any run). The public sees it only where the product shows its ranges.",
                        max_length=200,
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("recalled", "Recalled"),
                            ("inspect", "Inspect"),
                            (
                                "not_recalled",
                                "Not recalled (takes codes out of this product's own rules)",
                            ),
                        ],
                        default="recalled",
                        help_text="Needed. What the public is told of a code that matches.",
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical rule",
                "verbose_name_plural": "historical rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="TestCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "typed",
                    models.CharField(
                        help_text="Needed. A code as a visitor would type it. Public, with its answer.",
                        max_length=100,
                    ),
                ),
                (
                    "names_product",
                    models.BooleanField(
                        default=False,
                        help_text="On if the visitor has said that it is this product.",
                    ),
                ),
                (
                    "typed_twice",
                    models.BooleanField(
                        default=False,
                        help_text="On for the last answer of the whole way: the visitor is asked to type the code once more, types the same, and says at every comparison that the label reads so. Off for the first answer, which is “Type again” where a recalled code is one slip away.",
                    ),
                ),
                (
                    "expected",
                    models.CharField(
                        choices=[
                            ("recalled", "Recalled"),
                            ("inspect", "Inspect"),
                            ("check_again", "Check again"),
                            ("which_product", "Which product"),
                            ("type_again", "Type again"),
                            ("list_incomplete", "List incomplete"),
                            ("check_with_maker", "Check with the maker"),
                            ("model_number", "Model number"),
                            ("partly_read", "Partly read"),
                            ("form_error", "Form error"),
                            ("unrecognised", "Unrecognized"),
                            ("not_listed", "Not listed"),
                        ],
                        help_text="Needed. What the site must answer. The notice cannot be published while it answers something else.",
                        max_length=20,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="test_codes",
                        to="recalls.product",
                    ),
                ),
            ],
            options={
                "ordering": ["product", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "typed", "names_product", "typed_twice"),
                        name="test_code_once",
                        violation_error_message="This product has this test code already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentificationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "text",
                    models.CharField(
                        help_text="Needed, one rule a line: KK23289034 · A100 to A200 · from A100 · up to A200 · 57V* · WY100M230117#### (# a digit, @ a letter, ? either, [HJK] one of these, * any run). The public sees it only where the product shows its ranges.",
                        max_length=200,
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("recalled", "Recalled"),
                            ("inspect", "Inspect"),
                            (
                                "not_recalled",
                                "Not recalled (takes codes out of this product's own rules)",
                            ),
                        ],
                        default="recalled",
                        help_text="Needed. What the public is told of a code that matches.",
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="recalls.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule",
                "ordering": ["product", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("product", "text"),
                        name="rule_once_a_product",
                        violation_error_message="This product has this rule already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="rule_has_text"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effect__in", ["recalled", "inspect", "not_recalled"])),
                        name="rule_effect_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "active", "withdrawn"])),
                        name="rule_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCodeList",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=150)),
                ("by_site", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("loading", "Loading"),
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("withdrawn", "Withdrawn"),
                            ("discarded", "Discarded"),
                        ],
                        default="loading",
                        max_length=12,
                    ),
                ),
                (
                    "shapes",
                    models.TextField(
                        help_text="What its codes look like: the product's shapes when the file was read, against which each row was held. One a line.",
                        validators=[recalls.models.validate_shapes],
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64, verbose_name="fingerprint of the file")),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("codes_stored", models.PositiveIntegerField(default=0)),
                ("codes_repeated", models.PositiveIntegerField(default=0)),
                ("rows_refused", models.PositiveIntegerField(default=0)),
                (
                    "waiver",
                    models.TextField(
                        blank=True,
                        help_text="Why the list may be used without the refused rows. Each is a missing code.",
                    ),
                ),
                (
                    "report",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What else the preview shows of the file.",
                    ),
                ),
                ("loaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("alive_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("activated_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "loaded_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.codelist",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="recalls.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical list of codes",
                "verbose_name_plural": "historical lists of codes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "row",
                    models.PositiveIntegerField(help_text="As the spreadsheet counts, from 1."),
                ),
                ("value", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=300)),
                (
                    "code_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refused",
                        to="recalls.codelist",
                    ),
                ),
            ],
            options={
                "ordering": ["code_list", "row", "id"],
            },
        ),
        migrations.CreateModel(
            name="AffectedCode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "skeleton",
                        "code",
                        "code_list",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("skeleton", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=40)),
                (
                    "code_list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="recalls.codelist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=recalls.models.IsNormalForm("code"), name="code_in_normal_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("skeleton", recalls.models.SkeletonOf("code"))),
                        name="code_under_its_skeleton",
                    ),
                ],
            },
        ),
    ]
