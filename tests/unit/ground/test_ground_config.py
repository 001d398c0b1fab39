"""Settings: read once, checked as a whole, every mistake told at once."""

from pathlib import Path

import pytest

from helpline.config import Config, ConfigError, Secret, load


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_given_is_the_default() -> None:
    assert load(None, environment={}) == Config()


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "[server]\nthreads = 3\nworkers = 4\n")
    found = load(path, environment={"HELPLINE_SERVER_THREADS": "5"})
    assert (found.server.threads, found.server.workers) == (5, 4)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://somebody@db/helpline\n", encoding="utf-8")
    found = load(None, environment={"HELPLINE_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert found.database.url == "postgresql://somebody@db/helpline"


def test_relative_paths_count_from_the_settings_file(tmp_path: Path) -> None:
    found = load(written(tmp_path, '[site]\nstate_folder = "here"\n'), environment={})
    assert found.site.state_folder == str(tmp_path / "here")
    assert found.database.url == f"sqlite:///{tmp_path}/state/helpline.sqlite3"


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = """
[site]
public_url = "http://helpline.example"
colour = "blue"
[server]
threads = "many"
workers = 0
[weather]
sun = true
"""
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text), environment={"HELPLINE_SERVER_THREAD": "8"})
    told = "\n".join(caught.value.mistakes)
    for expected in (
        "site.public_url must begin with https://",
        "site.colour is not a setting",
        "server.threads must be a whole number",
        "server.workers must be at least 1",
        "[weather] is not a section",
        "HELPLINE_SERVER_THREAD is not a setting",
    ):
        assert expected in told


def test_a_phone_in_the_browser_needs_the_carriers_key() -> None:
    environment = {"HELPLINE_TELEPHONY_SOFTPHONE": "true"}
    with pytest.raises(ConfigError) as refused:
        load(None, environment)
    assert refused.value.mistakes == [
        "telephony.softphone needs account_sid, api_key_sid and api_key_secret"
    ]
    for name in ("ACCOUNT_SID", "API_KEY_SID", "API_KEY_SECRET"):
        environment[f"HELPLINE_TELEPHONY_{name}"] = "given"
    assert load(None, environment).telephony.softphone


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not valid TOML"):
        load(written(tmp_path, "[site\n"), environment={})


def test_secrets_do_not_show_themselves() -> None:
    assert "hunter" not in repr(Secret("hunter"))
    assert "hunter" not in repr((Secret("hunter"),))
