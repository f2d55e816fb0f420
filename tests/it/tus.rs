//! Uploads that can go on after a break (tus 1.0.0), as a client of the protocol sees them.

use actix_web::http::Method;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use jiff::SignedDuration;
use quangba::service::operator;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::support::{
    Answer, CULTURE, Caller, FINANCE, TestApp,
    files::{jpeg, pdf, picture},
    records::{article, described, with},
};

const PIECE: &str = "application/offset+octet-stream";
const ROOT: &str = "/api/v1/uploads";

fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name} {}", STANDARD.encode(value)));
    pairs.collect::<Vec<_>>().join(",")
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl TestApp {
    /// Asks for an upload of so many bytes.
    async fn begun(&self, by: &Caller, length: usize, said: &[(&str, &str)]) -> Answer {
        let ask = self.post(ROOT).by(by).header("Tus-Resumable", "1.0.0");
        let ask = ask.header("Upload-Length", &length.to_string());
        ask.header("Upload-Metadata", &metadata(said)).send().await
    }

    /// Begins an upload to a record; gives its address.
    async fn upload(&self, by: &Caller, record: &str, length: usize) -> String {
        let said = [("record", record), ("filename", "dàn chiêng.jpg"), ("again", "true")];
        let answer = self.begun(by, length, &said).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.header("location")
    }

    async fn sent(&self, by: &Caller, to: &str, offset: usize, bytes: &[u8]) -> Answer {
        self.piece(by, to, (offset, bytes), &[]).await
    }

    async fn piece(
        &self,
        by: &Caller,
        to: &str,
        (offset, bytes): (usize, &[u8]),
        headers: &[(&str, &str)],
    ) -> Answer {
        let ask = self.ask(Method::PATCH, to).by(by).header("Tus-Resumable", "1.0.0");
        let ask = ask.header("Upload-Offset", &offset.to_string());
        let ask = headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
        ask.raw(PIECE, bytes.to_vec()).send().await
    }

    async fn headed(&self, by: &Caller, to: &str) -> Answer {
        self.ask(Method::HEAD, to).by(by).header("Tus-Resumable", "1.0.0").send().await
    }

    async fn offset(&self, by: &Caller, to: &str) -> String {
        let answer = self.headed(by, to).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.header("upload-offset")
    }

    async fn writer(&self) -> Caller {
        self.person(&["contributor"], Some(CULTURE)).await.caller
    }

    /// What lies in the folder of uploads.
    fn left(&self) -> usize {
        std::fs::read_dir(self.dir().join("uploads")).unwrap().count()
    }
}

#[actix_web::test]
async fn options_tell_what_there_is() {
    let app = TestApp::new().await;
    for path in [ROOT, "/api/v1/uploads/0123456789abcdef0123456789abcdef"] {
        let answer = app.ask(Method::OPTIONS, path).send().await;
        assert_eq!(answer.status, 204, "{answer:?}");
        assert_eq!(answer.header("tus-version"), "1.0.0");
        assert_eq!(answer.header("tus-resumable"), "1.0.0");
        assert_eq!(answer.header("tus-max-size"), (2_u64 << 30).to_string());
        assert_eq!(answer.header("tus-checksum-algorithm"), "sha1,sha256");
        let extensions = answer.header("tus-extension");
        assert_eq!(extensions, "creation,creation-with-upload,expiration,checksum,termination");
    }
}

