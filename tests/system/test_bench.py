"""The measurements still run, and what has nothing to do with time is as it must be."""

import json
import subprocess
import sys

import pytest

from tests.bench.servers import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@pytest.mark.parametrize(
    ("part", "held"),
    [
        ("pages", {"largest page", "requests of a page"}),
        ("loading", {"wrong answers", "saves by staff meanwhile", "saves that failed"}),
    ],
)
def test_a_measurement_runs_and_its_answers_are_right(part, held):
    asked = ["--codes", "1000", "--rounds", "1", "--seconds", "4", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", part, *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    figures = {figure["name"]: figure for figure in json.loads(done.stdout)[part]}
    assert {name for name in held if figures[name]["is_met"] is not True} == set()
