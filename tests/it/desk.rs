//! The desk as officers meet it: findings, clearings, assignments, history, corrections, withdrawals.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{
    Caller, FINANCE, TestApp, files,
    records::{article, described, titled, with},
};

fn rules(answer: &Value, level: &str) -> Vec<String> {
    let findings = answer["findings"].as_array().unwrap().iter();
    let of = findings.filter(|finding| finding["level"] == level);
    of.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

async fn findings(app: &TestApp, by: &Caller, id: &str) -> Value {
    app.get(&format!("/api/v1/records/{id}/findings")).by(by).send().await.ok(200)
}

fn paragraphs(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("<p>{line}</p>")).collect()
}

#[actix_web::test]
async fn findings_say_what_where_and_how_sure() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let body = json!({
        "vi": paragraphs(&[
            "Mỗi buôn làng ở Đắk Lắk gìn giữ một dàn chiêng và những người biết đánh chiêng.",
            "Liên hệ ông Y Bhăm Niê, sinh ngày 12/3/1975, điện thoại 0912 345 678.",
        ]),
        "en": paragraphs(&[
            "Every village of the province keeps a set of gongs and the people who can play them.",
            "Người dân trong buôn giữ gìn tiếng chiêng như giữ gìn hồn thiêng của tổ tiên mình.",
            "The islands of the South China Sea are shown in this text for the sake of the check.",
        ]),
    });
    let document = with(with(article(), "/body", body), "/rights/credit", json!({}));
    let id = app.begin(&crew.writer, &document).await;
    let said = findings(&app, &crew.writer, &id).await;
    let all = said["findings"].as_array().unwrap();
    let of = |rule: &str| all.iter().filter(|f| f["rule"] == rule).collect::<Vec<_>>();
    assert_eq!(of("untranslated")[0]["paragraph"], 2, "{all:?}");
    assert_eq!(of("untranslated")[0]["pointer"], "/body/en");
    assert_eq!(of("sovereignty")[0]["excerpt"], "South China Sea");
    assert_eq!(of("sovereignty")[0]["level"], "block");
    assert_eq!(of("personal_data").len(), 2, "{all:?}");
    assert!(of("personal_data").iter().all(|f| 0.5 <= f["confidence"].as_f64().unwrap()));
    assert!(of("names")[0]["message"]["vi"].as_str().unwrap().contains("Đắk Lắk = Dak Lak"));
    assert_eq!(of("credit").len(), 1);
    assert_eq!(said["quality"]["tier"], "C");
    assert_eq!(said["quality"]["steps"].as_array().unwrap().len(), 3);
    assert_eq!(said["completeness"]["en"]["whole"], "complete");
    assert_eq!(said["completeness"]["ja"]["title"], "missing");
    app.desk(&crew.writer, &id, json!({"action": "submit"})).await.is_problem(422, "findings");
}

#[actix_web::test]
async fn a_translation_falls_behind_by_the_paragraph_and_catches_up() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let text = |vi: &[&str], en: &[&str]| {
        with(article(), "/body", json!({"vi": paragraphs(vi), "en": paragraphs(en)}))
    };
    let en = ["The first paragraph.", "The second paragraph.", "The third paragraph."];
    let id = app.begin(&crew.writer, &text(&["Đoạn một.", "Đoạn hai.", "Đoạn ba."], &en)).await;
    let vi = ["Đoạn một.", "Đoạn hai, đã sửa.", "Đoạn ba."];
    app.save(&crew.writer, &id, &text(&vi, &en)).await.ok(200);
    let stale = |said: &Value| -> Vec<Value> {
        let all = said["findings"].as_array().unwrap().iter();
        all.filter(|f| f["rule"] == "stale").map(|f| f["paragraph"].clone()).collect()
    };
    let said = findings(&app, &crew.writer, &id).await;
    assert_eq!(stale(&said), [json!(2)]);
    assert_eq!(said["completeness"]["en"]["body"], "stale");
    // It stays so across a publication, until somebody says that the translation is still right.
    app.let_out(&crew, &id).await;
    let path = format!("/api/v1/records/{id}/translations/en/confirm");
    app.post(&path).by(&crew.writer).json(&json!({})).send().await.ok(200);
    assert!(stale(&findings(&app, &crew.writer, &id).await).is_empty());
    app.post(&path)
        .by(&crew.writer)
        .json(&json!({}))
        .send()
        .await
        .is_problem(409, "nothing-behind");
}

#[actix_web::test]
async fn what_was_mended_is_said() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let title = json!({"vi": "Co\u{302}\u{300}ng chie\u{302}ng", "en": "Gongs"});
    let body =
        json!({"vi": "<p onclick=\"x()\">Nội dung</p><script>x()</script>", "en": "<p>Text</p>"});
    let document = with(with(article(), "/title", title), "/body", body);
    let id = app.begin(&crew.writer, &document).await;
    let said = findings(&app, &crew.writer, &id).await;
    let of = |rule: &str| {
        let all = said["findings"].as_array().unwrap();
        all.iter().find(|f| f["rule"] == rule).cloned().unwrap_or_default()
    };
    assert_eq!(of("normalised")["pointer"], "/title/vi");
    assert!(of("cleaned")["message"]["en"].as_str().unwrap().contains("onclick, <script>"));
}

