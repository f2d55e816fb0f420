//! What is in a kit, for people, for programs and for `sha256sum -c`.

use serde::Serialize;
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};

use super::{Entry, Error, Sent, What, Work, layout::Text, say::Say};
use crate::domain::{document::Asset, id::AssetId, rights::Rights};

/// What went into a kit.
#[derive(Debug, Default)]
pub struct Manifest {
    site: String,
    records: Vec<Value>,
    /// Written down at once: what is kept of a file is a line.
    entries: Vec<Box<RawValue>>,
    sums: String,
}

impl Manifest {
    /// For people: stands first in the archive.
    pub const README: &'static str = "README.txt";
    /// For programs; the last but one.
    pub const JSON: &'static str = "manifest.json";
    /// For `sha256sum -c`; the last.
    pub const SUMS: &'static str = "manifest-sha256.txt";

    /// Of nothing yet, from where we are reached.
    #[must_use]
    pub fn new(site: &str) -> Self {
        Self { site: site.to_owned(), ..Self::default() }
    }

    /// What people should know first.
    #[must_use]
    pub fn readme(&self) -> String {
        [Say::Vi, Say::En].map(|say| readme(say, &self.site)).join("\n")
    }

    /// Adds a record whose files stand in `folder`.
    pub fn record(&mut self, work: &Work, folder: &str) {
        let live = &work.live;
        self.records.push(json!({
            "id": live.id, "localId": live.local_id, "version": live.version,
            "published": live.published, "modified": live.modified, "folder": folder,
            "title": live.document.title, "languages": work.langs, "url": work.pages,
            "json": format!("{}/api/v1/published/{}", work.site, live.id.key()),
            "agency": live.agency, "managingAgency": live.managing,
            "rights": rights(&live.document.rights),
        }));
    }

    /// Adds a file that went out as `sent`; without a work, one of the kit itself.
    ///
    /// # Errors
    /// None that can happen.
    pub fn add(
        &mut self,
        entry: (&str, &str),
        of: Option<(&Work, &What)>,
        sent: &Sent,
    ) -> Result<(), Error> {
        let (path, media_type) = entry;
        let mut line = json!({
            "path": path, "bytes": sent.bytes, "sha256": sent.digest, "mediaType": media_type,
        });
        let more = of.map(|(work, what)| self.more(work, what, sent));
        if let (Some(line), Some(Value::Object(more))) = (line.as_object_mut(), more) {
            line.extend(more);
        }
        self.entries.push(to_raw_value(&line)?);
        self.sums.push_str(&format!("{}  {path}\n", sent.digest));
        Ok(())
    }

    /// As [`Manifest::add`], of a record's file.
    ///
    /// # Errors
    /// None that can happen.
    pub fn add_entry(&mut self, work: &Work, entry: &Entry, sent: &Sent) -> Result<(), Error> {
        self.add((&entry.path, &entry.media_type), Some((work, &entry.what)), sent)
    }

