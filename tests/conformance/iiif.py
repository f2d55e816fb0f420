#!/usr/bin/env python3
"""Lets programs that are not ours judge the pictures of a running demo by the IIIF standards.

Usage: iiif.py TOLD

TOLD is what `quangba demo --json` printed. The public validator of the Image API (iiif-validator,
version 3.0, level 2) runs on its own test picture, which is published here through the desk; every
manifest of the demo is read by iiif-prezi3. The exit code is 0 only if nothing failed.
"""

import http.cookiejar
import io
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
import uuid

import iiif_prezi3
from iiif_validator.validator import ValidationInfo
from PIL import Image

RECORD = {
    "kind": "photo",
    "title": {"vi": "Bảng màu kiểm tra ảnh", "en": "Colour chart for testing pictures"},
    "summary": {
        "vi": "Một trăm ô màu để kiểm tra dịch vụ ảnh của hệ thống.",
        "en": "One hundred coloured squares for testing the picture service.",
    },
    "topics": ["van-hoa-dan-toc"],
    "channels": ["he-thong-du-lieu"],
    "rights": {
        "statement": "http://rightsstatements.org/vocab/InC/1.0/",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "holder": {"vi": "Ban quản trị hệ thống", "en": "The system's administration"},
        "credit": {"vi": "Ban quản trị hệ thống", "en": "The system's administration"},
    },
    "translations": {"en": {"method": "human"}},
    "clearance": {"stateSecret": False, "personalData": "none"},
}
ASSET = {
    "role": "main",
    "caption": {"vi": "Một trăm ô màu", "en": "One hundred squares"},
    "alt": {"vi": "Bảng mười hàng mười cột ô màu", "en": "A chart of ten rows and ten columns"},
    "consent": "none-needed",
}


class Person:
    """Somebody of the demo, signed in."""

    def __init__(self, url, account):
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        # Straight to the server: a proxy in the environment is for other addresses.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        self.send("POST", "/api/v1/session", {k: account[k] for k in ("user", "password")})

    def send(self, method, path, body=None, kind="application/json"):
        """The answer's JSON; what is refused ends the run."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": kind}, method=method)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.headers, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")


def chart():
    """The validator's picture: ten by ten squares of 100 pixels in the colours that it looks for."""
    colours = ValidationInfo().colorInfo
    picture = Image.new("RGB", (1000, 1000))
    for x, column in enumerate(colours):
        for y, colour in enumerate(column):
            picture.paste(colour, (x * 100, y * 100, x * 100 + 100, y * 100 + 100))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def form(parts):
    """The body of a form and its type."""
    mark = uuid.uuid4().hex
    body = b""
    for head, value in parts:
        body += f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
    return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def published(url, accounts):
    """Publishes the chart; gives the picture's id."""
    who = lambda role: Person(url, next(one for one in accounts if one["role"] == role))
    writer, reviewer, publisher = who("contributor"), who("reviewer"), who("publisher")
    _, record = writer.send("POST", "/api/v1/records", RECORD)
    path = "/api/v1/records/" + record["id"].rsplit(":", 1)[-1]
    parts = [
        ('name="file"; filename="chart.png"', chart()),
        ('name="meta"', json.dumps(ASSET).encode()),
    ]
    headers, _ = writer.send("POST", path + "/assets", *form(parts))
    for person, action in ((writer, "submit"), (reviewer, "approve"), (publisher, "publish")):
        person.send("POST", path + "/transitions", {"action": action})
    return headers["Quangba-Asset"].rsplit(":", 1)[-1]


def validated(url, asset):
    """Whether the public validator finds nothing."""
    script = os.path.join(os.path.dirname(sys.executable), "iiif-validate.py")
    server = url.split("//", 1)[1]
    command = [sys.executable, script, "-s", server, "-p", "iiif/3", "-i", asset]
    done = subprocess.run(
        [*command, "--version=3.0", "--level=2", "-v"], capture_output=True, text=True, timeout=300
    )
    print(done.stdout[-1500:], done.stderr[-3000:])
    return done.returncode == 0


def manifests(url):
    """How many manifests could be read, and whether all of them could."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    read, good, cursor = 0, True, ""
    while cursor is not None:
        with opener.open(f"{url}/api/v1/search?limit=50{cursor}", timeout=60) as answer:
            page = json.loads(answer.read())
        for hit in page["hits"]:
            address = f"{url}/iiif/presentation/3/{hit['id'].rsplit(':', 1)[-1]}/manifest"
            try:
                with opener.open(address, timeout=60) as answer:
                    manifest = json.loads(answer.read())
            except urllib.error.HTTPError as error:
                # A record without pictures has none.
                good = good and error.code == 404
                continue
            iiif_prezi3.Manifest(**manifest)
            read += 1
        after = page.get("nextCursor")
        cursor = f"&cursor={after}" if after else None
    return read, good


def main():
    """Runs all of it."""
    with open(sys.argv[1], encoding="utf-8") as file:
        told = json.loads(file.readline())
    url = told["url"].rstrip("/")
    asset = published(url, told["accounts"])
    passed = validated(url, asset)
    read, good = manifests(url)
    print(f"image validator: {'passed' if passed else 'FAILED'}; {read} manifests read")
    sys.exit(0 if passed and good and 0 < read else 1)


if __name__ == "__main__":
    main()