#[actix_web::test]
async fn no_byte_of_a_file_is_taken_before_the_declaration() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let mut undeclared = article();
    undeclared.as_object_mut().unwrap().remove("clearance");
    let id = app.begin(&crew.writer, &undeclared).await;
    let path = format!("/api/v1/records/{id}/assets");
    let head = app.head();
    let answer = app.post(&path).by(&crew.writer).file("a.jpg", &files::jpeg()).send().await;
    answer.is_problem(409, "declaration-needed");
    assert_eq!(app.head(), head);
    app.save(&crew.writer, &id, &article()).await.ok(200);
    app.post(&path).by(&crew.writer).file("a.jpg", &files::jpeg()).send().await.ok(201);
}

#[actix_web::test]
async fn a_picture_is_screened_by_what_its_metadata_says() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let mut jpeg = files::jpeg();
    let comment = "Độ mật: TỐI MẬT".as_bytes();
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    let segment = [&[0xFF, 0xFE][..], &length, comment].concat();
    jpeg.splice(2..2, segment);
    let path = format!("/api/v1/records/{id}/assets");
    app.post(&path).by(&crew.writer).file("a.jpg", &jpeg).send().await.ok(201);
    let said = findings(&app, &crew.writer, &id).await;
    assert!(rules(&said, "block").contains(&"secrecy_marks".to_owned()), "{said}");
}

#[actix_web::test]
async fn two_clear_what_was_flagged_one_of_them_the_secrecy_officer() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let officer = app.person(&["secrecy"], None).await.caller;
    let leader = app.person(&["leader"], Some("H15.16")).await.caller;
    let marked = json!({"vi": "<p>Tài liệu chỉ lưu hành nội bộ.</p>", "en": "<p>A text.</p>"});
    let document = with(article(), "/body", marked.clone());
    let id = app.begin(&crew.writer, &document).await;
    let submit = json!({"action": "submit"});
    let clear = json!({"action": "clear", "note": "Văn bản đã được giải mật."});
    app.desk(&crew.writer, &id, submit.clone()).await.is_problem(422, "findings");
    app.desk(&officer, &id, json!({"action": "clear"})).await.is_problem(422, "invalid");
    app.moved(&officer, &id, clear.clone()).await;
    // The officer twice is one person.
    app.desk(&officer, &id, clear.clone()).await.is_problem(409, "already-cleared");
    let said = findings(&app, &crew.writer, &id).await;
    let half = |f: &&Value| f["message"]["vi"].as_str().unwrap().contains("1/2");
    assert_eq!(said["findings"].as_array().unwrap().iter().filter(half).count(), 1, "{said}");
    let waiting = app.get("/api/v1/tasks").by(&leader).send().await.ok(200);
    assert_eq!(waiting["tasks"][0]["kind"], "clear", "{waiting}");
    app.desk(&crew.writer, &id, submit.clone()).await.is_problem(422, "findings");
    let cleared = app.moved(&leader, &id, clear.clone()).await;
    assert_eq!(cleared["clearings"].as_array().unwrap().len(), 2);
    app.moved(&crew.writer, &id, submit.clone()).await;
    // Another text has other flags.
    app.moved(&crew.reviewer, &id, json!({"action": "return", "reasons": ["nghi-bi-mat"]})).await;
    let more =
        json!({"vi": "<p>Tài liệu chỉ lưu hành nội bộ.</p><p>MẬT</p>", "en": "<p>A text.</p>"});
    app.save(&crew.writer, &id, &with(article(), "/body", more)).await.ok(200);
    app.desk(&crew.writer, &id, submit.clone()).await.is_problem(422, "findings");
    // The first text again was cleared already, until the officer takes it back.
    app.save(&crew.writer, &id, &document).await.ok(200);
    let refused =
        app.moved(&officer, &id, json!({"action": "refuse", "note": "Chưa giải mật."})).await;
    assert_eq!(refused["draft"]["state"], "returned");
    app.desk(&crew.writer, &id, submit).await.is_problem(422, "findings");
    let audit = app.get("/api/v1/audit?limit=10").by(&officer).send().await.ok(200);
    let actions: Vec<&str> =
        audit["lines"].as_array().unwrap().iter().map(|l| l["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["record.refuse", "record.clear", "record.clear"]);
}

#[actix_web::test]
async fn a_translator_writes_one_language_of_one_record_in_any_agency() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let translator = app.person(&["translator"], None).await;
    let (name, by) = (translator.name.clone(), translator.caller);
    let id = app.begin(&crew.writer, &article()).await;
    let path = format!("/api/v1/records/{id}");
    app.get(&path).by(&by).send().await.is_problem(404, "not-found");
    app.moved(&crew.writer, &id, json!({"action": "submit"})).await;
    let give = json!({"action": "assign", "to": name, "lang": "en"});
    app.desk(&crew.writer, &id, give.clone()).await.is_problem(403, "forbidden");
    app.moved(&crew.reviewer, &id, give).await;
    app.moved(&crew.reviewer, &id, json!({"action": "return", "note": "Dịch lại."})).await;
    let tasks = app.get("/api/v1/tasks").by(&by).send().await.ok(200);
    assert_eq!(tasks["tasks"][0]["kind"], "translate");
    assert_eq!(
        (&tasks["tasks"][0]["lang"], &tasks["tasks"][0]["assigned"]),
        (&json!("en"), &json!(true))
    );
    let english = with(article(), "/title/en", json!("Gong culture of the highlands"));
    let saved = app.save(&by, &id, &english).await.ok(200);
    assert_eq!(saved["title"]["en"], "Gong culture of the highlands");
    let both = titled("Tên khác", "Another name");
    let refused = app.save(&by, &id, &both).await;
    assert_eq!(refused.errors(), ["/title/vi not-assigned"]);
    for what in ["submit", "approve", "publish", "withdraw", "assign"] {
        let status = app.desk(&by, &id, json!({"action": what, "reason": "error"})).await.status;
        assert_eq!(status, 403, "{what}");
    }
    app.delete(&path).by(&by).send().await.is_problem(403, "forbidden");
    let upload = app.post(&format!("{path}/assets")).by(&by).file("a.jpg", &files::jpeg());
    assert_eq!(upload.send().await.status, 403);
    // Whoever wrote in it judges it no more, and what was given can be taken back.
    app.moved(&crew.reviewer, &id, json!({"action": "assign", "lang": "en"})).await;
    app.get(&path).by(&by).send().await.is_problem(404, "not-found");
}

