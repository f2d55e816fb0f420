#!/usr/bin/env python3
"""Pulls the export of a running server as a receiver would, and checks every byte of it.

Usage: validate.py URL KEY [--limit N]

The schemas are those that the server gives, read by a validator that is not ours (jsonschema,
draft 2020-12, formats checked); canonical forms and digests are computed here. Prints what failed
and, last, `N passed, M failed`; the exit code is 0 only if nothing failed.
"""

import argparse
import copy
import hashlib
import json
import sys
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource


class Tally:
    """What passed and what did not."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, good, what):
        """Counts one check; a failed one is said."""
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}"[:2000])
        return good


class Server:
    """The export's doors."""

    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.key = key
        # Straight to the server: a proxy in the environment is for other addresses.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path, key=True, accept="application/json"):
        """Status, headers and bytes of an answer."""
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, headers={"Accept": accept})
        if key:
            request.add_header("Authorization", f"Bearer {self.key}")
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def json(self, path, key=True):
        """An answer that has to be 200 and JSON."""
        status, _headers, body = self.get(path, key)
        if status != 200:
            raise SystemExit(f"{path}: {status} {body[:300]!r}")
        return json.loads(body)


def number(value):
    """A number as ECMAScript writes it (RFC 8785, section 3.2.2.3)."""
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        digits, exponent = text.split("e")
        if -7 <= int(exponent) < 0:
            return f"{value:.{len(digits.replace('.', '').lstrip('-')) - 1 - int(exponent)}f}"
        text = f"{digits}e{int(exponent):+d}"
    return text


