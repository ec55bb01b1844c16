"""What may stand in a cell of a file that leaves the house."""

import pytest

from wasl.transfer.export import cells


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+2+5", "'+2+5"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("‮=cmd|x", "'=cmd|x"),
        ("حفرة، «كبيرة»\nأمام", "حفرة، «كبيرة» أمام"),
        ("مقابل Muscat Mall", "⁨مقابل Muscat Mall⁩"),
        ("\0حفرة", "حفرة"),
    ],
)
def test_a_cell_is_neither_a_formula_nor_turns_its_neighbours(title: str, written: str) -> None:
    assert cells.cell(title) == written


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("اتصلوا بي 92147705", "اتصلوا بي •••"),
        ("+968 9214 7705 حفرة", "••• حفرة"),
        ("٩٢١٤٧٧٠٥ عاجل", "••• عاجل"),
        ("راسلوني maryam@example.org الآن", "راسلوني ••• الآن"),
        ("السكة 4127 المنزل 12", "السكة 4127 المنزل 12"),
        ("العمود SB-0487", "العمود SB-0487"),
    ],
)
def test_numbers_of_people_in_titles_stay_in_the_house(title: str, left: str) -> None:
    assert cells.nameless(title) == left
