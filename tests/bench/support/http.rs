//! A client that keeps its connection, one a thread.

use std::{io::Read as _, time::Duration};

use serde_json::Value;

use super::Outcome;

pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
    key: Option<String>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(base: &str, key: Option<&str>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(300)))
            .build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
            key: key.map(|key| format!("Bearer {key}")),
        }
    }

    fn ask(&self, path: &str, accept: &str) -> Outcome<ureq::http::Response<ureq::Body>> {
        let mut request = self.agent.get(format!("{}{path}", self.base)).header("Accept", accept);
        if let Some(key) = &self.key {
            request = request.header("Authorization", key);
        }
        Ok(request.call()?)
    }

    /// The whole answer, however long.
    pub(crate) fn get(&self, path: &str) -> Outcome<Answer> {
        let answer = self.ask(path, "application/json")?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        answer.into_body().into_reader().read_to_end(&mut body)?;
        Ok(Answer { status, body })
    }

    /// The answer as JSON.
    pub(crate) fn json(&self, path: &str) -> Outcome<Value> {
        let answer = self.get(path)?;
        if answer.status != 200 {
            return Err(format!("{path}: {}", answer.status).into());
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Reads an answer without keeping it: its bytes and lines; `each` is told now and then.
    pub(crate) fn drain(
        &self,
        path: &str,
        accept: &str,
        mut each: impl FnMut() -> Outcome,
    ) -> Outcome<(u64, u64)> {
        let answer = self.ask(path, accept)?;
        if answer.status().as_u16() != 200 {
            return Err(format!("{path}: {}", answer.status()).into());
        }
        let mut reader = answer.into_body().into_reader();
        let mut buffer = vec![0; 1 << 18];
        let (mut bytes, mut lines, mut told) = (0_u64, 0_u64, 0_u64);
        loop {
            let read = reader.read(&mut buffer)?;
            if read == 0 {
                return Ok((bytes, lines));
            }
            let new = buffer.get(..read).unwrap_or_default();
            lines += new.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            bytes += u64::try_from(read)?;
            if told + (16 << 20) <= bytes {
                told = bytes;
                each()?;
            }
        }
    }

    pub(crate) fn post(&self, path: &str, json: &[u8]) -> Outcome<Answer> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/json");
        if let Some(key) = &self.key {
            request = request.header("Authorization", key);
        }
        let answer = request.send(json)?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        answer.into_body().into_reader().read_to_end(&mut body)?;
        Ok(Answer { status, body })
    }
}

/// A text for a query string (RFC 3986, section 2.1).
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
