"""The taxonomy: shipped in three languages, worded and extended here, never forgotten."""

from datetime import UTC, datetime

import pytest

from helpline.errors import BadInput, Conflict, NotFound
from helpline.register.service import taxonomy, taxonomy_upkeep
from helpline.register.service.author import Author
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def installed(organisation: Organisation) -> None:
    with organisation.work():
        assert taxonomy.install(NOW.date()) == 118


def test_every_shipped_code_has_a_name_in_every_language(organisation: Organisation) -> None:
    with organisation.work():
        named = [taxonomy.labels_in(language) for language in taxonomy.LANGUAGES]
        assert all(len(labels) == 118 for labels in named)
        english, chinese, hindi = named
        for code in english:
            assert len({english[code], chinese[code], hindi[code]}) == 3, code
        groups = {main.code: main.group for main in taxonomy.tree("en")}
        assert "".join(groups) == "WHCSEDVNFJAGPMLQX"
        assert {code for code, group in groups.items() if group == "WORK"} == set("WHCSDA")
        assert {code for code, group in groups.items() if group == "SAFE"} == set("EVNFJG")
        assert {code for code, group in groups.items() if group == "LIFE"} == set("PMLQ")


def test_installing_again_adds_nothing_and_keeps_changed_names(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        taxonomy_upkeep.relabel(administrator, "W1", {"en": "Wages late"}, NOW)
        assert taxonomy.install(NOW.date()) == 0
        assert taxonomy.label("W1", "en") == "Wages late"


def test_a_language_without_a_name_falls_back_to_english(organisation: Organisation) -> None:
    with organisation.work():
        assert taxonomy.label("W", "ta") == "Wages and benefits"
        assert taxonomy.label("W", "yue") == taxonomy.label("W", "zh_Hans") == "工资与福利"
        assert taxonomy.label("Z9", "en") == "Z9"
        assert not taxonomy.exists("Z9")


def test_older_names_stay_readable(organisation: Organisation, administrator: Author) -> None:
    with organisation.work():
        assert taxonomy_upkeep.relabel(administrator, "W1", {"en": "Late pay", "hi": ""}, NOW) == 1
        assert taxonomy_upkeep.relabel(administrator, "W1", {"en": "Late pay"}, NOW) == 0
        found = taxonomy_upkeep.one("W1")
        english = [(v.version, v.text) for v in found.versions if v.language == "en"]
        assert english == [(2, "Late pay"), (1, "Late or unpaid wages")]
        assert found.labels["en"] == "Late pay"
        assert taxonomy.tree("en")[0].subs[0].label == "Late pay"
        with pytest.raises(NotFound):
            taxonomy_upkeep.relabel(administrator, "Z9", {"en": "x"}, NOW)
        with pytest.raises(BadInput):
            taxonomy_upkeep.relabel(administrator, "W1", {"en": "x" * 121}, NOW)


def test_a_sub_code_can_be_added_and_taken_off_the_offer(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        taxonomy_upkeep.add_sub(administrator, "w8", {"en": "Pay in kind"}, NOW)
        wages = taxonomy.tree("hi")[0]
        assert wages.subs[-1].code == "W8"
        assert wages.subs[-1].label == "Pay in kind"
        taxonomy_upkeep.offer(administrator, "W8", NOW, offered=False)
        assert "W8" not in [sub.code for sub in taxonomy.tree("en")[0].subs]
        assert "W8" in [sub.code for sub in taxonomy.tree("en", all_codes=True)[0].subs]
        assert taxonomy.exists("W8")


def test_codes_that_rules_depend_on_stay(organisation: Organisation, administrator: Author) -> None:
    with organisation.work():
        with pytest.raises(BadInput):
            taxonomy_upkeep.offer(administrator, "F03", NOW, offered=False)
        with pytest.raises(NotFound):
            taxonomy_upkeep.offer(administrator, "Z9", NOW, offered=False)


@pytest.mark.parametrize("code", ["", "W", "8", "W123", "WW", "Z1", "W8;"])
def test_a_code_that_does_not_fit_is_refused(
    organisation: Organisation, administrator: Author, code: str
) -> None:
    with organisation.work(), pytest.raises(BadInput):
        taxonomy_upkeep.add_sub(administrator, code, {"en": "x"}, NOW)


def test_a_code_is_added_once_and_needs_an_english_name(
    organisation: Organisation, administrator: Author
) -> None:
    with organisation.work():
        with pytest.raises(Conflict):
            taxonomy_upkeep.add_sub(administrator, "W1", {"en": "x"}, NOW)
        with pytest.raises(BadInput):
            taxonomy_upkeep.add_sub(administrator, "W8", {"hi": "x"}, NOW)