#[actix_web::test]
async fn a_picture_in_three_pieces_stands_in_its_record_as_it_was_sent() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let (bytes, meta) = (jpeg(), described().to_string());
    let said = [
        ("record", record.as_str()),
        ("filename", "dàn chiêng.jpg"),
        ("meta", &meta),
        ("sha256", &hex(&bytes)),
        ("filetype", "image/jpeg"),
    ];
    let begun = app.begun(&writer, bytes.len(), &said).await;
    assert_eq!((begun.status, begun.header("upload-offset").as_str()), (201, "0"), "{begun:?}");
    assert_eq!(begun.header("upload-expires"), "Tue, 06 Oct 2026 01:00:00 GMT");
    let to = begun.header("location");

    for (from, until) in [(0, 100), (100, 101), (101, bytes.len())] {
        let head = app.headed(&writer, &to).await;
        assert_eq!(head.header("upload-offset"), from.to_string());
        assert_eq!(head.header("upload-length"), bytes.len().to_string());
        assert_eq!(head.header("cache-control"), "no-store");
        let answer = app.sent(&writer, &to, from, &bytes[from..until]).await;
        assert_eq!(answer.status, 204, "{answer:?}");
        assert_eq!(answer.header("upload-offset"), until.to_string());
        assert_eq!(answer.header("tus-resumable"), "1.0.0");
        assert!(answer.header("upload-expires").ends_with("GMT"));
        let whole = until == bytes.len();
        assert_eq!(answer.header("quangba-sha256"), if whole { hex(&bytes) } else { "".into() });
    }
    // Whoever missed the last answer learns it from the next.
    let head = app.headed(&writer, &to).await;
    assert_eq!(head.header("upload-offset"), bytes.len().to_string());
    let asset = head.header("quangba-asset");
    let read = app.get(&format!("/api/v1/records/{record}")).by(&writer).send().await.ok(200);
    assert_eq!(read["assets"][0]["id"], asset);
    assert_eq!(read["assets"][0]["caption"]["en"], "Gongs in a longhouse");
    assert_eq!(read["assets"].as_array().unwrap().len(), 1);
    let bare = asset.rsplit(':').next().unwrap();
    let path = format!("/api/v1/records/{record}/assets/{bare}/original");
    assert_eq!(app.get(&path).by(&writer).send().await.body, bytes);
    assert_eq!(app.left(), 1, "only what became of it is kept");
    let shown = app.get(&to).by(&writer).send().await.ok(200);
    assert_eq!((&shown["asset"], &shown["sha256"]), (&json!(asset), &json!(hex(&bytes))));
    // There is nothing to add to it.
    app.sent(&writer, &to, 0, b"x").await.is_problem(409, "upload-offset");
    app.sent(&writer, &to, bytes.len(), b"x").await.is_problem(413, "upload-too-long");
}

#[actix_web::test]
async fn the_first_piece_may_come_with_the_beginning() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let bytes = jpeg();
    let said = metadata(&[("record", &record), ("filename", "a.jpg")]);
    let ask = |bytes: &[u8], media_type: &str| {
        let ask = app.post(ROOT).by(&writer).header("Tus-Resumable", "1.0.0");
        let ask = ask.header("Upload-Length", &jpeg().len().to_string());
        ask.header("Upload-Metadata", &said).raw(media_type, bytes.to_vec())
    };
    ask(&bytes, "image/jpeg").send().await.is_problem(415, "media-type");
    let part = ask(&bytes[..300], PIECE).send().await;
    assert_eq!((part.status, part.header("upload-offset").as_str()), (201, "300"), "{part:?}");
    let whole = ask(&bytes, PIECE).send().await;
    assert_eq!(whole.status, 201, "{whole:?}");
    assert_eq!(whole.header("quangba-sha256"), hex(&bytes));
}