    fn more(&self, work: &Work, what: &What, sent: &Sent) -> Value {
        let (live, site) = (&work.live, &self.site);
        let mut all = json!({"record": live.id, "version": live.version});
        let asset = |id: &AssetId| live.document.assets.iter().find(|asset| asset.id == *id);
        let own = |id| asset(id).and_then(|asset: &Asset| asset.rights.as_ref());
        let more = match what {
            What::Text(text) => {
                let lang = match text {
                    Text::Docx(lang) | Text::Plain(lang) | Text::Captions(lang) => Some(lang),
                    _ => None,
                };
                json!({"what": "text", "lang": lang, "source": work.page(lang.map_or("vi", |lang| lang.as_str())),
                    "rights": rights(&live.document.rights)})
            }
            What::Release(id) => {
                let name = live.files.get(id).map(|file| percent(&file.name)).unwrap_or_default();
                json!({"what": "release", "asset": id, "source": format!("{site}/media/{}/{name}", id.key()),
                    "verify": format!("{site}/api/v1/status?sha256={}", sent.digest),
                    "rights": rights(work.rights(own(id)))})
            }
            What::Picture(id, width) => {
                json!({"what": "picture", "asset": id, "source": format!("{site}/media/{}/{width}.jpg", id.key()),
                    "madeOf": live.files.get(id).map(|file| &file.digest),
                    "rights": rights(work.rights(own(id)))})
            }
        };
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
        }
        all
    }

    /// The manifest for programs. It does not list itself, nor the list of checksums.
    ///
    /// # Errors
    /// None that can happen.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        let site = &self.site;
        let all = All {
            kit: "quangba-kit/1",
            source: site,
            verify: json!({
                "release": format!("{site}/api/v1/status?sha256={{sha256}}"),
                "vi": "Gửi sha256 của một tệp gốc phát hành (what = release) đến địa chỉ trên để biết tệp còn hiệu lực (current), đã thay (corrected) hay đã gỡ bỏ (withdrawn).",
                "en": "Send the sha256 of a release (what = release) to the address above to learn whether it is current, corrected or withdrawn.",
            }),
            records: &self.records,
            entries: &self.entries,
        };
        let mut text = serde_json::to_vec_pretty(&all)?;
        text.push(b'\n');
        Ok(text)
    }

    /// The list of checksums (as in RFC 8493, section 2.1.3, from the archive's top), the manifest
    /// for programs included.
    #[must_use]
    pub fn sums(&self, json: &Sent) -> String {
        format!("{}{}  {}\n", self.sums, json.digest, Self::JSON)
    }
}

/// The manifest for programs.
#[derive(Serialize)]
struct All<'a> {
    kit: &'static str,
    source: &'a str,
    verify: Value,
    records: &'a [Value],
    entries: &'a [Box<RawValue>],
}

fn rights(rights: &Rights) -> Value {
    json!({"statement": rights.statement, "license": rights.license, "holder": rights.holder,
        "credit": rights.credit, "use": rights.allowed(), "expires": rights.expires})
}

/// A file's name as a part of an address (RFC 3986, section 2).
fn percent(name: &str) -> String {
    const KEPT: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(name, &KEPT).to_string()
}

fn readme(say: Say, site: &str) -> String {
    let text = say.t(
        "BỘ TƯ LIỆU BÁO CHÍ

Mỗi thư mục là một tư liệu đã công bố:
- LICENCE.txt, LICENCE.html: điều kiện sử dụng, dòng ghi nguồn phải in kèm;
- CREDITS.txt: tác giả, người dịch, nguồn của từng tệp;
- texts: bài theo từng ngôn ngữ (.docx, .txt) và chú thích ảnh;
- photos/original: ảnh phát hành, đủ điểm ảnh; photos/1600, photos/800: ảnh thu nhỏ;
- files: ấn phẩm và tệp khác.

Kiểm tra tệp có còn nguyên vẹn, trong thư mục đã giải nén:
    sha256sum -c manifest-sha256.txt
Từng tệp với nguồn, quyền và mã băm: manifest.json.
Kiểm tra tệp phát hành còn hiệu lực, đã đính chính hay đã gỡ bỏ:
    SITE/api/v1/status?sha256=MÃ-BĂM
",
        "PRESS KIT

Each folder is a published record:
- LICENCE.txt, LICENCE.html: terms of use, the credit line to be printed;
- CREDITS.txt: authors, translators, the source of each file;
- texts: the text in each language (.docx, .txt), and captions;
- photos/original: the released photos with all their pixels; photos/1600, photos/800: smaller ones;
- files: publications and other files.

To check that nothing was damaged, in the unpacked folder:
    sha256sum -c manifest-sha256.txt
Each file with its source, rights and checksum: manifest.json.
To learn whether a released file is current, corrected or withdrawn:
    SITE/api/v1/status?sha256=CHECKSUM
",
    );
    text.replace("SITE", site)
}
