//! `verify`: what an integrator checks on an export before taking it in.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::Context as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{Failed, Ui, args::Verify};
use crate::{domain::digest::Digest, exchange::national::Validator};

/// The longest line that is read: a record of the largest size has some millions of bytes.
const LINE: u64 = 64 << 20;
/// The longest page.
const PAGE: u64 = 2 << 30;

/// What is known of the export so far.
struct Verifier<'a> {
    validator: Validator,
    ui: &'a mut dyn Ui,
    last: u64,
    ids: HashSet<String>,
    records: u64,
    faults: Vec<Value>,
}

pub(super) fn run(verify: &Verify, ui: &mut dyn Ui) -> anyhow::Result<()> {
    let path = &verify.file;
    let mut reader = open(path).with_context(|| path.display().to_string())?;
    let mut verifier = Verifier {
        validator: Validator::new()?,
        ui,
        last: 0,
        ids: HashSet::new(),
        records: 0,
        faults: Vec::new(),
    };
    verifier.file(&mut reader).with_context(|| path.display().to_string())?;
    verifier.end()
}

/// The text within, by how the file begins.
fn open(path: &Path) -> std::io::Result<Box<dyn BufRead>> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path)?);
    let begins = reader.fill_buf()?;
    Ok(if begins.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(BufReader::new(zstd::Decoder::with_buffer(reader)?))
    } else if begins.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    })
}

impl Verifier<'_> {
    fn file(&mut self, reader: &mut dyn BufRead) -> anyhow::Result<()> {
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            line.clear();
            let read = reader.take(LINE).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(());
            }
            number = number.saturating_add(1);
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(value) => self.value(&value, number),
                // A page may be printed over many lines.
                Err(_not_whole) if number == 1 => {
                    reader.take(PAGE).read_to_end(&mut line)?;
                    let value = serde_json::from_slice(&line).context("not JSON")?;
                    self.value(&value, number);
                    return Ok(());
                }
                Err(error) => self.fault(number, "", "json", &error.to_string()),
            }
            if self.records.is_multiple_of(1_000) {
                self.ui.progress("records", self.records, None);
            }
        }
    }

    fn value(&mut self, value: &Value, line: u64) {
        if value.get("records").is_some_and(Value::is_array) {
            self.page(value, line);
        } else {
            self.schema(value, line);
            self.record(value, line, "");
        }
    }

    fn schema(&mut self, value: &Value, line: u64) {
        for fault in self.validator.record(value) {
            self.fault(line, &fault.pointer, "schema", &fault.detail);
        }
    }

    fn page(&mut self, page: &Value, line: u64) {
        for fault in self.validator.page(page) {
            self.fault(line, &fault.pointer, "schema", &fault.detail);
        }
        let Some(Value::Array(records)) = page.get("records") else { return };
        for (at, record) in records.iter().enumerate() {
            self.record(record, line, &format!("/records/{at}"));
        }
        let stated = page.pointer("/recordsDigest/value").and_then(Value::as_str);
        self.compare(line, "/recordsDigest/value", stated, &Value::Array(records.clone()));
        let gone = |record: &&Value| record.get("state").is_some_and(|s| s == "withdrawn");
        let withdrawn = records.iter().filter(gone).count();
        let counts = [
            ("/counts/records", records.len()),
            ("/counts/withdrawn", withdrawn),
            ("/counts/active", records.len().saturating_sub(withdrawn)),
        ];
        for (pointer, counted) in counts {
            let stated = page.pointer(pointer).and_then(Value::as_u64);
            if stated != u64::try_from(counted).ok() {
                self.fault(line, pointer, "count", &format!("there are {counted}"));
            }
        }
    }

    /// What no schema says: the digest, the order, that an id stands once.
    fn record(&mut self, record: &Value, line: u64, at: &str) {
        self.records = self.records.saturating_add(1);
        let Value::Object(members) = record else { return };
        if let Some(seq) = members.get("seq").and_then(Value::as_u64) {
            if seq <= self.last {
                let what = format!("{seq} does not come after {}", self.last);
                self.fault(line, &format!("{at}/seq"), "order", &what);
            }
            self.last = seq;
        }
        if let Some(id) = members.get("id").and_then(Value::as_str)
            && !self.ids.insert(id.to_owned())
        {
            self.fault(line, &format!("{at}/id"), "twice", &format!("{id} stands here twice"));
        }
        let stated = record.pointer("/digest/value").and_then(Value::as_str);
        let hashed = |name: &str| !matches!(name, "digest" | "seq");
        let bare: Map<String, Value> = members
            .iter()
            .filter(|(name, _value)| hashed(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        self.compare(line, &format!("{at}/digest/value"), stated, &Value::Object(bare));
    }

    /// Whether the stated digest is that of the canonical form (RFC 8785).
    fn compare(&mut self, line: u64, pointer: &str, stated: Option<&str>, value: &Value) {
        let Ok(canonical) = serde_json_canonicalizer::to_vec(value) else {
            return self.fault(line, pointer, "digest", "it has no canonical form");
        };
        let found = Digest::from_bytes(&Sha256::digest(&canonical).into());
        if stated != Some(found.as_str()) {
            self.fault(line, pointer, "digest", &format!("the bytes have {found}"));
        }
    }

    fn fault(&mut self, line: u64, pointer: &str, code: &str, what: &str) {
        self.ui.line(&format!("line {line}, {pointer}: {code}: {what}"));
        let fault = json!({"line": line, "pointer": pointer, "code": code, "message": what});
        self.faults.push(fault);
    }

    fn end(self) -> anyhow::Result<()> {
        let (records, faults) = (self.records, self.faults.len());
        let ok = faults == 0;
        self.ui.result(&json!({"ok": ok, "records": records, "faults": self.faults}));
        if !ok {
            return Err(Failed(format!("faults: {faults}, in {records} records")).into());
        }
        self.ui.line(&format!("All is well: {records} records, up to {}.", self.last));
        Ok(())
    }
}