#[actix_web::test]
async fn what_breaks_the_protocol_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let to = app.upload(&writer, &record, 100).await;
    app.sent(&writer, &to, 0, b"0123456789").await;
    let head = app.head();

    // Another version, or none.
    for version in [None, Some("0.2.2"), Some("")] {
        for method in [Method::PATCH, Method::HEAD, Method::DELETE] {
            let ask = app.ask(method, &to).by(&writer).header("Upload-Offset", "10");
            let ask = version
                .map_or_else(|| app.ask(Method::HEAD, &to), |v| ask.header("Tus-Resumable", v));
            let answer = ask.by(&writer).send().await;
            assert_eq!(answer.status, 412, "{answer:?}");
            assert_eq!(answer.header("tus-version"), "1.0.0");
        }
        let ask = app.post(ROOT).by(&writer).header("Upload-Length", "5");
        ask.send().await.is_problem(412, "tus-version");
    }
    // Another offset, before or behind; none; no number.
    app.sent(&writer, &to, 9, b"x").await.is_problem(409, "upload-offset");
    app.sent(&writer, &to, 11, b"x").await.is_problem(409, "upload-offset");
    for offset in ["", "-1", "+10", "1e1", "10 "].into_iter().map(Some).chain([None]) {
        let ask = app.ask(Method::PATCH, &to).by(&writer).header("Tus-Resumable", "1.0.0");
        let ask = offset.map_or_else(
            || app.ask(Method::PATCH, &to).by(&writer).header("Tus-Resumable", "1.0.0"),
            |o| ask.header("Upload-Offset", o),
        );
        let answer = ask.raw(PIECE, Vec::new()).send().await;
        let wanted = if offset == Some("10 ") { 204 } else { 400 };
        assert_eq!(answer.status, wanted, "{offset:?} {answer:?}");
    }
    // Another media type.
    let ask = app.ask(Method::PATCH, &to).by(&writer).header("Tus-Resumable", "1.0.0");
    let ask = ask.header("Upload-Offset", "10").raw("application/octet-stream", b"x".to_vec());
    ask.send().await.is_problem(415, "media-type");
    // More than was declared.
    app.sent(&writer, &to, 10, &[0; 91]).await.is_problem(413, "upload-too-long");
    // Lengths that cannot be.
    let said = [("record", record.as_str()), ("filename", "a.jpg")];
    app.begun(&writer, 0, &said).await.is_problem(422, "file-empty");
    app.begun(&writer, (2 << 30) + 1, &said).await.is_problem(413, "file-too-large");
    let ask = app.post(ROOT).by(&writer).header("Tus-Resumable", "1.0.0");
    let ask = ask.header("Upload-Metadata", &metadata(&said)).header("Upload-Defer-Length", "1");
    ask.send().await.is_problem(400, "tus-extension");
    app.ask(Method::PUT, &to).by(&writer).send().await.is_problem(405, "method-not-allowed");

    assert_eq!(app.offset(&writer, &to).await, "10");
    assert_eq!(app.head(), head);
}

#[actix_web::test]
async fn a_piece_with_another_checksum_is_not_kept() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let bytes = jpeg();
    let to = app.upload(&writer, &record, bytes.len()).await;
    let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(Sha1::digest(bytes)));
    let sha256 = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)));
    let send = async |from: usize, until: usize, sum: String| {
        app.piece(&writer, &to, (from, &bytes[from..until]), &[("Upload-Checksum", &sum)]).await
    };
    for wrong in [sha1(b"other"), sha256(b"other"), "sha1 AAEC".to_owned()] {
        send(0, 200, wrong).await.is_problem(460, "checksum-mismatch");
        assert_eq!(app.offset(&writer, &to).await, "0");
    }
    for none in ["md5 AAEC", "sha1", "sha1 ???"] {
        send(0, 200, none.to_owned()).await.is_problem(400, "bad-header");
    }
    assert_eq!(send(0, 200, sha1(&bytes[..200])).await.status, 204);
    send(200, 300, sha1(&bytes[..200])).await.is_problem(460, "checksum-mismatch");
    assert_eq!(app.offset(&writer, &to).await, "200");
    assert_eq!(app.sent(&writer, &to, 200, &bytes[200..300]).await.status, 204);
    let last = send(300, bytes.len(), sha256(&bytes[300..])).await;
    assert_eq!(last.header("quangba-sha256"), hex(&bytes), "{last:?}");
}

#[actix_web::test]
async fn an_upload_is_for_who_began_it_alone() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let colleague = app.writer().await;
    let auditor = app.person(&["auditor"], None).await.caller;
    let admin = app.person(&["admin"], None).await.caller;
    let (_, key) = app.key("upload", Some(CULTURE));
    let (_, other_key) = app.key("upload", Some(CULTURE));
    let record = app.begin(&crew.writer, &article()).await;
    let to = app.upload(&crew.writer, &record, 10).await;
    let nowhere = format!("{ROOT}/0123456789abcdef0123456789abcdef");
    for foreign in [&crew.stranger, &crew.reviewer, &colleague, &auditor, &admin, &key] {
        for to in [&to, &nowhere] {
            app.sent(foreign, to, 0, b"x").await.is_problem(404, "not-found");
            assert_eq!(app.headed(foreign, to).await.status, 404);
            app.get(to).by(foreign).send().await.is_problem(404, "not-found");
            let ask = app.delete(to).by(foreign).header("Tus-Resumable", "1.0.0");
            ask.send().await.is_problem(404, "not-found");
        }
    }
    app.sent(&Caller::Anybody, &to, 0, b"x").await.is_problem(401, "unauthorised");
    assert_eq!(app.offset(&crew.writer, &to).await, "0");
    // Two keys of one agency are two senders.
    let of_key = app.upload(&key, &record, 10).await;
    assert_eq!(app.headed(&key, &of_key).await.status, 200);
    assert_eq!(app.headed(&other_key, &of_key).await.status, 404);
    assert_eq!(app.headed(&crew.writer, &of_key).await.status, 404);
}

