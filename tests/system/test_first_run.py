import stat

import pytest

from site_config.first_run import env_file, write_first_env


def values(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_writes_a_demonstration_with_a_secret_key_of_its_own(tmp_path):
    keys = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert write_first_env(tmp_path / name, {})
        settings = values(tmp_path / name / ".env")
        assert settings.keys() == {"SECRET_KEY", "DEMONSTRATION"}
        assert settings["DEMONSTRATION"] == "true"
        assert len(settings["SECRET_KEY"]) >= 50
        keys.add(settings["SECRET_KEY"])
    assert len(keys) == 2


def test_only_its_owner_can_read_it(tmp_path):
    write_first_env(tmp_path, {})
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_never_touches_an_existing_file(tmp_path):
    (tmp_path / ".env").write_text("SECRET_KEY=mine\n")
    assert not write_first_env(tmp_path, {})
    assert (tmp_path / ".env").read_text() == "SECRET_KEY=mine\n"


@pytest.mark.parametrize(
    "environ",
    [
        {"SECRET_KEY": "set"},
        {"ALLOWED_HOSTS": "recall.example.org"},
        {"DATABASE_URL": "postgres:///recall"},
        {"DEMONSTRATION": "false"},
        {"ENV_FILE": ""},
    ],
)
def test_leaves_a_machine_alone_that_is_set_up(tmp_path, environ):
    assert not write_first_env(tmp_path, environ)
    assert list(tmp_path.iterdir()) == []


def test_the_file_can_be_elsewhere(tmp_path):
    assert env_file(tmp_path, {}) == tmp_path / ".env"
    assert env_file(tmp_path, {"ENV_FILE": ""}) is None
    assert env_file(tmp_path, {"ENV_FILE": "/etc/recall.env"}).as_posix() == "/etc/recall.env"
    assert write_first_env(tmp_path, {"ENV_FILE": str(tmp_path / "other.env")})
    assert (tmp_path / "other.env").exists()
