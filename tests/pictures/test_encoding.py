"""Whatever is uploaded, what is kept is a safe and small picture or nothing."""

import gzip
import io
import random
from contextlib import suppress

import pytest
from PIL import Image, ImageCms

from newsroom.pictures import encoding, rules
from newsroom.pictures.encoding import Encoded, NotAPicture
from tests.pictures.samples import SVG, bomb, file_of, jpeg, photo

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(made: Encoded) -> Image.Image:
    return Image.open(io.BytesIO(made.data))


@pytest.mark.parametrize(
    ("mode", "kind", "extension"),
    [
        ("RGB", "JPEG", "jpg"),
        ("L", "JPEG", "jpg"),
        ("CMYK", "JPEG", "jpg"),
        ("RGB", "PNG", "png"),
        ("RGBA", "PNG", "png"),
        ("LA", "PNG", "png"),
        ("P", "PNG", "png"),
        ("1", "PNG", "png"),
        ("I;16", "PNG", "png"),
        ("RGB", "WEBP", "jpg"),
        ("RGBA", "WEBP", "png"),
        ("P", "GIF", "png"),
    ],
)
def test_each_kind_of_picture_becomes_jpeg_or_png(mode: str, kind: str, extension: str) -> None:
    made = encoding.encoded(file_of(Image.new(mode, (30, 20)), kind))
    assert (made.width, made.height, made.extension) == (30, 20, extension)
    assert opened(made).format == {"jpg": "JPEG", "png": "PNG"}[extension]
    assert opened(made).size == (30, 20)
    assert rules.is_name(made.name)


def test_a_large_picture_is_made_small_and_the_same_one_has_the_same_name() -> None:
    made = encoding.encoded(jpeg(2000, 1000))
    assert (made.width, made.height) == (1200, 600)
    assert encoding.encoded(jpeg(2000, 1000)).name == made.name


def test_a_picture_is_turned_upright_and_what_the_camera_wrote_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Ines"
    given = jpeg(60, 40, exif=exif, comment=b"Harbour Street 4", icc_profile=SRGB)
    made = encoding.encoded(given)
    assert (made.width, made.height) == (40, 60)
    assert b"Ines" in given
    assert b"Harbour" in given
    assert not {"exif", "comment", "icc_profile"} & set(opened(made).info)
    assert b"Ines" not in made.data
    assert b"Harbour" not in made.data


def test_colours_of_another_profile_are_turned_into_those_of_a_browser() -> None:
    """A profile whose red and green are swapped, as nothing else could show so plainly."""
    swapped = bytearray(SRGB)
    red, green = swapped.find(b"rXYZ"), swapped.find(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    given = file_of(Image.new("RGB", (8, 8), (255, 0, 0)), "PNG", icc_profile=bytes(swapped))
    assert opened(encoding.encoded(given)).getpixel((4, 4)) == pytest.approx((0, 255, 0), abs=3)


def test_a_profile_that_nobody_can_read_does_no_harm() -> None:
    assert encoding.encoded(jpeg(icc_profile=b"no profile" * 20)).extension == "jpg"


def test_of_a_film_in_gif_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), "blue")]
    made = encoding.encoded(file_of(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert opened(made).convert("RGB").getpixel((4, 4)) == (255, 0, 0)
    assert getattr(opened(made), "n_frames", 1) == 1


def test_a_photo_that_came_as_png_does_not_burden_the_letter() -> None:
    grain = Image.merge("RGB", [Image.effect_noise((700, 500), 90)] * 3)
    made = encoding.encoded(file_of(grain, "PNG"))
    assert made.extension == "jpg"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"not a picture at all", "not a picture"),
        (b"<html><body>", "not a picture"),
        (SVG, "Export it as PNG"),
        (gzip.compress(SVG), "Export it as PNG"),
        (SVG.decode().encode("utf-16"), "Export it as PNG"),
        (b"\x00\x00\x00\x18ftypheic", "JPEG"),
        (b"%PDF-1.7", "PNG"),
        (file_of(photo(), "BMP"), "JPEG, PNG, WebP or GIF"),
        (bomb(6_000, 5_000), "25 million pixels"),
        (bomb(60_000, 60_000), "25 million pixels"),
        (jpeg() + b"\0" * rules.MOST_BYTES, "20 MB is the most"),
        *((jpeg(300, 200)[:length], "cut off") for length in (400, 900)),
        (file_of(photo(300, 200), "WEBP")[:60], "cut off"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence_that_says_what_to_do(
    data: bytes, words: str
) -> None:
    with pytest.raises(NotAPicture, match=words):
        encoding.encoded(data)


def test_a_damaged_file_is_refused_or_taken_but_breaks_nothing() -> None:
    chance = random.Random(5)
    whole = [file_of(photo(), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")]
    for _ in range(200):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(NotAPicture):
            encoding.encoded(bytes(data))