#[actix_web::test]
async fn each_role_begins_uploads_where_it_may_send_files() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let record = app.begin(&crew.writer, &article()).await;
    let leader = app.person(&["leader"], Some(CULTURE)).await.caller;
    let mut all = vec![
        (Caller::Anybody, 401),
        (crew.writer, 201),
        (leader, 201),
        (crew.stranger, 404),
        (crew.reviewer, 404),
        (crew.publisher, 404),
        (app.key("upload", Some(CULTURE)).1, 201),
        (app.key("upload", Some(FINANCE)).1, 404),
        (app.key("export", None).1, 404),
        (app.key("metrics", None).1, 404),
        (app.person(&["auditor"], None).await.caller, 403),
    ];
    for role in ["translator", "secrecy", "admin"] {
        all.push((app.person(&[role], None).await.caller, 404));
    }
    for (caller, wanted) in all {
        let said = [("record", record.as_str()), ("filename", "a.jpg")];
        let tus = app.begun(&caller, 10, &said).await;
        assert_eq!(tus.status, wanted, "{caller:?} {tus:?}");
        // Just as by the form.
        let path = format!("/api/v1/records/{record}/assets");
        let form = [("file", Some("a.jpg"), &b"no picture"[..])];
        let form = app.post(&path).by(&caller).form(&form).send().await;
        let form = if form.status == 415 { 201 } else { form.status };
        assert_eq!(form, wanted, "{caller:?}");
    }
}

#[actix_web::test]
async fn what_is_said_of_a_file_is_looked_at_before_a_byte_comes() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let record = app.begin(&crew.writer, &article()).await;
    let head = app.head();
    let begun = async |said: &[(&str, &str)]| app.begun(&crew.writer, 10, said).await;
    begun(&[("filename", "a.jpg")]).await.is_problem(422, "invalid");
    begun(&[("record", &record)]).await.is_problem(422, "file-name");
    let answer = begun(&[("record", &record), ("filename", "a.jpg"), ("meta", "{\"x\":1}")]).await;
    assert_eq!(answer.errors(), ["/meta/x unknown-field"]);
    begun(&[("record", &record), ("filename", "a.jpg"), ("meta", "{")])
        .await
        .is_problem(400, "unreadable");
    let answer = begun(&[("record", &record), ("filename", "a.jpg"), ("sha256", "12")]).await;
    assert_eq!(answer.errors(), ["/sha256 value"]);
    // Nobody said that there is no secret in it.
    let bare = app.begin(&crew.writer, &with(article(), "/clearance", Value::Null)).await;
    begun(&[("record", &bare), ("filename", "a.jpg")]).await.is_problem(409, "declaration-needed");
    // What the agency has already need not be sent at all.
    let bytes = jpeg();
    app.photo(&crew.writer, &record).await;
    let known = hex(&bytes).to_uppercase();
    let said = [("record", record.as_str()), ("filename", "a.jpg"), ("sha256", known.as_str())];
    begun(&said).await.is_problem(409, "duplicate-file");
    assert_eq!(app.left(), 0);
    assert!(head < app.head());
}