#[actix_web::test]
async fn a_record_is_given_only_to_whom_may_see_it() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.in_review(&crew, &article()).await;
    let other = app.person(&["contributor"], Some(FINANCE)).await;
    let give = |to: &str| json!({"action": "assign", "to": to});
    let errors = async |wish: Value| app.desk(&crew.reviewer, &id, wish).await.errors();
    assert_eq!(errors(give("khong-co")).await, ["/to unknown-user"]);
    assert_eq!(errors(give(&other.name)).await, ["/to may-not-see"]);
    let lang = json!({"action": "assign", "to": other.name, "lang": "en"});
    assert_eq!(errors(lang).await, ["/to not-a-translator"]);
    let reasons = json!({"action": "return", "reasons": vec!["other"; 21]});
    assert_eq!(errors(reasons).await, ["/reasons too-many"]);
}

#[actix_web::test]
async fn who_comes_too_late_sees_both_versions() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let path = format!("/api/v1/records/{id}");
    let theirs = with(article(), "/title/en", json!("Theirs"));
    app.put(&path).by(&crew.writer).seen(1).json(&theirs).send().await.ok(200);
    let yours = with(article(), "/title/en", json!("Yours"));
    let late = app.put(&path).by(&crew.writer).seen(1).json(&yours).send().await;
    late.is_problem(412, "stale");
    assert_eq!(late.at("/conflict/revision"), 2);
    assert_eq!(late.at("/conflict/by"), "contributor-0");
    let fields = late.at("/conflict/fields");
    assert_eq!(
        fields,
        json!([{"pointer": "/title/en", "base": "The space of gong culture", "theirs": "Theirs", "yours": "Yours"}])
    );
}

#[actix_web::test]
async fn every_save_can_be_read_compared_and_brought_back() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let note = with(article(), "/internal", json!({"note": "zqghichu"}));
    let id = app.begin(&crew.writer, &note).await;
    let path = format!("/api/v1/records/{id}");
    let second =
        with(article(), "/summary/vi", json!("Tiếng chiêng theo người Ê Đê suốt cuộc đời."));
    app.save(&crew.writer, &id, &second).await.ok(200);
    app.let_out(&crew, &id).await;
    let history = app.get(&format!("{path}/history")).by(&crew.writer).send().await.ok(200);
    let steps = history["history"].as_array().unwrap();
    let actions: Vec<&str> = steps.iter().map(|step| step["action"].as_str().unwrap()).collect();
    let wanted =
        ["record.publish", "record.approve", "record.submit", "record.save", "record.create"];
    assert_eq!(actions, wanted);
    assert_eq!((&steps[0]["version"], &steps[4]["revision"]), (&json!(1), &json!(1)));
    assert!(steps[1].get("version").is_none(), "an approval is not public");
    let first = app.get(&format!("{path}/revisions/1")).by(&crew.writer).send().await;
    assert_eq!(first.at("/document/summary/vi"), article()["summary"]["vi"]);
    assert!(!first.text().contains("zqghichu"), "notes are never versioned");
    let changes =
        app.get(&format!("{path}/revisions/2/changes")).by(&crew.writer).send().await.ok(200);
    let changes = changes["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(
        (&changes[0]["pointer"], &changes[0]["lang"]),
        (&json!("/summary/vi"), &json!("vi"))
    );
    let removed =
        changes[0]["pieces"].as_array().unwrap().iter().any(|piece| piece["change"] == "removed");
    assert!(removed, "{changes:?}");
    let first = app.get(&format!("{path}/revisions/1/changes")).by(&crew.writer).send().await;
    let first = first.ok(200);
    let changes = first["changes"].as_array().unwrap();
    assert!(changes.iter().any(|change| change["pointer"] == "/title/vi"), "{changes:?}");
    // A step without a draft has the text that was public then.
    let translator = app.person(&["translator"], None).await;
    let word = "Xin chú ý các tên riêng.";
    let give = json!({"action": "assign", "to": translator.name, "lang": "en", "note": word});
    app.moved(&crew.reviewer, &id, give).await;
    let history = app.get(&format!("{path}/history")).by(&crew.writer).send().await.ok(200);
    assert_eq!(history["history"][0]["note"], word);
    let idle = app.get(&format!("{path}/revisions/6")).by(&crew.writer).send().await.ok(200);
    assert_eq!(idle["document"]["title"], article()["title"]);
    let same = app.get(&format!("{path}/revisions/6/changes")).by(&crew.writer).send().await;
    assert_eq!(same.ok(200)["changes"], json!([]));
    // Back to the first text, as a draft beside what is public.
    let restore =
        app.post(&format!("{path}/revisions/1/restore")).by(&crew.writer).json(&json!({}));
    let restored = restore.send().await.ok(200);
    assert_eq!(restored["summary"]["vi"], article()["summary"]["vi"]);
    assert_eq!(
        (&restored["draft"]["state"], &restored["live"]),
        (&json!("draft"), &json!("published"))
    );
    for missing in ["0", "99", "x"] {
        let answer = app.get(&format!("{path}/revisions/{missing}")).by(&crew.writer).send().await;
        answer.is_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn people_talk_about_a_place_and_settle_it() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.in_review(&crew, &article()).await;
    let path = format!("/api/v1/records/{id}/comments");
    let say = async |by: &Caller, body: Value| app.post(&path).by(by).json(&body).send().await;
    let first = say(
        &crew.reviewer,
        json!({"pointer": "/body/en", "paragraph": 1, "text": "Dịch chưa sát."}),
    )
    .await
    .ok(201);
    app.pass(SignedDuration::from_secs(1));
    let answer = json!({"pointer": "/body/en", "text": "Đã sửa.", "replyTo": first["id"]});
    say(&crew.writer, answer).await.ok(201);
    assert_eq!(say(&crew.writer, json!({"text": " "})).await.errors(), ["/text length"]);
    assert_eq!(
        say(&crew.writer, json!({"text": "a", "replyTo": "x"})).await.errors(),
        ["/replyTo unknown-comment"]
    );
    say(&crew.stranger, json!({"text": "a"})).await.is_problem(404, "not-found");
    let settle = format!("{path}/{}/resolve", first["id"].as_str().unwrap());
    app.post(&settle).by(&crew.writer).json(&json!({})).send().await.ok(200);
    let all = app.get(&path).by(&crew.reviewer).send().await.ok(200);
    let all = all["comments"].as_array().unwrap();
    assert_eq!((all.len(), &all[0]["resolved"]["by"]), (2, &json!("contributor-0")));
    let tasks = app.get("/api/v1/tasks").by(&crew.reviewer).send().await.ok(200);
    assert_eq!(
        (&tasks["tasks"][0]["kind"], &tasks["tasks"][0]["comments"]),
        (&json!("review"), &json!(1))
    );
}

