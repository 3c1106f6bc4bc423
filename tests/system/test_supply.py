"""Here is what the site is made of: bounded versions, known licenses, and an audit
that cannot lie."""

import json
import re
import runpy
import tomllib
from importlib import metadata
from types import SimpleNamespace

import pytest
from django.conf import settings
from packaging.requirements import Requirement

PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
RUNTIME = [*PROJECT["project"]["dependencies"], *EXTRAS["postgresql"]]

# Of what runs in production. Each may be used beside MIT code; LGPL and MPL files stay their own.
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "HPND",
    "LGPL-3.0-only",
    "MIT",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Unlicense",
}
CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: The Unlicense (Unlicense)": "Unlicense",
}


def all_requirements():
    yield from PROJECT["build-system"]["requires"]
    yield from PROJECT["project"]["dependencies"]
    for extra in EXTRAS.values():
        yield from extra


@pytest.mark.parametrize("text", list(all_requirements()))
def test_every_version_is_bounded_on_both_sides(text):
    characters = {part.operator for part in Requirement(text).specifier}
    assert ">=" in characters
    assert "<" in characters


def test_the_checker_of_html_is_one_version():
    held = json.loads((settings.BASE_DIR / ".ci" / "html" / "package.json").read_text())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", held) for held in held["devDependencies"].values())


def with_what_they_need(requirements):
    """The installed distributions by name, each with what it needs in turn."""
    found, extras = {}, {""}
    open_ones = [Requirement(text) for text in requirements]
    while open_ones:
        wanted = open_ones.pop()
        extras |= wanted.extras
        applies = wanted.marker is None or any(
            wanted.marker.evaluate({"extra": extra}) for extra in extras
        )
        try:
            held = metadata.distribution(wanted.name) if applies else None
        except metadata.PackageNotFoundError:
            held = None  # an extra that is not installed here
        if held and held.metadata["Name"] not in found:
            found[held.metadata["Name"]] = held
            open_ones += [Requirement(text) for text in held.requires or []]
    return found


def license_of(held):
    """As SPDX names it; alternatives as they stand."""
    stated = held.metadata.get("License-Expression")
    if stated:
        return stated
    kinds = [kind for kind in held.metadata.get_all("Classifier") or [] if kind in CLASSIFIERS]
    if kinds:
        return CLASSIFIERS[kinds[0]]
    return held.metadata.get("License") or "none stated"


def is_allowed(terms):
    return all(
        any(one.strip(" ()") in ALLOWED for one in part.split(" OR "))
        for part in terms.split(" AND ")
    )


def test_every_license_in_production_is_an_allowed_one():
    found = with_what_they_need(RUNTIME)
    licenses = {name: license_of(held) for name, held in sorted(found.items())}
    print("\n" + "\n".join(f"{name}: {terms}" for name, terms in licenses.items()))
    assert set(licenses) >= {"Django", "django-otp", "granian", "pillow", "segno", "whitenoise"}
    assert {name: kind for name, kind in licenses.items() if not is_allowed(kind)} == {}


@pytest.mark.parametrize(
    ("terms", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("none stated", False),
    ],
)
def test_other_licenses_would_be_seen(terms, allowed):
    assert is_allowed(terms) is allowed


# The audit of .ci/run -----------------------------------------------------------------------------


@pytest.fixture
def audit(monkeypatch, capsys):
    """audit(python, node): what it ends with and prints, for these reports of the programs."""
    script = runpy.run_path(str(settings.BASE_DIR / ".ci" / "audit"))

    def audit(python, node):
        def run(command, **options):
            report = node if "npm" in command[0] else python
            return SimpleNamespace(stdout=report if isinstance(report, str) else json.dumps(report))

        monkeypatch.setattr(script["subprocess"], "run", run)
        code = script["main"]("pip-audit", "folder", "npm", "folder")
        return code, capsys.readouterr().out

    return audit


SKIPPED = {"dependencies": [{"name": "django", "skip_reason": "not found"}]}
GOOD = {"dependencies": [{"name": "django", "version": "5.2.8", "vulns": []}]}
BAD = {
    "dependencies": [
        {
            "name": "django",
            "version": "5.2.0",
            "vulns": [{"id": "PYSEC-1", "fix_versions": ["5.2.1"]}],
        }
    ]
}
NODE_GOOD = {"vulnerabilities": {}, "metadata": {"dependencies": {"total": 61}}}
NODE_BAD = {
    "vulnerabilities": {"left-pad": {"severity": "high", "range": "<2"}},
    "metadata": {"dependencies": {"total": 61}},
}


def test_advisories_that_cannot_be_asked_are_not_called_clean(audit):
    for python, node in ((SKIPPED, {"error": {}}), ("", "no JSON")):
        code, said = audit(python, node)
        assert code == 0
        assert "Python packages: NOT CHECKED." in said
        assert "Node packages: NOT CHECKED." in said
        assert "no known vulnerability" not in said


def test_what_is_clean_is_said_with_its_number(audit):
    code, said = audit(GOOD, NODE_GOOD)
    assert code == 0
    assert "Python packages: 1 packages looked up, no known vulnerability." in said
    assert "Node packages: 61 packages looked up, no known vulnerability." in said


@pytest.mark.parametrize(
    ("python", "node", "line"),
    [
        (BAD, NODE_GOOD, "django 5.2.0: PYSEC-1, mended in 5.2.1"),
        (GOOD, NODE_BAD, "left-pad: high, versions <2"),
        (BAD, "", "django 5.2.0: PYSEC-1"),
    ],
)
def test_a_known_vulnerability_ends_the_run(audit, python, node, line):
    code, said = audit(python, node)
    assert code == 1
    assert line in said