#[actix_web::test]
async fn ids_that_lead_elsewhere_lead_nowhere() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let to = app.upload(&writer, &record, 10).await;
    let id = to.rsplit('/').next().unwrap();
    let outside = app.dir().join("quangba.toml");
    std::fs::write(&outside, "").unwrap();
    for id in [
        "..",
        "%2e%2e",
        "%2e%2e%2fquangba.toml",
        "..%2fquangba",
        "../quangba.toml",
        "%2fetc%2fpasswd",
        &format!("{id}.json"),
        &format!("{id}.part"),
        &format!("./{id}/"),
        &id.to_uppercase(),
        &format!("{id}%00"),
        "*",
    ] {
        let path = format!("{ROOT}/{id}");
        for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
            let ask = app.ask(method, &path).by(&writer).header("Tus-Resumable", "1.0.0");
            let ask = ask.header("Upload-Offset", "0").raw(PIECE, b"x".to_vec());
            let status = ask.send().await.status;
            assert!(matches!(status, 400 | 404 | 405), "{status} {path}");
        }
    }
    // Nor does a name.
    let said = [("record", record.as_str()), ("filename", "../../quangba.toml")];
    let answer = app.begun(&writer, 10, &said).await;
    assert!(matches!(answer.status, 201 | 422), "{answer:?}");
    assert_eq!(std::fs::read(&outside).unwrap(), b"");
    assert_eq!(app.offset(&writer, &to).await, "0");
}

#[actix_web::test]
async fn what_is_refused_at_the_end_is_over() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let writer = &crew.writer;
    let record = app.begin(writer, &article()).await;
    let head = app.head();
    let all = async |bytes: &[u8], said: &[(&str, &str)]| {
        let said = [&[("record", record.as_str())], said].concat();
        let to = app.begun(writer, bytes.len(), &said).await.header("location");
        let answer = app.sent(writer, &to, 0, bytes).await;
        assert_eq!(app.headed(writer, &to).await.status, 404, "it is over");
        assert_eq!(app.left(), 0);
        answer
    };
    all(b"no picture at all", &[("filename", "a.jpg")]).await.is_problem(415, "file-mismatch");
    all(&jpeg(), &[("filename", "a.png")]).await.is_problem(415, "file-mismatch");
    let other = hex(b"other");
    let said = [("filename", "a.jpg"), ("sha256", other.as_str())];
    let answer = all(&jpeg(), &said).await;
    answer.is_problem(422, "digest-mismatch");
    assert_eq!(answer.at("/sha256"), hex(&jpeg()));
    assert_eq!(app.head(), head);

    let asset = app.photo(writer, &record).await;
    let answer = all(&jpeg(), &[("filename", "a.jpg")]).await;
    answer.is_problem(409, "duplicate-file");
    assert_eq!(answer.at("/asset"), format!("urn:uuid:{asset}"));
    // None of it lies anywhere.
    assert_eq!(std::fs::read_dir(app.dir().join("media/incoming")).unwrap().count(), 0);
}

#[actix_web::test]
async fn a_record_that_moves_on_takes_no_file_any_more() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let bytes = jpeg();
    for way in ["submitted", "withdrawn", "discarded"] {
        let record = app.begin(&crew.writer, &article()).await;
        let to = app.upload(&crew.writer, &record, bytes.len()).await;
        app.sent(&crew.writer, &to, 0, &bytes[..100]).await;
        let path = format!("/api/v1/records/{record}");
        let wanted = match way {
            "submitted" => {
                app.moved(&crew.writer, &record, json!({"action": "submit"})).await;
                409
            }
            "withdrawn" => {
                app.let_out(&crew, &record).await;
                let wish = json!({"action": "withdraw", "reason": "rights"});
                app.moved(&crew.publisher, &record, wish).await;
                409
            }
            _ => {
                app.delete(&path).by(&crew.writer).send().await;
                404
            }
        };
        let head = app.head();
        let answer = app.sent(&crew.writer, &to, 100, &bytes[100..]).await;
        assert_eq!(answer.status, wanted, "{way} {answer:?}");
        assert_eq!(app.head(), head);
        assert_eq!(app.left(), 0, "{way}");
    }
}

