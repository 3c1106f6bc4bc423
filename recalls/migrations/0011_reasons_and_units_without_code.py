"""Reasons that two people read, and recalls of units without a code."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recalls", "0010_who_changed_what"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="product",
            name="product_identified_by_known",
        ),
        migrations.AddField(
            model_name="publication",
            name="explanation",
            field=models.TextField(blank=True, help_text="That reason."),
        ),
        migrations.AddField(
            model_name="publication",
            name="to_explain",
            field=models.TextField(
                blank=True,
                help_text="What needs a reason that two people read, one sentence a line; empty if nothing does",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproduct",
            name="identified_by",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="product",
            name="identified_by",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("identified_by", "only_without_code"), _negated=True),
                    ("without_code", "treat_as_recalled"),
                    _connector="OR",
                ),
                name="product_without_code_is_recalled",
                violation_error_message="Only units without a code are recalled here, so set what a unit without a readable code means to “Treat as recalled”.",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "identified_by__in",
                        ["listed_codes", "every_unit", "makers_checker", "only_without_code"],
                    )
                ),
                name="product_identified_by_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_explain", ""),
                    models.Q(("explanation", ""), _negated=True),
                    ("asked_by__isnull", True),
                    _connector="OR",
                ),
                name="publication_is_explained",
                violation_error_message="Say why this is right: two people have to read the reason.",
            ),
        ),
        migrations.AlterField(
            model_name="historicaltestcode",
            name="typed_twice",
            field=models.BooleanField(
                default=False,
                help_text="On for the last answer of the whole way: the visitor is asked to type the code once more, types the same, and says at every comparison that the label reads so. Off for the first answer, which is “Type again” where a recalled code is one slip away.",
            ),
        ),
        migrations.AlterField(
            model_name="testcode",
            name="typed_twice",
            field=models.BooleanField(
                default=False,
                help_text="On for the last answer of the whole way: the visitor is asked to type the code once more, types the same, and says at every comparison that the label reads so. Off for the first answer, which is “Type again” where a recalled code is one slip away.",
            ),
        ),
    ]
