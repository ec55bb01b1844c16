"""Copies for pages: upright, small, of our own making, with nothing of the original but its pixels."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from wasl.core import files, pictures
from wasl.core.files import jobs
from wasl.core.models import StoredFile
from wasl.core.tests.makers import make_file, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_a_fresh_house(home: Path) -> None:
    """Every test has a store of its own."""


def opened(file: StoredFile) -> Image.Image:
    with files.open_file(file) as content:
        return Image.open(BytesIO(content.read()), formats=["JPEG"])


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return pixel[0] > 200 and pixel[1] < 60 and pixel[2] < 60


def test_the_public_copy_knows_no_place_and_no_phone() -> None:
    file = make_file(picture(located=True, comment=b"taken by Maryam"))
    with files.open_file(file) as content:
        assert b"Phone of Maryam" in content.read()

    copy = files.derive_public(file)

    with files.open_file(copy) as content:
        shown = content.read()
    assert b"Maryam" not in shown
    assert b"Exif" not in shown
    assert not Image.open(BytesIO(shown)).getexif()
    assert (copy.original_id, copy.variant, copy.content_type) == (file.pk, "public", "image/jpeg")


@pytest.mark.parametrize(
    ("orientation", "size", "red_corner"),
    [
        (1, (400, 200), (10, 10)),
        (2, (400, 200), (390, 10)),
        (3, (400, 200), (390, 190)),
        (4, (400, 200), (10, 190)),
        (5, (200, 400), (10, 10)),
        (6, (200, 400), (190, 10)),
        (7, (200, 400), (190, 390)),
        (8, (200, 400), (10, 390)),
    ],
)
def test_a_picture_is_turned_upright(orientation: int, size: tuple[int, int], red_corner: tuple[int, int]) -> None:
    file = make_file(picture(orientation=orientation))
    copy = files.derive(file, "public")

    assert (file.width, file.height) == size
    assert (copy.width, copy.height) == size
    assert is_red(opened(copy).getpixel(red_corner))
    assert not is_red(opened(copy).getpixel((100, 100)))


@pytest.mark.parametrize(("variant", "longest"), [("public", 1600), ("thumb", 320)])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "HEIF", "WEBP"])
def test_large_pictures_become_small_and_keep_their_shape(form: str, variant: str, longest: int) -> None:
    copy = files.derive(make_file(picture(form, (2000, 3000))), variant)

    assert max(opened(copy).size) == longest
    assert abs(opened(copy).width / opened(copy).height - 2 / 3) < 0.01


def test_small_pictures_are_not_blown_up() -> None:
    assert opened(files.derive_public(make_file(picture(size=(40, 30))))).size == (40, 30)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("LA", (0, 0), (255, 255, 255)),
        ("L", 128, (128, 128, 128)),
        ("1", 1, (255, 255, 255)),
        ("I;16", 128 * 256, (128, 128, 128)),
        ("P", 0, (0, 0, 0)),
    ],
)
def test_every_kind_of_colour_becomes_what_a_browser_shows(
    mode: str, colour: int | tuple[int, ...], seen: tuple[int, int, int]
) -> None:
    copy = files.derive_public(make_file(picture("PNG", (40, 40), mode=mode, colour=colour)))

    pixel = opened(copy).getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert all(abs(one - other) <= 3 for one, other in zip(pixel, seen, strict=True))


def test_a_colour_profile_is_applied_and_left_out() -> None:
    image = Image.new("RGB", (50, 50), (200, 30, 30))
    out = BytesIO()
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.save(out, "JPEG", icc_profile=lab_like, quality=95)

    copy = opened(files.derive_public(make_file(out.getvalue())))

    assert "icc_profile" not in copy.info
    pixel = copy.getpixel((25, 25))
    assert isinstance(pixel, tuple)
    assert abs(pixel[0] - 200) < 8


def test_a_damaged_profile_does_not_cost_the_picture() -> None:
    out = BytesIO()
    Image.new("RGB", (50, 50), "green").save(out, "JPEG", icc_profile=b"no profile at all" * 10)

    assert files.derive_public(make_file(out.getvalue())).width == 50


def test_a_page_hidden_behind_a_picture_is_not_in_its_copy() -> None:
    file = make_file(picture() + b"<script>alert(1)</script><!--PK\x03\x04")

    with files.open_file(files.derive_public(file)) as content:
        assert b"<script>" not in content.read()
    assert file.content_type == "image/jpeg"


def test_a_copy_is_made_once_and_follows_its_original() -> None:
    file = make_file()

    first, second = files.derive(file, "thumb"), files.derive(file, "thumb")
    files.keep([file])
    late = files.derive(file, "public")

    assert first == second
    assert set(StoredFile.objects.values_list("state", flat=True)) == {"kept"}
    assert late.original_id == file.pk


def test_of_two_makers_at_once_one_copy_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    from wasl.core.files import operations

    file = make_file()
    first = files.derive(file, "thumb")

    assert operations._make_copy(file, "thumb") == first
    assert StoredFile.objects.count() == 2


def test_the_job_makes_all_copies_and_can_run_again() -> None:
    file = make_file()

    jobs.derive_copies(file.pk)
    jobs.derive_copies(file.pk)

    assert sorted(file.copies.values_list("variant", flat=True)) == ["public", "thumb"]


def test_the_job_of_an_erased_picture_does_nothing() -> None:
    file = make_file()
    files.forget([file])

    with pytest.raises(files.FileGone):
        files.derive(file, "public")
    assert not StoredFile.objects.filter(original=file).exists()


def test_animations_and_layers_give_their_first_picture() -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "green")]
    for form in ("GIF", "WEBP", "TIFF"):
        out = BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:])

        assert is_red(opened(files.derive_public(make_file(out.getvalue()))).getpixel((30, 20)))


def test_only_the_named_decoder_is_tried(tmp_path: Path) -> None:
    postscript = tmp_path / "x.jpg"
    postscript.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")
    bounds = files.operations.limits.PICTURE

    for content_type in pictures.decode.FORMATS:
        with postscript.open("rb") as source, pytest.raises(pictures.PictureRefused, match="unreadable"):
            pictures.inspect(source, content_type, bounds=bounds)


def test_the_decoder_process_loads_neither_our_code_nor_django_nor_our_secrets(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import runpy, sys; sys.argv = ['child', '{}'];\n"
        f"runpy.run_path({str(pictures.decode.CHILD)!r}, run_name='child')\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('django', 'wasl', 'psycopg')))"
    )
    found = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
