"""Remakes the demo pictures and publications, and checks the demo records.

    python3 make.py pictures        draws pictures/ (needs pillow, numpy)
    python3 make.py publications    sets publications/ (needs reportlab and the Noto fonts; --fonts DIR)
    python3 make.py check           parses every record and looks for what it refers to (needs nothing)

The same versions of the tools give the same bytes: random choices are seeded and no date is taken from the clock.
"""

import argparse
import json
import re
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZE_LIMITS = {"pictures": 350_000, "publications": 600_000}


def scenes():
    """File name and the function that draws it."""
    from art import highlands as south
    from art import plateau_and_north as north

    return {
        "cong-chieng.jpg": south.gongs, "nha-dai-ede.jpg": south.longhouse, "ho-lak.jpg": south.lak_lake,
        "thac-dray-nur.jpg": south.waterfall, "ca-phe.jpg": south.coffee, "buon-don.jpg": south.buon_don,
        "thap-yang-prong.jpg": south.yang_prong, "langbiang.jpg": north.langbiang, "hoa-da-lat.webp": north.dalat_flowers,
        "che-cau-dat.tif": north.cau_dat_tea, "che-tan-cuong.webp": north.tan_cuong_tea, "ho-ba-be.jpg": north.ba_be,
        "nha-san-tay.jpg": north.stilt_house, "dan-tinh.jpg": north.dan_tinh, "hoa-van-tho-cam.png": north.brocade,
    }


def pictures():
    """Draws every scene and saves it in the format of its name, below the size limit."""
    from PIL import Image

    for name, scene in scenes().items():
        image, path = scene(), HERE / "pictures" / name
        if path.suffix == ".png":
            image.quantize(64, dither=Image.Dither.NONE).convert("RGB").save(path, optimize=True)
        elif path.suffix == ".tif":
            flat = image.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE).convert("RGB")
            flat.resize((1200, 800), Image.Resampling.NEAREST).save(path, compression="tiff_adobe_deflate", dpi=(300, 300))
        else:
            for quality in range(88, 50, -4):
                options = {"method": 6} if path.suffix == ".webp" else {"optimize": True, "progressive": True, "dpi": (150, 150)}
                image.save(path, quality=quality, **options)
                if path.stat().st_size <= SIZE_LIMITS["pictures"]:
                    break
        print(name, path.stat().st_size)


def strings(value):
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


KINDS = set("article photo photo-set publication video audio bulletin press-release clarification event investment-project".split())
CLASSES = set("official image-promotion world-into-vietnam clarification".split())
STATES = set("published scheduled withdrawn submitted returned draft".split())
BODY = {"article", "bulletin", "press-release"}
ASSET_FIELDS = set("role caption alt creator created place rights consent digitalSourceType".split())
RECORD_FIELDS = set("sourceId kind infoClass originalLang title summary body translations keywords topics channels places creators created "
                    "rights embargoedUntil clearance relations ext internal".split())


def faults(entry, name):
    """What is wrong with one record file, as texts."""
    record, state = entry["record"], entry["state"]
    if set(entry) - {"agency", "state", "note", "withdrawReason", "record", "files"} or state not in STATES:
        yield "unknown field or state"
    if set(record) - RECORD_FIELDS or record["kind"] not in KINDS:
        yield f"fields {set(record) - RECORD_FIELDS} or kind {record['kind']}"
    if any(unicodedata.normalize("NFC", text) != text for text in strings(entry)):
        yield "not NFC"
    if any(re.search(r"[\x00-\x08\x0b-\x1f]| {2}|\u200b", text) for text in strings(entry)):
        yield "control character or double space"
    for item in entry["files"]:
        meta = item["meta"]
        if not (HERE / item["file"]).is_file() or set(meta) != ASSET_FIELDS or not {"vi", "en"} <= set(meta["caption"]) & set(meta["alt"]):
            yield f"file {item['file']}"
    if state == "draft":
        return
    if record["infoClass"] not in CLASSES or not record["topics"] or not record["channels"]:
        yield "infoClass, topics or channels"
    languages = {"vi", "en"} if record["infoClass"] != "world-into-vietnam" else {"vi"}
    for field in ("title", "summary", "keywords") + (("body",) if record["kind"] in BODY else ()):
        if not languages <= set(record.get(field, {})):
            yield f"{field} lacks a language"
    if {tag for f in ("title", "summary", "body") for tag in record.get(f, {})} - {"vi"} != set(record["translations"]):
        yield "translations do not name the languages"
    if any(not body.startswith("<p>") or body.count("<p>") != body.count("</p>") for body in record.get("body", {}).values()):
        yield "body is not made of paragraphs"


def check(vocabularies):
    """Checks all records; with a folder of vocabularies also the topic and channel codes."""
    known = {}
    for name in ("topics", "channels") if vocabularies else ():
        known[name] = {term["code"] for term in json.loads((Path(vocabularies) / f"{name}.json").read_text("utf-8"))["terms"]}
    seen, bad, used = {}, 0, set()
    entries = {path.name: json.loads(path.read_text("utf-8")) for path in sorted((HERE / "records").glob("*.json"))}
    for name, entry in entries.items():
        problems = list(faults(entry, name))
        problems += [f"{field} {code}" for field, codes in known.items() for code in entry["record"].get(field, []) if code not in codes]
        if seen.setdefault(entry["record"]["sourceId"], name) != name:
            problems.append("sourceId twice")
        used |= {item["file"] for item in entry["files"]}
        bad += len(problems)
        for problem in problems:
            print(f"{name}: {problem}")
    for folder, limit in SIZE_LIMITS.items():
        for path in sorted((HERE / folder).iterdir()):
            if f"{folder}/{path.name}" not in used or path.stat().st_size > limit:
                bad += 1
                print(f"{folder}/{path.name}: unused or above {limit} bytes")
    for field, wanted in (("kind", KINDS), ("infoClass", CLASSES)):
        missing = wanted - {entry["record"].get(field) for entry in entries.values()}
        bad += len(missing)
        print(*(f"no record of {field} {code}" for code in sorted(missing)), sep="\n", end="\n" if missing else "")
    print(f"{len(entries)} records, {len(used)} files, {bad} faults")
    return bad


def main():
    """Reads the command line and does what it asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pictures", "publications", "check"])
    parser.add_argument("--fonts", default="/usr/share/fonts/truetype/noto", help="folder with NotoSans-*.ttf and NotoSerif-*.ttf")
    parser.add_argument("--vocabularies", help="folder with topics.json and channels.json")
    given = parser.parse_args()
    if given.what == "pictures":
        pictures()
    elif given.what == "publications":
        from art import booklets

        booklets.make(HERE, Path(given.fonts))
    else:
        raise SystemExit(1 if check(given.vocabularies) else 0)


if __name__ == "__main__":
    main()