#[actix_web::test]
async fn maps_are_looked_at_and_ticks_are_kept() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let meta = with(
        described(),
        "/caption",
        json!({"vi": "Bản đồ du lịch Đắk Lắk", "en": "A tourist map of Dak Lak"}),
    )
    .to_string();
    let upload = app
        .post(&format!("/api/v1/records/{id}/assets"))
        .by(&crew.writer)
        .form(&[("file", Some("a.jpg"), &files::jpeg()), ("meta", None, meta.as_bytes())])
        .send()
        .await;
    let asset = upload.header("quangba-asset");
    app.moved(&crew.writer, &id, json!({"action": "submit"})).await;
    let approve = json!({"action": "approve"});
    app.desk(&crew.reviewer, &id, approve).await.is_problem(422, "findings");
    let ticked = json!({"action": "approve", "care": {"ticks": ["khong-co"], "maps": [asset]}});
    assert_eq!(app.desk(&crew.reviewer, &id, ticked).await.errors(), ["/care/ticks unknown-term"]);
    let ticked = json!({"action": "approve", "care": {"ticks": ["chinh-xac"], "maps": [asset]}});
    let approved = app.moved(&crew.reviewer, &id, ticked).await;
    assert_eq!(approved["draft"]["care"], json!({"ticks": ["chinh-xac"], "maps": [asset]}));
    app.moved(&crew.publisher, &id, json!({"action": "publish"})).await;
}

#[actix_web::test]
async fn another_body_is_asked_and_its_answer_kept() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let document = with(article(), "/topics", json!(["bien-gioi-bien-dao"]));
    let id = app.in_review(&crew, &document).await;
    let asked = findings(&app, &crew.reviewer, &id).await;
    assert!(rules(&asked, "warn").contains(&"consultation".to_owned()), "{asked}");
    let path = format!("/api/v1/records/{id}/consultations");
    let body = json!({"agency": "local:ban-tuyen-giao-dan-van", "question": "Đề nghị cho ý kiến."});
    app.post(&path).by(&crew.reviewer).json(&body).send().await.ok(200);
    let answer = |outcome: &str| json!({"outcome": outcome, "text": "Công văn số 12-CV/BTGDVTU."});
    let put = async |outcome: &str| {
        app.put(&format!("{path}/1")).by(&crew.reviewer).json(&answer(outcome)).send().await
    };
    put("objected").await.ok(200);
    let said = findings(&app, &crew.reviewer, &id).await;
    assert!(rules(&said, "block").contains(&"objection".to_owned()), "{said}");
    let kept = put("agreed").await.ok(200);
    assert_eq!(kept["consultations"][0]["answer"]["outcome"], "agreed");
    let said = findings(&app, &crew.reviewer, &id).await;
    assert!(!rules(&said, "warn").contains(&"consultation".to_owned()));
    assert_eq!(put("maybe").await.errors(), ["/outcome value"]);
}

