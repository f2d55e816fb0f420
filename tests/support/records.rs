//! Records on their way: what a test says that the system already holds.

use serde_json::{Value, json};

use super::{Answer, Caller, Crew, TestApp, files};

/// A complete article about gongs.
pub(crate) fn article() -> Value {
    json!({
        "kind": "article",
        "title": {
            "vi": "Không gian văn hóa cồng chiêng",
            "en": "The space of gong culture",
        },
        "summary": {
            "vi": "Tiếng chiêng theo người Ê Đê từ lúc chào đời đến khi về với tổ tiên.",
            "en": "Gongs accompany the Ede from the day of birth to the last farewell.",
        },
        "body": {
            "vi": "<p>Mỗi buôn làng gìn giữ một dàn chiêng và những người biết đánh chiêng.</p>",
            "en": "<p>Every village keeps a set of gongs and the people who can play them.</p>",
        },
        "translations": {"en": {"method": "human", "by": "Ban biên dịch"}},
        "keywords": {"vi": ["cồng chiêng"], "en": ["gongs"]},
        "topics": ["van-hoa-dan-toc"],
        "channels": ["he-thong-du-lieu"],
        "places": [{"code": "66", "name": {"vi": "Đắk Lắk", "en": "Dak Lak"}}],
        "creators": [{"name": "H'Lan Niê", "role": "author"}],
        "created": "2026-09-28",
        "rights": {
            "statement": "http://rightsstatements.org/vocab/InC/1.0/",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "holder": {"vi": "UBND tỉnh Đắk Lắk", "en": "Dak Lak Provincial People's Committee"},
            "credit": {"vi": "Ảnh: Báo Đắk Lắk", "en": "Photo: Dak Lak Newspaper"},
            "use": "editorial",
        },
        "clearance": {"stateSecret": false, "personalData": "none"},
    })
}

/// The article under another name in both languages.
pub(crate) fn titled(vi: &str, en: &str) -> Value {
    with(article(), "/title", json!({"vi": vi, "en": en}))
}

/// A copy with the value at a JSON Pointer set; what is on the way there must be objects.
pub(crate) fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
    parent.insert(name.to_owned(), new);
    value
}

/// The description of a picture.
pub(crate) fn described() -> Value {
    json!({
        "role": "main",
        "caption": {"vi": "Dàn chiêng trong nhà dài", "en": "Gongs in a longhouse"},
        "alt": {"vi": "Bảy người đàn ông đánh chiêng", "en": "Seven men playing gongs"},
        "creator": "Y Thịnh Êban",
        "consent": "on-file",
    })
}

/// The bare id of a record, for paths.
pub(crate) fn id_of(record: &Value) -> String {
    let id = record.get("id").and_then(Value::as_str).unwrap();
    id.rsplit(':').next().unwrap().to_owned()
}

impl TestApp {
    /// Begins a record.
    pub(crate) async fn begin(&self, by: &Caller, document: &Value) -> String {
        let answer = self.post("/api/v1/records").by(by).json(document).send().await;
        id_of(&answer.ok(201))
    }

    /// Saves a record's draft over what it is now.
    pub(crate) async fn save(&self, by: &Caller, id: &str, document: &Value) -> Answer {
        let path = format!("/api/v1/records/{id}");
        let seen = self.get(&path).by(by).send().await.at("/revision").as_u64().unwrap();
        self.put(&path).by(by).seen(seen).json(document).send().await
    }

    /// Asks the desk for something.
    pub(crate) async fn desk(&self, by: &Caller, id: &str, wish: Value) -> Answer {
        self.post(&format!("/api/v1/records/{id}/transitions")).by(by).json(&wish).send().await
    }

    /// Asks the desk for something that must go well.
    pub(crate) async fn moved(&self, by: &Caller, id: &str, wish: Value) -> Value {
        self.desk(by, id, wish).await.ok(200)
    }

    /// Adds a picture with its description; gives the file's bare id.
    pub(crate) async fn photo(&self, by: &Caller, id: &str) -> String {
        let (meta, bytes) = (described().to_string(), files::jpeg());
        let answer = self
            .post(&format!("/api/v1/records/{id}/assets"))
            .by(by)
            .form(&[
                ("file", Some("dàn chiêng.jpg"), &bytes),
                ("meta", None, meta.as_bytes()),
                ("again", None, b"true"),
            ])
            .send()
            .await;
        answer.ok(201);
        answer.header("quangba-asset").rsplit(':').next().unwrap().to_owned()
    }

    /// A record that waits for the reviewers.
    pub(crate) async fn in_review(&self, crew: &Crew, document: &Value) -> String {
        let id = self.begin(&crew.writer, document).await;
        self.moved(&crew.writer, &id, json!({"action": "submit"})).await;
        id
    }

    /// A record that waits for the publisher.
    pub(crate) async fn approved(&self, crew: &Crew, document: &Value) -> String {
        let id = self.in_review(crew, document).await;
        self.moved(&crew.reviewer, &id, json!({"action": "approve"})).await;
        id
    }

    /// A record that is public.
    pub(crate) async fn published(&self, crew: &Crew, document: &Value) -> String {
        let id = self.approved(crew, document).await;
        self.moved(&crew.publisher, &id, json!({"action": "publish"})).await;
        self.follow();
        id
    }

    /// Takes a draft through the desk until it is public.
    pub(crate) async fn let_out(&self, crew: &Crew, id: &str) {
        self.moved(&crew.writer, id, json!({"action": "submit"})).await;
        self.moved(&crew.reviewer, id, json!({"action": "approve"})).await;
        self.moved(&crew.publisher, id, json!({"action": "publish"})).await;
        self.follow();
    }
}