#[actix_web::test]
async fn who_loses_the_right_to_write_cannot_end_it() {
    let app = TestApp::new().await;
    let writer = app.person(&["contributor"], Some(CULTURE)).await;
    let (key_id, key) = app.key("upload", Some(CULTURE));
    let record = app.begin(&writer.caller, &article()).await;
    let (of_person, of_key) =
        (app.upload(&writer.caller, &record, 10).await, app.upload(&key, &record, 10).await);
    app.services.disable_user(&operator(), &writer.name).unwrap();
    app.services.revoke_key(&operator(), &key_id).unwrap();
    app.sent(&writer.caller, &of_person, 0, b"x").await.is_problem(401, "unauthorised");
    app.sent(&key, &of_key, 0, b"x").await.is_problem(401, "unauthorised");
}

#[actix_web::test]
async fn a_purge_takes_what_was_on_its_way() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let record = app.begin(&crew.writer, &article()).await;
    app.let_out(&crew, &record).await;
    let to = app.upload(&crew.writer, &record, 100).await;
    app.sent(&crew.writer, &to, 0, b"a secret").await;
    let path = format!("/api/v1/records/{record}/purge");
    let ask = app.post(&path).by(&crew.publisher).json(&json!({"reason": "lệnh"}));
    ask.send().await.ok(200);
    assert_eq!(app.left(), 0);
    assert_eq!(app.headed(&crew.writer, &to).await.status, 404);
}

#[actix_web::test]
async fn an_upload_can_be_ended_and_runs_out() {
    let app = TestApp::new().await;
    // A key does not run out.
    let (_, writer) = app.key("upload", Some(CULTURE));
    let record = app.begin(&writer, &article()).await;
    let bytes = jpeg();
    let ended = app.upload(&writer, &record, 100).await;
    app.sent(&writer, &ended, 0, b"abc").await;
    let ask = app.delete(&ended).by(&writer).header("Tus-Resumable", "1.0.0");
    assert_eq!(ask.send().await.status, 204);
    assert_eq!(app.headed(&writer, &ended).await.status, 404);
    app.sent(&writer, &ended, 3, b"d").await.is_problem(404, "not-found");
    assert_eq!(app.left(), 0);

    let (left, kept) =
        (app.upload(&writer, &record, 100).await, app.upload(&writer, &record, bytes.len()).await);
    app.sent(&writer, &left, 0, b"abc").await;
    app.pass(SignedDuration::from_hours(23));
    app.sent(&writer, &kept, 0, &bytes[..100]).await;
    assert_eq!(app.services.sweep_uploads().unwrap(), 0);
    app.pass(SignedDuration::from_hours(2));
    assert_eq!(app.services.sweep_uploads().unwrap(), 1, "a day after its last byte");
    assert_eq!(app.headed(&writer, &left).await.status, 404);
    assert_eq!(app.sent(&writer, &kept, 100, &bytes[100..]).await.status, 204);
    app.pass(SignedDuration::from_hours(25));
    assert_eq!(app.headed(&writer, &kept).await.status, 404, "before any sweep");
    assert_eq!(app.left(), 0);
}

#[actix_web::test]
async fn a_method_may_stand_in_a_header() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let to = app.upload(&writer, &record, 100).await;
    let ask = app.post(&to).by(&writer).header("X-HTTP-Method-Override", "PATCH");
    let ask = ask.header("Tus-Resumable", "1.0.0").header("Upload-Offset", "0");
    assert_eq!(ask.raw(PIECE, b"abc".to_vec()).send().await.status, 204);
    assert_eq!(app.offset(&writer, &to).await, "3");
    let ask = app.post(&to).by(&writer).header("X-HTTP-Method-Override", "DELETE");
    assert_eq!(ask.header("Tus-Resumable", "1.0.0").send().await.status, 204);
    // Nowhere else.
    let path = format!("/api/v1/records/{record}");
    let ask = app.post(&path).by(&writer).header("X-HTTP-Method-Override", "DELETE");
    ask.send().await.is_problem(405, "method-not-allowed");
}