#[actix_web::test]
async fn a_correction_is_said_to_the_public() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.published(&crew, &article()).await;
    app.save(&crew.writer, &id, &titled("Cồng chiêng Ê Đê", "Ede gongs")).await.ok(200);
    app.moved(&crew.writer, &id, json!({"action": "submit"})).await;
    app.moved(&crew.reviewer, &id, json!({"action": "approve"})).await;
    let publish = |correction: Value| json!({"action": "publish", "correction": correction});
    let refused = app.desk(&crew.publisher, &id, publish(json!({"en": "Only English."}))).await;
    assert_eq!(refused.errors(), ["/correction/vi required"]);
    let correction = json!({"vi": "Sửa tên dân tộc.", "en": "The people's name was corrected."});
    app.moved(&crew.publisher, &id, publish(correction)).await;
    app.follow();
    let shown = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    assert_eq!(shown["corrections"][0]["version"], 2);
    for (lang, text) in [("vi", "Sửa tên dân tộc."), ("en", "The people's name was corrected.")]
    {
        let page = app.get(&format!("/{lang}/r/{id}")).header("Accept", "text/html").send().await;
        let page =
            if page.status == 200 { page } else { app.get(&page.header("location")).send().await };
        assert!(page.text().contains(text.replace('\'', "&#39;").as_str()), "{}", page.text());
    }
}

#[actix_web::test]
async fn a_withdrawal_says_what_had_left() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let asset = app.photo(&crew.writer, &id).await;
    app.let_out(&crew, &id).await;
    let (key, export) = app.key("export", None);
    app.get("/export/v1/records").by(&export).send().await.ok(200);
    let shown = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let href = shown["assets"][0]["href"].as_str().unwrap().to_owned();
    let href = href.split_once("quangba.example").unwrap().1;
    for _ in 0..2 {
        assert_eq!(app.get(href).send().await.status, 200);
    }
    assert_eq!(app.get(&format!("/media/{asset}/320.jpg")).send().await.status, 200);
    let gone =
        app.moved(&crew.publisher, &id, json!({"action": "withdraw", "reason": "rights"})).await;
    let departed = &gone["departed"];
    assert_eq!(departed["pulls"][0]["by"], format!("key:{key}"));
    assert_eq!(
        (&departed["pulls"][0]["current"], &departed["downloads"]["count"]),
        (&json!(true), &json!(2))
    );
}

#[actix_web::test]
async fn rights_that_run_out_withdraw_by_themselves() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let ends = |pointer: &str| with(article(), pointer, json!("2026-10-06T00:00:00Z"));
    let whole = app.published(&crew, &ends("/rights/expires")).await;
    let lasting = app.begin(&crew.writer, &article()).await;
    let kept = app.photo(&crew.writer, &lasting).await;
    let own = json!({"statement": "http://rightsstatements.org/vocab/InC/1.0/",
        "holder": {"vi": "Báo Đắk Lắk"}, "expires": "2026-10-06T00:00:00Z"});
    let path = format!("/api/v1/records/{lasting}/assets");
    let meta = with(described(), "/rights", own).to_string();
    let png = files::picture(image::ImageFormat::Png, 40, 30);
    let form = [("file", Some("b.png"), &png[..]), ("meta", None, meta.as_bytes())];
    app.post(&path).by(&crew.writer).form(&form).send().await.ok(201);
    app.let_out(&crew, &lasting).await;
    assert_eq!(app.services.expire_due().unwrap(), 0);
    app.pass(SignedDuration::from_hours(24));
    assert_eq!(app.services.expire_due().unwrap(), 2);
    app.get(&format!("/api/v1/published/{whole}")).send().await.is_problem(410, "withdrawn");
    let shown = app.get(&format!("/api/v1/published/{lasting}")).send().await.ok(200);
    let assets = shown["assets"].as_array().unwrap();
    assert_eq!((assets.len(), &shown["version"]), (1, &json!(2)));
    assert!(assets[0]["id"].as_str().unwrap().ends_with(&kept));
    assert_eq!(app.services.expire_due().unwrap(), 0, "once is enough");
}

#[actix_web::test]
async fn the_audit_knows_who_what_when_and_from_where() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let auditor = app.person(&["auditor"], None).await.caller;
    let path = "/api/v1/records";
    let made = app.post(path).by(&crew.writer).from("203.0.113.7").json(&article()).send().await;
    let id = crate::support::records::id_of(&made.ok(201));
    let wrong = json!({"user": "contributor-0", "password": "not the password"});
    app.post("/api/v1/session")
        .from("203.0.113.9")
        .json(&wrong)
        .send()
        .await
        .is_problem(401, "unauthorised");
    let lines = async |query: &str| {
        app.get(&format!("/api/v1/audit?{query}")).by(&auditor).send().await.ok(200)
    };
    let of = lines(&format!("record={id}")).await;
    assert_eq!(of["lines"].as_array().unwrap().len(), 1);
    assert_eq!(of["lines"][0]["from"], "203.0.113.7");
    assert_eq!(of["lines"][0]["action"], "record.create");
    let out = app.delete("/api/v1/session").by(&crew.stranger).from("203.0.113.8").send().await;
    assert_eq!(out.status, 204);
    assert_eq!(lines("action=session.end").await["lines"][0]["from"], "203.0.113.8");
    let refused = lines("action=session.refuse").await;
    assert_eq!(refused["lines"][0]["actor"], "contributor-0");
    assert_eq!(refused["lines"][0]["from"], "203.0.113.9");
    assert!(3 < lines("action=session").await["lines"].as_array().unwrap().len());
    assert_eq!(lines("action=sess").await["lines"], json!([]));
    // Pages lead from the newest to the oldest, once each.
    let (mut seen, mut query) = (Vec::new(), "limit=3".to_owned());
    loop {
        let page = lines(&query).await;
        seen.extend(page["lines"].as_array().unwrap().iter().map(|l| l["n"].as_u64().unwrap()));
        let Some(next) = page["next"].as_u64() else { break };
        query = format!("limit=3&before={next}");
    }
    assert!(seen.is_sorted_by(|a, b| b < a));
    assert_eq!(u64::try_from(seen.len()).unwrap(), app.head());
    let csv = app.get("/api/v1/audit?format=csv").by(&auditor).send().await.text();
    assert_eq!(u64::try_from(csv.lines().count()).unwrap(), app.head() + 1, "{csv}");
    let ndjson =
        app.get("/api/v1/audit?format=ndjson&actor=contributor-0").by(&auditor).send().await.text();
    assert!(ndjson.lines().all(|line| line.contains("contributor-0")) && !ndjson.is_empty());
    for secret in ["not the password", "Tiếng chiêng", "Không gian văn hóa"] {
        assert!(!csv.contains(secret) && !ndjson.contains(secret), "{secret}");
    }
    let chain = app.get("/api/v1/audit/chain").by(&auditor).send().await.ok(200);
    assert_eq!((&chain["ok"], &chain["n"]), (&json!(true), &json!(app.head())));
    let bad = app.get("/api/v1/audit?from=gestern").by(&auditor).send().await;
    bad.is_problem(400, "bad-parameter");
}

