//! The rules of the export (contract, section 6): replays, snapshots, tombstones, digests, and
//! nothing that is silently missing.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use quangba::{
    domain::{account::Scope, id::RecordId},
    exchange::national::{ACK_SCHEMA, PAGE_SCHEMA, RECORD_SCHEMA},
    service::Services,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::archive::{
    Answer, Archive, add_picture, article, ask, close, correct, create, get, key, picture, publish,
    published, withdraw, writer,
};

/// The canonical form (RFC 8785) by the standard's own words, apart from the program's.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut names: Vec<&String> = map.keys().collect();
            names.sort_by_key(|name| name.encode_utf16().collect::<Vec<_>>());
            let member = |name: &&String| format!("{}:{}", json!(name), canonical(&map[*name]));
            format!("{{{}}}", names.iter().map(member).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every page from `query` on, by following cursors.
fn walk(services: &Services, key: &str, query: &str) -> Vec<Value> {
    let mut pages = vec![page(services, key, query)];
    while let Some(next) = pages.last().unwrap()["nextCursor"].as_str() {
        let query = format!("cursor={next}");
        pages.push(page(services, key, &query));
        assert!(pages.len() < 1_000, "the walk does not end");
    }
    pages
}

fn pull(services: &Services, key: &str, query: &str) -> Answer {
    get(services, &format!("/export/v1/records?{query}"), key)
}

fn page(services: &Services, key: &str, query: &str) -> Value {
    let answer = pull(services, key, query);
    assert_eq!(answer.status, 200, "{query}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

fn records(pages: &[Value]) -> Vec<Value> {
    pages.iter().flat_map(|page| page["records"].as_array().unwrap().clone()).collect()
}

fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

fn stream(services: &Services, key: &str, query: &str) -> Answer {
    let path = format!("/export/v1/records?{query}");
    let accept = [("Accept", "application/x-ndjson")];
    ask(services, (Method::GET, &path), Some(key), &accept, None)
}

fn refused(answer: &Answer, status: u16, code: &str) -> Value {
    let body = answer.json();
    assert_eq!((answer.status, body["code"].as_str().unwrap()), (status, code), "{body}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    body
}

/// An archive with `n` published records, one of them with a picture, and an export key.
fn filled(n: usize) -> (Archive, Services, String, Vec<RecordId>) {
    let (archive, services) = Archive::new();
    let ids = (0..n)
        .map(|at| {
            let id = create(&services, article(at));
            if at == 0 {
                add_picture(&services, id, "anh.jpg");
            }
            publish(&services, id);
            archive.pass(60);
            id
        })
        .collect();
    let key = key(&services, Scope::Export);
    (archive, services, key, ids)
}

#[test]
fn a_cursor_gives_the_same_bytes_after_further_publications() {
    let (archive, services, key, ids) = filled(7);
    let first = pull(&services, &key, "after_seq=0&limit=3");
    let cursor = first.json()["cursor"].as_str().unwrap().to_owned();
    let second = first.json()["nextCursor"].as_str().unwrap().to_owned();
    let before = pull(&services, &key, &format!("cursor={second}"));

    archive.pass(3_600);
    published(&services, article(100));
    correct(&services, ids[1], article(1), "Bản đã đính chính");
    correct(&services, ids[4], article(4), "Bản đã đính chính");

    assert_eq!(pull(&services, &key, &format!("cursor={cursor}")).body, first.body);
    let after = pull(&services, &key, &format!("cursor={second}"));
    assert_eq!(after.body, before.body, "a version that was corrected since is no longer the same");
    assert_eq!(after.header("etag"), before.header("etag"));
    let fresh = records(&walk(&services, &key, "after_seq=0&limit=3"));
    assert_eq!(fresh.len(), 8);
    let corrected = fresh.iter().filter(|r| r["title"]["vi"] == "Bản đã đính chính").count();
    assert_eq!(corrected, 2);
}

#[test]
fn a_walk_shows_every_record_once_in_its_latest_state() {
    let (_archive, services, key, all) = filled(23);
    withdraw(&services, all[3]);
    withdraw(&services, all[17]);
    correct(&services, all[5], article(5), "Bản mới");

    let pages = walk(&services, &key, "after_seq=0&limit=5");
    assert_eq!(pages.len(), 5);
    let records = records(&pages);
    let expected: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(records.len(), expected.len());
    assert_eq!(ids(&records).into_iter().collect::<BTreeSet<_>>(), expected);
    let seqs: Vec<u64> = records.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");

    let mut left = records.len();
    for (at, page) in pages.iter().enumerate() {
        let these = page["records"].as_array().unwrap();
        let gone = these.iter().filter(|record| record["state"] == "withdrawn").count();
        left -= these.len();
        assert_eq!(
            page["counts"],
            json!({"records": these.len(), "active": these.len() - gone, "withdrawn": gone, "remaining": left})
        );
        for fixed in ["feedId", "snapshot", "chainHead", "request", "generatedAt"] {
            assert_eq!(page[fixed], pages[0][fixed], "{fixed} of page {at}");
        }
        assert_eq!(page["generatedAt"], page["snapshot"]["at"]);
        let last = these.last().unwrap()["seq"].clone();
        let end = page["snapshot"]["untilSeq"].clone();
        assert_eq!(page["nextAfterSeq"], if left == 0 { end } else { last });
        assert_eq!(page["nextCursor"].is_null(), left == 0);
    }

    let end = pages[0]["snapshot"]["untilSeq"].as_u64().unwrap();
    let rest = page(&services, &key, &format!("after_seq={end}"));
    assert_eq!((rest["records"].as_array().unwrap().len(), &rest["nextCursor"]), (0, &Value::Null));
    assert_eq!(rest["nextAfterSeq"], end);
}

#[test]
fn the_limit_is_one_to_a_thousand() {
    let (_archive, services, key, _ids) = filled(2);
    for good in [1, 1_000] {
        assert_eq!(page(&services, &key, &format!("limit={good}"))["request"]["limit"], good);
    }
    for bad in ["0", "1001"] {
        refused(&pull(&services, &key, &format!("limit={bad}")), 400, "bad-parameter");
    }
    for bad in ["limit=-1", "limit=many", "after_seq=-1", "after_seq=x", "since=yesterday"] {
        let answer = pull(&services, &key, bad);
        assert_eq!(answer.status, 400, "{bad}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{bad}");
    }
    refused(&pull(&services, &key, "since=2026-01-01T00:00:00Z&after_seq=1"), 400, "bad-parameter");
}

#[test]
fn beyond_the_feed_is_a_conflict_that_says_where_to_restart() {
    let (_archive, services, key, _ids) = filled(2);
    let end = page(&services, &key, "")["snapshot"]["untilSeq"].as_u64().unwrap();
    let body =
        refused(&pull(&services, &key, &format!("after_seq={}", end + 1)), 409, "beyond-feed");
    assert_eq!((&body["untilSeq"], &body["restartAfterSeq"]), (&json!(end), &json!(0)));
    let body =
        refused(&stream(&services, &key, "after_seq=18446744073709551615"), 409, "beyond-feed");
    assert_eq!(body["untilSeq"], end);
}

#[test]
fn an_expired_cursor_is_gone_and_says_where_to_restart() {
    let (archive, services, key, _ids) = filled(5);
    let first = page(&services, &key, "limit=2");
    let cursor = first["nextCursor"].as_str().unwrap();
    archive.pass(archive.settings.cursor_seconds);
    assert_eq!(
        pull(&services, &key, &format!("cursor={cursor}")).status,
        200,
        "on its last second"
    );
    archive.pass(1);
    let body = refused(&pull(&services, &key, &format!("cursor={cursor}")), 410, "cursor-expired");
    assert_eq!(body["restartAfterSeq"], first["records"][1]["seq"]);
    let rest = walk(&services, &key, &format!("after_seq={}", body["restartAfterSeq"]));
    assert_eq!(records(&rest).len(), 3, "the restart goes on where the walk stood");
}

#[test]
fn a_cursor_of_somebody_else_is_refused() {
    let (_archive, services, key, _ids) = filled(3);
    let cursor = page(&services, &key, "limit=1")["nextCursor"].as_str().unwrap().to_owned();
    for at in [0, cursor.len() / 2, cursor.len() - 4] {
        let mut bytes = cursor.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(bytes).unwrap();
        refused(&pull(&services, &key, &format!("cursor={tampered}")), 400, "bad-parameter");
    }
    for bad in ["", "x", "%00", &cursor[1..], &format!("{cursor}A")] {
        refused(&pull(&services, &key, &format!("cursor={bad}")), 400, "bad-parameter");
    }
    refused(&pull(&services, &key, &format!("cursor={cursor}&limit=1")), 400, "bad-parameter");

    let (_other, strange, strange_key, _ids) = filled(1);
    refused(&pull(&strange, &strange_key, &format!("cursor={cursor}")), 400, "bad-parameter");
}

#[test]
fn a_withdrawal_ends_the_snapshots_that_hold_it() {
    let (_archive, services, key, ids) = filled(6);
    let first = page(&services, &key, "limit=2");
    let (own, next) = (&first["cursor"], first["nextCursor"].as_str().unwrap());
    withdraw(&services, ids[3]);

    let body = refused(&pull(&services, &key, &format!("cursor={next}")), 410, "cursor-expired");
    assert_eq!(body["restartAfterSeq"], first["records"][1]["seq"]);
    let own = own.as_str().unwrap();
    assert_eq!(pull(&services, &key, &format!("cursor={own}")).json(), first, "it is not on it");

    let rest = walk(&services, &key, &format!("after_seq={}&limit=2", body["restartAfterSeq"]));
    let rest = records(&rest);
    assert_eq!(rest.len(), 4);
    let stone = rest.last().unwrap();
    assert_eq!((&stone["id"], &stone["state"]), (&json!(ids[3]), &json!("withdrawn")));
}

#[test]
fn a_tombstone_stays_for_ever_and_nothing_else_of_its_record() {
    let (archive, services, key, ids) = filled(4);
    correct(&services, ids[1], article(1), "Tiêu đề sẽ gỡ");
    let before = services.export_status().unwrap();
    withdraw(&services, ids[1]);
    published(&services, article(50));
    archive.pass(400 * 24 * 3_600);

    let all = walk(&services, &key, "after_seq=0&limit=2");
    let all = records(&all);
    let of: Vec<&Value> = all.iter().filter(|record| record["id"] == json!(ids[1])).collect();
    assert_eq!(of.len(), 1);
    let stone = of[0];
    assert_eq!((&stone["state"], &stone["version"]), (&json!("withdrawn"), &json!(3)));
    assert_eq!(stone["withdrawn"]["reason"], "rights");
    assert!(before.last_seq < stone["seq"].as_u64().unwrap());
    for gone in ["title", "summary", "bodies", "assets", "url"] {
        assert!(stone.get(gone).is_none(), "{gone} is left of a withdrawn record");
    }
    let text = String::from_utf8(stream(&services, &key, "").body).unwrap();
    assert!(!text.contains("Tiêu đề sẽ gỡ"));
}

#[test]
fn the_stream_is_all_pages_one_behind_the_other() {
    let (_archive, services, key, ids) = filled(9);
    withdraw(&services, ids[2]);
    let streamed = stream(&services, &key, "after_seq=0");
    assert_eq!(streamed.status, 200);
    assert_eq!(streamed.header("content-type"), Some("application/x-ndjson"));
    let text = String::from_utf8(streamed.body).unwrap();
    let paged = records(&walk(&services, &key, "after_seq=0&limit=4"));
    let paged: String = paged.iter().map(|record| canonical(record) + "\n").collect();
    assert_eq!(text, paged);

    let after = ids.len() / 2;
    let from = records(&walk(&services, &key, ""))[after]["seq"].as_u64().unwrap();
    let rest = stream(&services, &key, &format!("after_seq={from}")).body;
    assert!(text.ends_with(std::str::from_utf8(&rest).unwrap()));
    assert_eq!(rest.iter().filter(|b| **b == b'\n').count(), ids.len() - after - 1);
    refused(&stream(&services, &key, "limit=5"), 400, "bad-parameter");
}

#[test]
fn digests_can_be_computed_anew_by_anybody() {
    let (_archive, services, key, ids) = filled(4);
    withdraw(&services, ids[1]);
    for page in walk(&services, &key, "limit=3") {
        let array = canonical(&page["records"]);
        assert_eq!(page["recordsDigest"]["value"], json!(sha256(&array)));
        for record in page["records"].as_array().unwrap() {
            let mut bare = record.as_object().unwrap().clone();
            bare.retain(|name, _| name != "seq" && name != "digest");
            let own = sha256(&canonical(&Value::Object(bare)));
            assert_eq!(record["digest"]["value"], json!(own), "{}", record["id"]);
        }
    }
}

#[test]
fn what_cannot_be_exported_is_listed_with_its_reasons() {
    let (_archive, services, key, ids) = filled(3);
    let mut world = article(20);
    world["infoClass"] = "world-into-vietnam".into();
    for field in ["title", "summary", "body"] {
        world[field] = json!({"vi": "Thông tin thế giới dành cho người dân trong tỉnh."});
    }
    world["translations"] = json!({});
    let world = published(&services, world);
    let was_world = ids[2];
    let mut changed = article(2);
    changed["infoClass"] = "world-into-vietnam".into();
    correct(&services, was_world, changed, "Nay là tin thế giới");

    let problems = get(&services, "/export/v1/problems", &key).json()["problems"].clone();
    let listed: BTreeMap<&str, &Value> = problems
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["id"].as_str().unwrap(), problem))
        .collect();
    let problem = listed[world.to_string().as_str()];
    assert_eq!(problem["problems"][0]["code"], "not-exported-class");
    assert_eq!(problem["problems"][0]["pointer"], "/infoClass");
    for lang in ["vi", "en"] {
        assert!(!problem["problems"][0]["message"][lang].as_str().unwrap().is_empty());
    }
    assert!(problem["localId"].as_str().unwrap().starts_with("DLK-"), "{problem}");

    let exported = records(&walk(&services, &key, ""));
    let active: BTreeSet<String> = ids_in(&exported, "active").into_iter().collect();
    let live: BTreeSet<String> = ids.iter().chain([&world]).map(ToString::to_string).collect();
    let told: BTreeSet<String> = listed.keys().map(ToString::to_string).collect();
    // What was exported in an earlier version and cannot be in its latest stands in the list.
    assert!(told.contains(&was_world.to_string()));
    let all: BTreeSet<String> = active.union(&told).cloned().collect();
    assert_eq!(all, live, "a published record is neither exported nor listed");

    let status = get(&services, "/export/v1/status", &key).json();
    assert_eq!(status["counts"]["problems"], listed.len());
    assert_eq!(status["counts"]["active"], active.len());

    withdraw(&services, world);
    let left = get(&services, "/export/v1/problems", &key).json();
    assert!(!left.to_string().contains(&world.to_string()), "a withdrawn record has no problems");
    let exported = records(&walk(&services, &key, ""));
    assert!(!self::ids(&exported).contains(&world.to_string()), "never exported, so no tombstone");
}

fn ids_in(records: &[Value], state: &str) -> Vec<String> {
    let of = records.iter().filter(|record| record["state"] == state);
    ids(&of.cloned().collect::<Vec<_>>())
}

#[test]
fn nothing_internal_leaves() {
    let (_archive, services) = Archive::new();
    let key = key(&services, Scope::Export);
    let mut document = article(1);
    document["internal"] = json!({"note": "CANARY-INTERNAL", "steer": {"deep": "CANARY-DEEP"}});
    let id = create(&services, document);
    let asset = add_picture(&services, id, "canary-original-name.jpg");
    publish(&services, id);
    published(&services, article(2));
    let gone = published(&services, article(3));
    withdraw(&services, gone);

    let pages = pull(&services, &key, "").body;
    let public = [
        String::from_utf8(pages).unwrap(),
        String::from_utf8(stream(&services, &key, "").body).unwrap(),
        get(&services, "/export/v1/problems", &key).json().to_string(),
        get(&services, &format!("/api/v1/published/{}", id.key()), "").json().to_string(),
        String::from_utf8(get(&services, &format!("/vi/r/{}", id.key()), "").body).unwrap(),
    ];
    for (at, text) in public.iter().enumerate() {
        let found = text.to_lowercase().find("canary");
        let around =
            found.map(|at| text.chars().skip(at.saturating_sub(60)).take(160).collect::<String>());
        assert_eq!(around, None, "answer {at}");
    }
    assert!(public[0].contains(&asset.key()), "the picture is there");
}

#[test]
fn the_doors_ask_for_a_key_of_their_own() {
    let (_archive, services, key, _ids) = filled(1);
    let closed = ["/export/v1/records", "/export/v1/status", "/export/v1/problems"];
    let (upload, metrics) =
        (self::key(&services, Scope::Upload), self::key(&services, Scope::Metrics));
    for path in closed {
        let nobody = ask(&services, (Method::GET, path), None, &[], None);
        refused(&nobody, 401, "unauthorised");
        assert!(nobody.header("www-authenticate").is_some());
        for strange in ["", "qb_", "qb_x_y", &key[..key.len() - 1]] {
            assert_eq!(get(&services, path, strange).status, 401, "{path} {strange:?}");
        }
        for wrong in [&upload, &metrics] {
            refused(&get(&services, path, wrong), 403, "forbidden");
        }
        assert_eq!(get(&services, path, &key).status, 200, "{path}");
    }
    let id = key.split('_').nth(1).unwrap();
    services.revoke_key(&quangba::service::operator(), id).unwrap();
    assert_eq!(get(&services, closed[0], &key).status, 401, "a revoked key");
}

#[test]
fn the_schemas_that_are_served_are_those_that_hold() {
    let (_archive, services, key, ids) = filled(2);
    withdraw(&services, ids[0]);
    let served = |name: &str| {
        let path = format!("/export/v1/schema{name}");
        let answer = ask(&services, (Method::GET, &path), None, &[], None);
        assert_eq!(answer.header("content-type"), Some("application/schema+json"));
        String::from_utf8(answer.body).unwrap()
    };
    assert_eq!(served(""), RECORD_SCHEMA);
    for (name, text) in [("record", RECORD_SCHEMA), ("page", PAGE_SCHEMA), ("ack", ACK_SCHEMA)] {
        assert_eq!(served(&format!("?name={name}")), text);
    }
    assert_eq!(get(&services, "/export/v1/schema?name=no", "").status, 404);

    let validator = quangba::exchange::national::Validator::new().unwrap();
    for page in walk(&services, &key, "limit=1") {
        assert_eq!(validator.page(&page), Vec::new());
    }
}

#[test]
fn status_says_where_the_feed_stands() {
    let (archive, services, key, ids) = filled(4);
    withdraw(&services, ids[0]);
    let feed = page(&services, &key, "");
    let status = get(&services, "/export/v1/status", &key).json();
    assert_eq!(status["feedId"], feed["feedId"]);
    assert_eq!(status["lastSeq"], feed["snapshot"]["untilSeq"]);
    assert_eq!(status["chainHead"], feed["chainHead"]);
    assert_eq!(status["counts"], json!({"active": 3, "withdrawn": 1, "problems": 0}));
    assert_eq!(status["versions"], json!(["ttdn-record/1", "ttdn-page/1"]));
    let stone = feed["records"].as_array().unwrap().last().unwrap();
    assert_eq!(status["lastChange"], stone["modified"]);

    archive.pass(60);
    create(&services, article(77));
    let later = get(&services, "/export/v1/status", &key).json();
    assert_eq!(later["lastSeq"], status["lastSeq"], "a draft is nothing of the export's");
    assert_ne!(later["chainHead"], status["chainHead"]);
}

#[test]
fn since_takes_what_changed_at_or_after_an_instant() {
    let (_archive, services, key, all) = filled(5);
    let whole = records(&walk(&services, &key, ""));
    let third = whole[2]["modified"].as_str().unwrap();
    let from = records(&walk(&services, &key, &format!("since={third}&limit=2")));
    assert_eq!(ids(&from), all[2..].iter().map(ToString::to_string).collect::<Vec<_>>());
    let echoed = page(&services, &key, &format!("since={third}"));
    assert_eq!(echoed["request"]["since"], third);
    let past = page(&services, &key, "since=2020-01-01T00:00:00Z");
    assert_eq!(past["records"].as_array().unwrap().len(), 5);
    let future = page(&services, &key, "since=2030-01-01T00:00:00Z");
    assert_eq!((&future["records"], &future["nextCursor"]), (&json!([]), &Value::Null));
    let offset = page(&services, &key, "since=2026-11-20T09:02:00%2B07:00");
    assert_eq!(offset["records"].as_array().unwrap().len(), 3, "any offset names an instant");
}

#[test]
fn a_new_public_address_renders_every_public_record_anew() {
    let (mut archive, services, key, ids) = filled(3);
    withdraw(&services, ids[2]);
    // A draft beside a live record stays as it is.
    let revision = services.record(&writer(), ids[1]).unwrap().record.revision;
    let draft = services.save(&writer(), ids[1], revision, article(9)).unwrap();
    let before = records(&walk(&services, &key, "after_seq=0"));
    assert_eq!(services.follow_address(&|| true).unwrap(), 0, "nothing has changed");
    close(services);

    archive.move_to("https://quangba.example");
    let services = archive.open().unwrap();
    assert_eq!(services.follow_address(&|| false).unwrap(), 0, "it was stopped");
    assert_eq!(services.follow_address(&|| true).unwrap(), 2);
    assert_eq!(services.follow_address(&|| true).unwrap(), 0);
    let after = records(&walk(&services, &key, "after_seq=0"));
    assert_eq!(after.len(), before.len());
    let of = |list: &[Value], id: &Value| {
        list.iter().find(|record| &record["id"] == id).unwrap().clone()
    };
    for old in before.iter().filter(|record| record["state"] == "active") {
        let new = of(&after, &old["id"]);
        assert_eq!(new["source"]["system"], "https://quangba.example/");
        assert_eq!(new["version"], old["version"]);
        assert!(old["seq"].as_u64() < new["seq"].as_u64());
    }
    let kept = services.record(&writer(), ids[1]).unwrap();
    assert_eq!(kept.record, draft);
    close(services);
}

/// The same bytes in two requests, one of which is refused: the other's file must stay.
#[test]
fn a_refused_upload_takes_nothing_from_another() {
    let (_archive, services) = Archive::new();
    let right = create(&services, article(1));
    let wrong = create(&services, article(2));
    for round in 0..12_u8 {
        // New bytes each time: a comment does not change the picture.
        let mut bytes = picture();
        bytes.splice(2..2, [0xFF, 0xFE, 0, 3, round]);
        let (bytes, services) = (&bytes, &services);
        let upload = move |id, name: &str| {
            let mut uploading = services.begin_file(&writer(), id, name).unwrap();
            uploading.file.write(bytes).unwrap();
            services.add_file(&writer(), id, uploading, json!({}))
        };
        let asset = std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(move || assert!(upload(wrong, "a.png").is_err()));
            }
            scope.spawn(move || upload(right, "a.jpg").unwrap().1).join().unwrap()
        });
        services.original(&writer(), right, asset).unwrap();
    }
    close(services);
}