#[actix_web::test]
async fn of_two_pieces_at_once_one_is_taken() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let bytes = jpeg();
    let to = app.upload(&writer, &record, bytes.len()).await;
    let mut from = 0;
    for until in [300, 600, bytes.len()] {
        let sending = (0..6).map(|_| app.sent(&writer, &to, from, &bytes[from..until]));
        let mut all: Vec<u16> = join_all(sending).await.iter().map(|a| a.status).collect();
        all.sort_unstable();
        assert_eq!(all[0], 204, "{all:?}");
        let late = |status: &u16| matches!(status, 409 | 423 | 413);
        assert!(all[1..].iter().all(late), "{all:?}");
        from = until;
    }
    assert_eq!(app.headed(&writer, &to).await.header("quangba-sha256"), hex(&bytes));
    let read = app.get(&format!("/api/v1/records/{record}")).by(&writer).send().await;
    assert_eq!(read.at("/assets").as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_hundred_may_be_under_way_and_hold_no_file_open() {
    let app = TestApp::new().await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let open = || {
        std::fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter(|fd| {
                let target = std::fs::read_link(fd.as_ref().unwrap().path()).unwrap_or_default();
                target.starts_with(app.dir().join("uploads"))
            })
            .count()
    };
    let said = [("record", record.as_str()), ("filename", "a.jpg")];
    let all = join_all((0..101).map(|_| app.begun(&writer, 10, &said))).await;
    let taken: Vec<String> =
        all.iter().filter(|a| a.status == 201).map(|a| a.header("location")).collect();
    assert_eq!(taken.len(), 100);
    all.iter().find(|a| a.status != 201).unwrap().is_problem(429, "too-many-uploads");
    for to in &taken {
        assert_eq!(app.sent(&writer, to, 0, b"x").await.status, 204);
    }
    assert_eq!(open(), 0);
    // Others have their own hundred, and one that ends makes room.
    let colleague = app.writer().await;
    assert_eq!(app.begun(&colleague, 10, &said).await.status, 201);
    let ask = app.delete(&taken[0]).by(&writer).header("Tus-Resumable", "1.0.0");
    assert_eq!(ask.send().await.status, 204);
    assert_eq!(app.begun(&writer, 10, &said).await.status, 201);
}

#[actix_web::test]
async fn lengths_that_are_declared_must_fit_on_the_disk() {
    let app = TestApp::with(|settings| {
        settings.media.file_bytes = u64::MAX / 4;
        settings.uploads.at_once = 10;
    })
    .await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let free = rustix::fs::statvfs(app.dir()).unwrap();
    let free = usize::try_from(free.f_bavail * free.f_frsize).unwrap();
    let said = [("record", record.as_str()), ("filename", "a.jpg")];
    app.begun(&writer, free, &said).await.is_problem(507, "disk-full");
    // Two that fit alone and not together.
    assert_eq!(app.begun(&writer, free / 3 * 2, &said).await.status, 201);
    app.begun(&writer, free / 3 * 2, &said).await.is_problem(507, "disk-full");
}

/// What `agencies` shows of an agency's room to somebody.
async fn storage(app: &TestApp, by: &Caller, code: &str) -> Value {
    let all = app.get("/api/v1/agencies").by(by).send().await.ok(200);
    let mut all = all["agencies"].as_array().unwrap().iter();
    let agency = all.find(|agency| agency["code"] == code).unwrap();
    agency.get("storage").cloned().unwrap_or_default()
}

async fn form(app: &TestApp, by: &Caller, record: &str, name: &str, bytes: &[u8]) -> Answer {
    app.post(&format!("/api/v1/records/{record}/assets")).by(by).file(name, bytes).send().await
}

#[actix_web::test]
async fn an_agency_has_so_many_bytes_by_whatever_door() {
    let pictures: Vec<Vec<u8>> =
        (0..4).map(|n| picture(image::ImageFormat::Png, 40 + n, 40)).collect();
    let size = |n: usize| u64::try_from(pictures[n].len()).unwrap();
    let quota = size(0) + size(1) + size(2) - 1;
    let app = TestApp::with(|settings| {
        settings.storage.agencies.insert(CULTURE.parse().unwrap(), quota);
    })
    .await;
    let crew = app.crew().await;
    let (writer, record) = (&crew.writer, app.begin(&crew.writer, &article()).await);
    assert_eq!(storage(&app, writer, CULTURE).await, json!({"used": 0, "quota": quota}));
    form(&app, writer, &record, "a.png", &pictures[0]).await.ok(201);
    assert_eq!(storage(&app, writer, CULTURE).await["used"], size(0));

    // What is declared counts from the beginning.
    let to = app.upload(writer, &record, pictures[1].len()).await;
    assert_eq!(storage(&app, writer, CULTURE).await["used"], size(0) + size(1));
    let head = app.head();
    let said = [("record", record.as_str()), ("filename", "c.png")];
    let answer = app.begun(writer, pictures[2].len(), &said).await;
    answer.is_problem(413, "quota-exceeded");
    assert_eq!((answer.at("/used"), answer.at("/quota")), (json!(size(0) + size(1)), json!(quota)));
    form(&app, writer, &record, "c.png", &pictures[2]).await.is_problem(413, "quota-exceeded");
    assert_eq!(app.head(), head);
    // The file has the name of a JPEG and is refused: its room is free again.
    app.sent(writer, &to, 0, &pictures[1]).await.is_problem(415, "file-mismatch");
    form(&app, writer, &record, "c.png", &pictures[2]).await.ok(201);

    // Each original counts once, and another agency has its own room.
    let second = app.begin(writer, &article()).await;
    let path = format!("/api/v1/records/{second}/assets");
    let again = [("file", Some("c.png"), &pictures[2][..]), ("again", None, b"true")];
    app.post(&path).by(writer).form(&again).send().await.ok(201);
    assert_eq!(storage(&app, writer, CULTURE).await["used"], size(0) + size(2));
    let theirs = app.begin(&crew.stranger, &article()).await;
    form(&app, &crew.stranger, &theirs, "d.png", &pictures[3]).await.ok(201);
    let admin = app.person(&["admin"], None).await.caller;
    assert_eq!(storage(&app, &admin, FINANCE).await, json!({"used": size(3), "quota": null}));

    // What goes, goes from the count.
    app.delete(&format!("/api/v1/records/{second}")).by(writer).send().await;
    assert_eq!(storage(&app, writer, CULTURE).await["used"], size(0) + size(2));
    app.delete(&format!("/api/v1/records/{record}")).by(writer).send().await;
    assert_eq!(storage(&app, writer, CULTURE).await["used"], 0);
    // Others are not told.
    for caller in [&crew.stranger, &crew.reviewer, &app.key("upload", Some(FINANCE)).1] {
        assert_eq!(storage(&app, caller, CULTURE).await, Value::Null);
    }
}

#[actix_web::test]
async fn pictures_of_a_document_and_files_at_once_keep_to_the_quota() {
    let pictures: Vec<Vec<u8>> =
        (0..8).map(|n| picture(image::ImageFormat::Png, 40 + n, 40)).collect();
    let most = pictures.iter().map(|p| u64::try_from(p.len()).unwrap()).max().unwrap();
    let app = TestApp::with(|settings| settings.storage.quota = most * 3).await;
    let writer = app.writer().await;
    let record = app.begin(&writer, &article()).await;
    let sent = pictures.iter().map(|bytes| form(&app, &writer, &record, "a.png", bytes));
    let all = join_all(sent).await;
    let taken = all.iter().filter(|answer| answer.status == 201).count();
    assert!((1..=3).contains(&taken), "{all:?}");
    let storage = storage(&app, &writer, CULTURE).await;
    assert!(storage["used"].as_u64().unwrap() <= most * 3, "{storage}");
    for refused in all.iter().filter(|answer| answer.status != 201) {
        refused.is_problem(413, "quota-exceeded");
    }
    // A document's text is taken; a picture that has no room is told as refused.
    form(&app, &writer, &record, "e.pdf", &pdf()).await;
    let large = STANDARD.encode(picture(image::ImageFormat::Png, 900, 900));
    let html = format!("<p>Chiêng</p><p><img src=\"data:image/png;base64,{large}\"></p>");
    let path = format!("/api/v1/records/{record}/body/vi");
    let read = app.post(&path).by(&writer).file("a.html", html.as_bytes()).send().await.ok(200);
    let reason = read["refused"][0]["reason"].as_str().unwrap();
    assert!(reason.contains(&format!("of {} bytes", most * 3)), "{reason}");
}
