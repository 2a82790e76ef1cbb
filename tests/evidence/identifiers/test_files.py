"""Files of every kind are looked into, and what cannot be looked into is said."""

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from sitewatch.evidence.identifiers import Identifiers, Names, Positions, scan_file, scan_folder

SECRET = Identifiers(Positions([(92.3127, 21.0486)]), Names({"Tula Toli": "Site A"}), ["ann"])


def kinds(name: str, content: bytes) -> set[str]:
    return {leak.kind for leak in scan_file(name, content, SECRET)}


def picture(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (1, 2, 3)).save(out, form, **options)
    return out.getvalue()


def exif() -> Image.Exif:
    made = Image.Exif()
    made[0x013B] = "ann"
    return made


def png_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("centre", "21.0486, 92.3127")
    return picture("PNG", pnginfo=info)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF", "GIF"])
def test_a_bare_picture_is_clean(form: str):
    assert kinds("a.bin", picture(form)) == set()


@pytest.mark.parametrize(
    "made",
    [
        png_text,
        lambda: picture("PNG", exif=exif()),
        lambda: picture("JPEG", exif=exif()),
        lambda: picture("JPEG", comment=b"here"),
        lambda: picture("WEBP", exif=exif()),
        lambda: picture("WEBP", xmp=b"<x/>"),
        lambda: picture("TIFF", tiffinfo={33922: (0.0, 0.0, 0.0, 92.3, 21.0, 0.0)}),
        lambda: picture("TIFF", tiffinfo={270: "here"}),
        lambda: picture("GIF", comment=b"here"),
        lambda: picture("PNG") + b"21.0486, 92.3127",
        lambda: picture("JPEG") + b"more",
        lambda: picture("WEBP") + b"more",
        lambda: picture("GIF") + b"more",
    ],
)
def test_whatever_a_picture_carries_is_found(made: Callable[[], bytes]):
    assert kinds("a.bin", made()) == {"metadata"}


@pytest.mark.parametrize("name", ["a.pgw", "a.tfw", "a.jgw", "a.wld", "a.png.aux.xml", "a.prj", "a.jpgw"])
def test_sidecars_that_place_a_picture_are_found(name: str):
    assert kinds(name, b"x") == {"metadata"}


def test_archives_are_unpacked_and_documents_have_no_author():
    inner = zipped(**{"word/document.xml": b"<w:t>Tula</w:t><w:t> Toli</w:t>"})
    assert kinds("a.docx", inner) == {"name"}
    assert kinds("a.zip", zipped(**{"b.docx": inner})) == {"name"}
    assert kinds("a.docx", zipped(**{"docProps/core.xml": b"<dc:creator>J. Doe</dc:creator>"})) == {
        "metadata"
    }
    assert kinds("a.zip", zipped(**{"tula toli.txt": b"x"})) == {"name"}


def test_embedded_pictures_are_looked_into():
    data = base64.b64encode(png_text()).decode()
    assert kinds("a.html", f'<img src="data:image/png;base64,{data}">'.encode()) == {"metadata"}


def test_texts_in_other_encodings_are_read():
    assert kinds("a.txt", "Tula Toli".encode("utf-16")) == {"name"}
    assert kinds("a.txt", "\ufeffTula Toli".encode()) == {"name"}


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n\x00\xff", b"\x00\x01\x02", b"SQLite format 3\x00", b"\xff\xfa"]
)
def test_what_cannot_be_looked_into_is_said(content: bytes):
    assert kinds("a.bin", content) == {"unreadable"}


def test_a_folder_is_searched_whole_and_may_list_its_own_digests(tmp_path: Path):
    from sitewatch.evidence import write_manifest

    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("x")
    write_manifest(tmp_path)
    assert scan_folder(tmp_path, SECRET) == []
    (tmp_path / "deep" / "ann.txt").write_text("x")
    (tmp_path / "b.txt").write_text("c" * 64)
    assert {(leak.file, leak.kind) for leak in scan_folder(tmp_path, SECRET)} == {
        ("deep/ann.txt", "token"),
        ("b.txt", "digest"),
    }
