"""Every icon that code names is in the sprite, so no button or line of a timeline stands there without its picture."""

from pathlib import Path

from wasl.cases.wording import wordings
from wasl.catalogue.starting_data import category_rows
from wasl.desk.acts import ACTS
from wasl.desk.tabs import TABS
from wasl.web.navigation import registered

SPRITE = {
    line.strip() for line in Path("frontend/icons.txt").read_text(encoding="utf-8").splitlines() if line[:1].isalpha()
}


def test_icons_named_in_code_are_in_the_sprite() -> None:
    named = {
        *(act.icon for act in ACTS.values()),
        *(view.icon for view in TABS.values()),
        *(wording.icon for wording in wordings()),
        *(item.icon for item in registered()),
        *(row.icon for org in ("MUN", "HOU") for row in category_rows(org)),
    }

    assert sorted(named - SPRITE) == []