#[actix_web::test]
async fn a_clarification_keeps_its_steering_to_itself() {
    const STEERING: &str = "zqdinhhuong";
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let mut document = article();
    for (pointer, value) in [
        ("/kind", json!("clarification")),
        ("/infoClass", json!("clarification")),
        ("/internal", json!({"steering": STEERING})),
        (
            "/ext",
            json!({
                "claim": {"vi": "Thông tin sai.", "en": "A false claim."}, "noticed": "2026-10-04",
                "seen": [{"url": "https://example.org/a", "date": "2026-10-03", "lang": "en"}],
                "nature": {"vi": "Sự thật."}, "legalBasis": ["Hiến pháp, Điều 24"],
                "replies": {"vi": "Trả lời.", "en": "The reply."},
            }),
        ),
    ] {
        document = with(document, pointer, value);
    }
    let id = app.begin(&crew.writer, &document).await;
    let said = findings(&app, &crew.writer, &id).await;
    let missing: Vec<&Value> = said["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["rule"] == "dossier")
        .map(|f| &f["pointer"])
        .collect();
    assert_eq!(missing, ["/ext/impact"]);
    let tasks = app.get("/api/v1/tasks").by(&crew.writer).send().await.ok(200);
    assert_eq!(tasks["tasks"][0]["due"], "2026-10-11");
    let earlier = with(document.clone(), "/ext/noticed", json!("2026-09-20"));
    app.save(&crew.writer, &id, &earlier).await.ok(200);
    let late = findings(&app, &crew.writer, &id).await;
    assert!(rules(&late, "warn").contains(&"deadline".to_owned()), "{late}");
    app.let_out(&crew, &id).await;
    let (_, export) = app.key("export", None);
    for path in [
        "/export/v1/records".to_owned(),
        format!("/api/v1/published/{id}"),
        format!("/api/v1/search?q={STEERING}"),
    ] {
        let text = app.get(&path).by(&export).send().await.text();
        assert!(!text.contains(&format!("\"{STEERING}\"")), "{path}");
    }
    let own = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await;
    assert_eq!(own.at("/internal/steering"), STEERING);
    let wrong = with(document, "/ext", json!({"claim": "x", "steering": "y", "noticed": "soon"}));
    let refused = app.post("/api/v1/records").by(&crew.writer).json(&wrong).send().await;
    assert_eq!(
        refused.errors(),
        ["/ext/steering unknown-field", "/ext/claim type", "/ext/noticed date"]
    );
}

#[actix_web::test]
async fn an_agency_has_days_an_heir_and_focal_points() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let admin = app.person(&["admin"], None).await.caller;
    let id = app.begin(&crew.writer, &article()).await;
    let path = "/api/v1/agencies/H15.16";
    let body = json!({
        "name": {"vi": "Sở cũ", "en": "The old department"}, "validTo": "2026-10-04",
        "successor": FINANCE,
        "focalPoints": [{"name": "Trần Thị B", "leader": true, "contact": "0262 3 850 000", "from": "2026-01-01"}],
    });
    let set = async |body: &Value, by: &Caller| app.put(path).by(by).json(body).send().await;
    set(&body, &crew.publisher).await.is_problem(403, "forbidden");
    let wrong = json!({"name": {"en": "x"}, "validFrom": "2026-02-01", "validTo": "2026-01-01",
        "successor": "H15.16", "focalPoints": [{"name": "", "leader": false}]});
    let errors = [
        "/name/vi required",
        "/focalPoints/0/name text",
        "/validTo order",
        "/successor unknown-agency",
    ];
    assert_eq!(set(&wrong, &admin).await.errors(), errors);
    set(&body, &admin).await.ok(200);
    // Its people begin nothing new; the successor's go on with what there is.
    let late = app.post("/api/v1/records").by(&crew.writer).json(&article()).send().await;
    late.is_problem(409, "agency-over");
    app.save(&crew.stranger, &id, &titled("Chiêng", "Gongs")).await.ok(200);
    let listed = app.get("/api/v1/records").by(&crew.stranger).send().await.ok(200);
    assert_eq!(listed["records"].as_array().unwrap().len(), 1);
    // Whom it named is not everybody's business.
    let seen = async |by: &Caller| {
        app.get("/api/v1/agencies").by(by).send().await.text().contains("Trần Thị B")
    };
    let (_, export) = app.key("export", None);
    assert!(seen(&admin).await && seen(&crew.writer).await);
    assert!(!seen(&crew.stranger).await && !seen(&export).await);
}