def canonical(value):
    """The canonical form (RFC 8785)."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return number(value)


def sha256(text):
    """Lower-case hexadecimal SHA-256."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def validators(server):
    """The served schemas, compiled."""
    schemas = {name: server.json(f"/export/v1/schema?name={name}", key=False) for name in ("record", "page", "ack")}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    named = [(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()]
    registry = Registry().with_resources(named)
    make = lambda schema: Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
    return {name: make(schema) for name, schema in schemas.items()}


def faults(validator, value):
    """What a validator says, short."""
    return [f"{error.json_path}: {error.message[:160]}" for error in validator.iter_errors(value)]


def one_record(tally, checkers, record):
    """One record or tombstone: its form and its digest."""
    name = record.get("id")
    found = faults(checkers["record"], record)
    tally.check(not found, f"{name}: {found}")
    bare = {key: value for key, value in record.items() if key not in ("seq", "digest")}
    tally.check(record["digest"]["value"] == sha256(canonical(bare)), f"{name}: the digest differs")


def teeth(tally, checkers, record):
    """The schema refuses what it should: each of these was made from a good record."""
    changes = {
        "an unknown member": lambda r: r.update(noiBo="x"),
        "no title": lambda r: r.pop("title"),
        "no Vietnamese title": lambda r: r["title"].pop("vi"),
        "a state secret": lambda r: r["clearance"].update(stateSecret=True),
        "a time without zone": lambda r: r.update(modified="2026-11-18T03:21:07"),
        "a digest that is too short": lambda r: r["digest"].update(value="00"),
        "a seq below zero": lambda r: r.update(seq=-1),
    }
    for what, change in changes.items():
        bad = copy.deepcopy(record)
        change(bad)
        tally.check(faults(checkers["record"], bad), f"the schema takes {what}")


def one_page(tally, checkers, server, text, page):
    """One page: its form, its digest, its counts, its replay."""
    name = f"page at {page['cursor'][:12]}…"
    found = faults(checkers["page"], page)
    tally.check(not found, f"{name}: {found[:5]}")
    records = page["records"]
    tally.check(page["recordsDigest"]["value"] == sha256(canonical(records)), f"{name}: recordsDigest differs")
    gone = sum(record["state"] == "withdrawn" for record in records)
    counts = {"records": len(records), "active": len(records) - gone, "withdrawn": gone}
    told = {key: value for key, value in page["counts"].items() if key != "remaining"}
    tally.check(told == counts, f"{name}: counts are {told}, not {counts}")
    status, _headers, again = server.get(f"/export/v1/records?cursor={page['cursor']}")
    tally.check(status == 200 and again == text, f"{name}: a replay gives other bytes")


def walk(tally, checkers, server, limit):
    """All pages; gives their records."""
    path, records, pages = f"/export/v1/records?after_seq=0&limit={limit}", [], []
    while True:
        status, headers, text = server.get(path)
        if not tally.check(status == 200, f"{path}: {status} {text[:300]!r}"):
            return records
        tally.check(headers["Content-Type"].startswith("application/json"), f"{path}: {headers['Content-Type']}")
        page = json.loads(text)
        one_page(tally, checkers, server, text, page)
        for record in page["records"]:
            one_record(tally, checkers, record)
        records += page["records"]
        pages.append(page)
        if page["nextCursor"] is None:
            break
        tally.check(page["nextAfterSeq"] == page["records"][-1]["seq"], "nextAfterSeq is not the page's last")
        path = f"/export/v1/records?cursor={page['nextCursor']}"
    whole(tally, pages, records)
    return records


def whole(tally, pages, records):
    """What holds of a snapshot as a whole."""
    left = len(records)
    for page in pages:
        left -= len(page["records"])
        tally.check(page["counts"]["remaining"] == left, f"remaining is {page['counts']['remaining']}, not {left}")
        for name in ("feedId", "snapshot", "chainHead", "source", "generatedAt", "request"):
            tally.check(page[name] == pages[0][name], f"{name} changes within a snapshot")
    tally.check(pages[-1]["nextAfterSeq"] == pages[0]["snapshot"]["untilSeq"], "the last nextAfterSeq is not untilSeq")
    seqs = [record["seq"] for record in records]
    tally.check(all(a < b for a, b in zip(seqs, seqs[1:])), "seq does not rise")
    ids = [record["id"] for record in records]
    tally.check(len(ids) == len(set(ids)), "an id stands twice in a snapshot")


def terms(tally, server, records):
    """Every code is in the vocabulary that the server gives."""
    for name in ("topics", "channels"):
        known = {term["code"] for term in server.json(f"/export/v1/vocabularies/{name}", key=False)["terms"]}
        for record in records:
            used = {term["code"] for term in record.get(name, [])}
            tally.check(used <= known, f"{record['id']}: {name} has {used - known}")


def files(tally, server, records):
    """Every file is there for everybody, with the bytes that were promised."""
    for record in records:
        for asset in record.get("assets", []):
            status, headers, body = server.get(asset["href"], key=False, accept="*/*")
            good = status == 200 and len(body) == asset["bytes"] and sha256(body) == asset["digest"]["value"]
            tally.check(good, f"{asset['href']}: {status}, {len(body)} bytes")
            tally.check(headers["Content-Type"].split(";")[0] == asset["mediaType"], f"{asset['href']}: {headers['Content-Type']}")
    for record in records:
        for address in record.get("url", {}).values():
            tally.check(server.get(address, key=False, accept="text/html")[0] == 200, f"{address} is no page")


def doors(tally, server, records):
    """The stream, the status, the list of what is not exported; the keys."""
    status, headers, lines = server.get("/export/v1/records?after_seq=0", accept="application/x-ndjson")
    tally.check(status == 200 and headers["Content-Type"].startswith("application/x-ndjson"), "there is no stream")
    tally.check([json.loads(line) for line in lines.splitlines()] == records, "the stream differs from the pages")
    told = server.json("/export/v1/status")
    gone = sum(record["state"] == "withdrawn" for record in records)
    problems = server.json("/export/v1/problems")["problems"]
    counts = {"active": len(records) - gone, "withdrawn": gone, "problems": len(problems)}
    tally.check(told["counts"] == counts, f"status counts {told['counts']}, found {counts}")
    for problem in problems:
        tally.check(bool(problem["problems"]), f"{problem['id']} is not exported without a reason")
    for path in ("records", "status", "problems"):
        status, headers, _body = server.get(f"/export/v1/{path}", key=False)
        good = status == 401 and headers["Content-Type"].startswith("application/problem+json")
        tally.check(good, f"/export/v1/{path} answers {status} without a key")


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("--limit", type=int, default=7, help="records a page, so that there are several")
    args = parser.parse_args()
    server, tally = Server(args.url, args.key), Tally()
    checkers = validators(server)
    records = walk(tally, checkers, server, args.limit)
    active = [record for record in records if record["state"] == "active"]
    if tally.check(bool(active), "nothing is exported"):
        teeth(tally, checkers, active[0])
    terms(tally, server, records)
    files(tally, server, records)
    doors(tally, server, records)
    print(f"{len(records)} records")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
