"""Settings: defaults that run the demo, and a useful sentence for every bad value."""

from pathlib import Path

import pytest

from wasl.config import environment
from wasl.config.environment import BadSettings, read

BAD = {
    "WASL_MODE": ["prod", "DEMO"],
    "WASL_PORT": ["http", "0", "65536", "80 81", "-1", "٨٠٠٠٠"],
    "WASL_WEB_THREADS": ["0", "many"],
    "WASL_BIND": ["localhost", "10.0.0"],
    "WASL_BASE_URL": ["wasl.example.om", "https://", "https://wasl.example.om/desk", "ftp://x.om", "https://x:y/"],
    "WASL_TRUSTED_PROXIES": ["10.0.0.1/8", "proxy", "10.0.0.1;10.0.0.2"],
    "DATABASE_URL": ["mysql://a@b/c", "postgresql://a@b", "postgresql://a@b:port/c", "wasl"],
    "WASL_MAIL_PORT": ["none", "99999"],
    "WASL_SMTP_URL": ["mail.example.om", "smtp://", "http://mail.example.om", "smtp://mail example"],
    "WASL_IMAP_URL": ["smtp://mail.example.om", "imap://"],
    "WASL_MAIL_FROM": ["wasl", "a@b, c@d.om", "Wasl <a@b.om>"],
}


def test_nothing_set_runs_the_demo_on_this_machine_alone() -> None:
    chosen = read({})

    assert (chosen.mode, chosen.port, chosen.bind, chosen.mail_port) == ("demo", 8000, "127.0.0.1", 8025)
    assert chosen.has_embedded_database
    assert chosen.base_url == "http://127.0.0.1:8000"
    assert chosen.home == Path("var").absolute()


def test_an_empty_value_is_as_good_as_none() -> None:
    assert read({"WASL_PORT": " ", "DATABASE_URL": ""}) == read({})


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_refused_with_what_to_write(name: str, value: str) -> None:
    with pytest.raises(BadSettings) as refused:
        read({name: value, "DATABASE_URL": value if name == "DATABASE_URL" else ""})

    assert refused.value.english.startswith(f"{name}=")
    assert "write " in refused.value.english
    assert f"Example: {name}=" in refused.value.english
    assert "اكتب" in refused.value.arabic


def test_all_bad_values_are_told_at_once() -> None:
    with pytest.raises(BadSettings) as refused:
        read({"WASL_PORT": "x", "WASL_MODE": "y"})

    assert [line.split("=")[0] for line in refused.value.english.splitlines()] == ["WASL_MODE", "WASL_PORT"]


def test_a_password_in_a_bad_address_is_not_repeated() -> None:
    with pytest.raises(BadSettings) as refused:
        read({"WASL_SMTP_URL": "mail://wasl:hunter2@example.om"})

    assert "hunter2" not in refused.value.english + refused.value.arabic


def test_production_wants_its_public_address() -> None:
    with pytest.raises(BadSettings, match="WASL_MODE=production needs WASL_BASE_URL"):
        read({"WASL_MODE": "production"})

    assert read({"WASL_MODE": "production", "WASL_BASE_URL": "https://wasl.example.om/"}).base_url.endswith(".om")


def test_every_example_of_the_table_is_good() -> None:
    read({setting.name: setting.example for setting in environment.SETTINGS})


def test_migrations_fall_back_to_the_only_address_given() -> None:
    one = read({"DATABASE_URL": "postgresql://app@db.example.om/wasl"})
    two = read({"DATABASE_URL": "postgresql://app@db/wasl", "WASL_OWNER_DATABASE_URL": "postgresql://owner@db/wasl"})

    assert one.database_url_for("owner") == "postgresql://app@db.example.om/wasl"
    assert two.database_url_for("owner") == "postgresql://owner@db/wasl"


def test_the_embedded_database_has_an_address_for_each_role(tmp_path: Path) -> None:
    chosen = read({"WASL_HOME": str(tmp_path)})

    assert chosen.database_url_for("owner").startswith("postgresql://owner@:5432/wasl?host=")
    assert chosen.database_url_for("app").startswith("postgresql://app@:5432/wasl?host=")


def test_a_misspelt_name_is_noticed_with_the_right_one() -> None:
    strangers = environment.unknown_names({"WASL_PROT": "1", "WASL_PORT": "8000", "HOME": "/", "WASL_DB_ROLE": "owner"})

    assert strangers == {"WASL_PROT": "WASL_PORT"}


def test_the_page_of_settings_names_each_of_them() -> None:
    page = environment.as_markdown()

    assert all(f"## `{setting.name}`" in page for setting in environment.SETTINGS)