#[actix_web::test]
async fn each_rule_finds_what_it_is_for_and_nothing_in_a_sound_record() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let sound = findings(&app, &crew.writer, &app.begin(&crew.writer, &article()).await).await;
    assert_eq!(sound["findings"], json!([]), "{sound}");
    assert_eq!(sound["quality"]["tier"], "B");
    let long = "Tiếng chiêng vang lên trong đêm hội bên bến nước của buôn làng. ".repeat(6);
    let copied = "Tiếng chiêng vang lên trong đêm hội bên bến nước của buôn làng Ê Đê.";
    for (pointer, value, rule, level, at) in [
        ("/body", json!({"vi": "<p>Nội dung.</p>"}), "body", "block", "/body"),
        ("/summary", json!({"vi": "Tóm tắt."}), "bilingual", "block", "/summary"),
        ("/title/ja", json!("ゴング"), "translation", "warn", "/summary/ja"),
        ("/keywords", json!({"vi": ["chiêng"]}), "keywords", "info", "/keywords/en"),
        (
            "/body",
            json!({"vi": format!("<p>{copied}</p>"), "en": format!("<p>{copied}</p><p>Text.</p>")}),
            "copied",
            "warn",
            "/body/en",
        ),
        ("/body/vi", json!(format!("<p>{long}</p>")), "length", "info", "/body/en"),
        (
            "/translations/en/method",
            json!("machine"),
            "machine_translation",
            "warn",
            "/translations/en/method",
        ),
        (
            "/title/en",
            json!("Không gian văn hóa của người Ê Đê ở các buôn làng"),
            "language",
            "warn",
            "/title/en",
        ),
        ("/title/vi", json!("KHÔNG GIAN VĂN HÓA"), "capitals", "info", "/title/vi"),
        ("/summary/en", json!("Gongs of Darlac province."), "unofficial", "warn", "/summary/en"),
        ("/summary/en", json!("To be updated."), "placeholder", "warn", "/summary/en"),
        ("/summary/en", json!("Gongs: TODO."), "placeholder", "warn", "/summary/en"),
        ("/body/vi", json!("<p>Đoạn một.</p><p>Đoạn hai.</p>"), "paragraphs", "warn", "/body/en"),
        ("/topics", json!([]), "topics", "block", "/topics"),
        (
            "/clearance",
            json!({"stateSecret": true, "personalData": "none"}),
            "clearance",
            "block",
            "/clearance/stateSecret",
        ),
        ("/rights/holder", json!({}), "rights", "block", "/rights/holder"),
        ("/rights/expires", json!("2026-01-01T00:00:00Z"), "rights", "block", "/rights/expires"),
        ("/rights/use", json!("internal"), "rights", "block", "/rights/use"),
        ("/rights/credit", json!({}), "credit", "warn", "/rights/credit"),
        ("/kind", json!("photo"), "file", "block", "/assets"),
        (
            "/summary/vi",
            json!("Xem tại 12.6712, 108.0387, gần sở chỉ huy trung đoàn."),
            "military_places",
            "block",
            "/summary/vi",
        ),
        ("/ext", json!({"note": "Gọi chị Hoa 0912 345 678"}), "personal_data", "warn", "/ext/note"),
        (
            "/creators",
            json!([{"name": "Độ mật: Tối mật", "role": "author"}]),
            "secrecy_marks",
            "block",
            "/creators/0/name",
        ),
    ] {
        let id = app.begin(&crew.writer, &with(article(), pointer, value)).await;
        let said = findings(&app, &crew.writer, &id).await;
        let all = said["findings"].as_array().unwrap();
        let found = all.iter().find(|f| f["rule"] == rule && f["pointer"] == at);
        assert_eq!(found.map(|f| &f["level"]), Some(&json!(level)), "{rule} at {at}: {all:?}");
        let message = &found.unwrap()["message"];
        assert!(message["vi"].is_string() && message["en"].is_string());
    }
}

#[actix_web::test]
async fn words_of_another_language_are_no_placeholders() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let spanish =
        with(article(), "/title/es", json!("Todo lo que suena: los gongs y todo el pueblo"));
    let id = app.begin(&crew.writer, &spanish).await;
    let said = findings(&app, &crew.writer, &id).await;
    let rules = said["findings"].as_array().unwrap().iter().map(|finding| &finding["rule"]);
    assert!(!rules.into_iter().any(|rule| rule == "placeholder"), "{said}");
}

