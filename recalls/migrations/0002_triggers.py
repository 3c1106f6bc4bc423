"""This module says how a database holds codes so that a million of them load in seconds.

SQLite keeps them in the order of their key and nowhere else: half the bytes, half the writing.
PostgreSQL asks once for each statement, not for each code, whether their list exists, and compares
codes character by character and not as words of a language.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "recalls_affectedcode"

LISTS_EXIST = """
CREATE FUNCTION recalls_list_of_codes_exists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT code_list_id AS id FROM added) AS named
        WHERE NOT EXISTS (
            SELECT FROM recalls_codelist AS lists WHERE lists.id = named.id FOR KEY SHARE
        )
    ) THEN
        RAISE EXCEPTION 'These codes belong to no list.'
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'code_of_a_list';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER code_of_a_list_added AFTER INSERT ON recalls_affectedcode
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION recalls_list_of_codes_exists();

CREATE TRIGGER code_of_a_list_changed AFTER UPDATE ON recalls_affectedcode
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION recalls_list_of_codes_exists();

CREATE FUNCTION recalls_list_has_no_codes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM recalls_affectedcode WHERE code_list_id IN (SELECT id FROM gone)
    ) THEN
        RAISE EXCEPTION 'This list still has codes.'
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'code_of_a_list';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER code_of_a_list_kept AFTER DELETE ON recalls_codelist
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION recalls_list_has_no_codes();
"""


def rebuild(apps, editor):
    if editor.connection.vendor == "postgresql":
        _on_postgresql(editor)
    else:
        _on_sqlite(editor)


def _on_postgresql(editor):
    editor.execute(
        f'ALTER TABLE {TABLE} ALTER skeleton TYPE varchar(40) COLLATE "C", '
        'ALTER code TYPE varchar(40) COLLATE "C"'
    )
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
            [TABLE],
        )
        keys = [name for (name,) in cursor.fetchall()]
    for name in keys:
        editor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {editor.quote_name(name)}")
    editor.execute(LISTS_EXIST)


def _on_sqlite(editor):
    """The same table, its foreign key and constraints included, without row numbers."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [TABLE])
        (text,) = cursor.fetchone()
    editor.execute(text.replace(f'"{TABLE}"', f'"new__{TABLE}"', 1) + " WITHOUT ROWID")
    editor.execute(
        f"INSERT INTO new__{TABLE} (skeleton, code, code_list_id) "  # noqa: S608 - a fixed name
        f"SELECT skeleton, code, code_list_id FROM {TABLE} ORDER BY skeleton, code, code_list_id"
    )
    editor.execute(f"DROP TABLE {TABLE}")
    editor.execute(f"ALTER TABLE new__{TABLE} RENAME TO {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("recalls", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="affectedcode",
                    name="code_list",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="recalls.codelist",
                    ),
                )
            ]
        ),
        migrations.RunPython(rebuild),
    ]
