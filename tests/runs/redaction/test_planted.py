"""Two hundred identifiers planted into every kind of file of a run: none is left, and none is overlooked."""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path

import mgrs
import pytest
from PIL import Image, PngImagePlugin
from pyproj import Transformer

import sitewatch as sw
from sitewatch.errors import RedactionError
from sitewatch.evidence import Decision, Log, note
from sitewatch.evidence.decisions import now
from sitewatch.evidence.identifiers import scan_file
from sitewatch.io.results import read_features
from sitewatch.runs.redaction import Wishes, redact
from sitewatch.runs.redaction.edition import _prepared

PEOPLE = ("Ann Reviewer", "Bo the Second", "J. Informant", "Okello", "Señora Núñez")
NAMES = (*PEOPLE, "Camp Nineteen", "Kha Maung Seik", "Inn Din", "Gu Dar Pyin", "Maung Nu")
NUMBER = 200


def identifiers(run: sw.Run) -> list[str]:
    """Return two hundred different ones, of every kind."""
    box = read_features(run, "sites")[0]["geometry"]["coordinates"][0]
    lon, lat = (sum(part) / len(box) for part in zip(*box, strict=True))
    places = [(lon + 0.0007 * n, lat - 0.0005 * n) for n in range(12)]
    made: list[str] = []
    for number, (x, y) in enumerate(places):
        made += _notations(x, y)
        made.append(f"/home/ann/work-{number}/scene {number}.tif")
        made.append(f"C:\\Users\\ann\\run{number}\\a.tif")
        made.append(hashlib.sha256(bytes([number])).hexdigest())
        made.append(f"S2A_MSIL2A_201709{number + 10}T042701_N0205_R133_T46QCJ_20170925T043515")
        made.append(f"LC08_L2SP_136045_201709{number + 10}_20200903_02_T1")
    for name in NAMES:
        made += [name, name.upper(), name.lower().replace(" ", "_"), name.replace(" ", "-")]
    made += ["Tula Toli", "TULA-TOLI", "tula_toli_before", "tula_toli_after.tif", "South Camp", "south-camp"]
    unique = list(dict.fromkeys(made))
    assert len(unique) >= NUMBER
    return unique[: NUMBER - 20] + unique[-20:]


def _notations(lon: float, lat: float) -> Iterator[str]:
    zone = int((lon + 180) // 6) + 1
    code = (32600 if lat >= 0 else 32700) + zone
    east, north = Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    yield f"{lat:.6f}, {lon:.6f}"
    yield f"[{lon:.5f}, {lat:.5f}]"
    yield f"POINT ({lon:.7f} {lat:.7f})"
    yield f"{abs(lat):.4f}\N{DEGREE SIGN} {'N' if lat >= 0 else 'S'}"
    yield f"{_dms(lat)}{'N' if lat >= 0 else 'S'} {_dms(lon)}{'E' if lon >= 0 else 'W'}"
    yield mgrs.MGRS().toMGRS(lat, lon)
    if abs(north) >= 1000:
        yield f"{east:.0f} {north:.0f}"
    if min(abs(x), abs(y)) >= 1000:
        yield f"{x:.1f}, {y:.1f}"


def _dms(value: float) -> str:
    seconds = round(abs(value) * 3600)
    return f"{seconds // 3600}\N{DEGREE SIGN}{seconds // 60 % 60:02}'{seconds % 60:02}\""


def plant(run: sw.Run, planted: list[str]) -> None:
    """Write every identifier into several of the run's files, in turn: texts, tables, pictures, records."""
    changes, sites = read_features(run, "changes"), read_features(run, "sites")
    holders = cycle(_holders(changes, sites))
    for text in planted:
        next(holders)(text)
    for name, features in (("changes", changes), ("sites", sites)):
        document = {"type": "FeatureCollection", "features": features}
        (run.path / f"{name}.geojson").write_text(json.dumps(document), "utf-8")
    info = {**run.info, "planted": planted}
    (run.path / "run.json").write_text(json.dumps(info), "utf-8")
    for file in ("sites.csv", "index.html"):
        path = run.path / file
        path.write_text(path.read_text("utf-8") + html.escape("\n".join(planted)), "utf-8")
    for number, path in enumerate(sorted(run.path.glob("chips/*.png"))):
        _label(path, planted[number::7])
    for name, text in zip(PEOPLE, planted, strict=False):
        said = Decision(
            change_id=changes[0]["properties"]["id"], reviewer=name, status="confirmed", note=text, at=now()
        )
        Log.of(run.path).write(said)
        note(run.path, "opened for review", by=name, said=text)


def _holders(changes: list, sites: list) -> Iterator:
    for feature in (*changes, *sites):
        said = feature["properties"]
        for side in ("before", "after"):
            yield lambda text, scene=said[side]: scene.update(credit=f"{scene['credit']}; {text}.")
            yield lambda text, scene=said[side]: scene.update(licence=f"{scene['licence']} ({text})")
        if "reasons" in said:
            yield said["reasons"].append
            yield lambda text, rival=said["rivals"][0]: rival.update(sentence=f"{rival['sentence']} {text}!")
            yield lambda text, said=said: said["evidence"].update({text: {"value": 1.0, "unit": text}})
        else:
            yield lambda text, said=said: said.update(reason=f"{said['reason']}: {text}")


def _label(path: Path, texts: list[str]) -> None:
    info, exif = PngImagePlugin.PngInfo(), Image.Exif()
    for number, text in enumerate(texts):
        info.add_itxt(f"planted {number}", text)
    exif[0x010E] = "; ".join(texts)
    with Image.open(path) as image:
        image.load()
    image.save(path, pnginfo=info, exif=exif)


def test_none_of_two_hundred_planted_identifiers_is_left(copy: sw.Run, tmp_path: Path):
    planted = identifiers(copy)
    assert len(set(planted)) == NUMBER
    plant(copy, planted)
    redact(sw.Run.open(copy.path), tmp_path / "edition", Wishes(names=NAMES))
    assert there(planted, (tmp_path / "edition").rglob("*")) == []


def test_the_look_for_what_is_left_can_fail(copy: sw.Run):
    planted = identifiers(copy)
    plant(copy, planted)
    assert there(planted, copy.path.rglob("*.geojson")) == planted


def there(planted: list[str], paths: Iterable[Path]) -> list[str]:
    """Return the identifiers that stand in files or their names, found without what is tested."""
    texts = []
    for path in paths:
        content = path.read_bytes().decode("utf-8", errors="ignore") if path.is_file() else ""
        texts += [path.name, content, re.sub(r"\s+", " ", html.unescape(content))]
    everything = "\0".join(texts).casefold()
    return [
        text
        for text in planted
        if any(form.casefold() in everything for form in (text, json.dumps(text)[1:-1], html.escape(text)))
    ]


def test_the_search_finds_each_of_two_hundred_in_a_text(copy: sw.Run):
    planted = identifiers(copy)
    _, secret = _prepared(copy, Wishes(names=NAMES))
    missed = [
        text for text in planted if not list(scan_file("a.txt", f"seen: {text} there".encode(), secret))
    ]
    assert missed == []


def test_an_edition_that_would_give_something_away_is_not_written(
    copy: sw.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from sitewatch.evidence.identifiers import Identifiers

    monkeypatch.setattr(Identifiers, "withheld", lambda _, text: text)
    with pytest.raises(RedactionError, match=r"identifiers would be left: .*Tula Toli"):
        redact(copy, tmp_path / "edition")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]