#[actix_web::test]
async fn files_are_looked_at_for_size_doubles_consent_and_what_they_show() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let commercial = with(article(), "/rights/use", json!("commercial"));
    let first = app.begin(&crew.writer, &commercial).await;
    let add = async |id: &str, meta: &Value| {
        let meta = meta.to_string();
        let form = [
            ("file", Some("DSC_0001.jpg"), &files::jpeg()[..]),
            ("meta", None, meta.as_bytes()),
            ("again", None, b"true"),
        ];
        let path = format!("/api/v1/records/{id}/assets");
        app.post(&path).by(&crew.writer).form(&form).send().await.ok(201);
    };
    add(&first, &json!({"role": "main", "alt": {"vi": "DSC_0001", "en": "DSC_0001.jpg"}})).await;
    let said = findings(&app, &crew.writer, &first).await;
    let at = |said: &Value, rule: &str| -> Vec<String> {
        let all = said["findings"].as_array().unwrap().iter();
        all.filter(|f| f["rule"] == rule)
            .map(|f| f["pointer"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(at(&said, "alt"), ["/assets/0/caption", "/assets/0/alt/en", "/assets/0/alt/vi"]);
    assert_eq!(at(&said, "resolution"), ["/assets/0"]);
    assert_eq!(at(&said, "releases"), ["/assets/0/consent"]);
    assert!(at(&said, "duplicate").is_empty());
    let second = app.begin(&crew.writer, &article()).await;
    add(&second, &with(described(), "/consent", json!("missing"))).await;
    let said = findings(&app, &crew.writer, &second).await;
    assert_eq!(
        (at(&said, "duplicate"), at(&said, "consent")),
        (vec!["/assets/0".to_owned()], vec!["/assets/0/consent".to_owned()])
    );
    // Of another agency's unpublished record nothing is said.
    let path = "/api/v1/records";
    let foreign = crate::support::records::id_of(
        &app.post(path).by(&crew.stranger).json(&article()).send().await.ok(201),
    );
    let form = format!("{path}/{foreign}/assets");
    app.post(&form).by(&crew.stranger).file("a.jpg", &files::jpeg()).send().await.ok(201);
    assert!(at(&findings(&app, &crew.stranger, &foreign).await, "duplicate").is_empty());
}

#[actix_web::test]
async fn a_clearing_is_for_one_text_and_a_flagged_draft_is_not_thrown_away() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let officer = app.person(&["secrecy"], None).await.caller;
    let leader = app.person(&["leader"], Some("H15.16")).await.caller;
    let text = |more: &str| {
        let vi = format!("<p>Tài liệu chỉ lưu hành nội bộ. Lịch lễ hội trong tháng.{more}</p>");
        with(article(), "/body", json!({"vi": vi, "en": "<p>The programme of the festival.</p>"}))
    };
    let id = app.begin(&crew.writer, &text("")).await;
    let clear = json!({"action": "clear", "note": "Đã được phép phổ biến."});
    app.moved(&officer, &id, clear.clone()).await;
    app.moved(&leader, &id, clear).await;
    app.save(&crew.writer, &id, &text(" Thêm một câu.")).await.ok(200);
    let submit = json!({"action": "submit"});
    app.desk(&crew.writer, &id, submit.clone()).await.is_problem(422, "findings");
    let path = format!("/api/v1/records/{id}");
    app.delete(&path).by(&crew.writer).send().await.is_problem(409, "flagged");
    app.save(&crew.writer, &id, &text("")).await.ok(200);
    app.moved(&crew.writer, &id, submit).await;
    // Who declares a secret has the officer told, and cannot hide it by deleting.
    let declared = with(article(), "/clearance/stateSecret", json!(true));
    let secret = app.begin(&crew.writer, &declared).await;
    let path = format!("/api/v1/records/{secret}");
    assert_eq!(app.get(&path).by(&officer).send().await.status, 200);
    app.delete(&path).by(&crew.writer).send().await.is_problem(409, "flagged");
    // What was thrown away before anybody noticed can be purged all the same.
    let hidden = app.begin(&crew.writer, &titled("zqvutbo", "zqvutbo")).await;
    app.delete(&format!("/api/v1/records/{hidden}")).by(&crew.writer).send().await.ok(204);
    let purge = format!("/api/v1/records/{hidden}/purge");
    let reason = json!({"reason": "Sự cố."});
    app.post(&purge).by(&crew.publisher).json(&reason).send().await.is_problem(404, "not-found");
    app.post(&purge).by(&officer).json(&reason).send().await.ok(200);
    app.post(&purge).by(&officer).json(&reason).send().await.is_problem(404, "not-found");
}

#[actix_web::test]
async fn what_goes_out_beside_the_text_is_screened_too() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let link = "<p><a href=\"https://example.org/KH-TUYỆT-MẬT.pdf\">Kế hoạch</a></p>";
    for (pointer, value) in [
        ("/sourceId", json!("TUYỆT MẬT 99")),
        ("/body/vi", json!(link)),
        ("/body/vi", json!("<div>TUYỆT MẬT</div><div>Kế hoạch năm 2027 của tỉnh.</div>")),
    ] {
        let id = app.begin(&crew.writer, &with(article(), pointer, value)).await;
        let said = findings(&app, &crew.writer, &id).await;
        assert!(rules(&said, "block").contains(&"secrecy_marks".to_owned()), "{pointer}: {said}");
    }
    let id = app.begin(&crew.writer, &article()).await;
    let path = format!("/api/v1/records/{id}/assets");
    app.post(&path).by(&crew.writer).file("KH_TUYET-MAT.jpg", &files::jpeg()).send().await.ok(201);
    let said = findings(&app, &crew.writer, &id).await;
    assert!(rules(&said, "block").contains(&"secrecy_marks".to_owned()), "{said}");
    let id = app.approved(&crew, &article()).await;
    let publish = json!({"action": "publish", "correction": {"vi": "TUYỆT MẬT"}});
    assert_eq!(app.desk(&crew.publisher, &id, publish).await.errors(), ["/correction/vi secrecy"]);
}
