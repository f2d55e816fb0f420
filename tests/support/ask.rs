//! A request under way, and what came back.

use actix_web::{
    body::to_bytes,
    cookie::Cookie,
    http::{Method, header::HeaderMap},
    test::TestRequest,
};
use serde_json::Value;

use super::TestApp;

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// Nobody in particular.
    Anybody,
    /// The holder of this session cookie.
    Session(String),
    /// The holder of this key.
    Key(String),
}

/// A request that is being put together.
pub(crate) struct Ask<'a> {
    app: &'a TestApp,
    request: TestRequest,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.text().chars().take(2_000).collect();
        write!(f, "{} {text}", self.status)
    }
}

impl TestApp {
    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        Ask { app: self, request: TestRequest::with_uri(path).method(method) }
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> Ask<'_> {
        self.ask(Method::PUT, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Ask<'_> {
        self.ask(Method::DELETE, path)
    }
}

impl Ask<'_> {
    /// Asks as somebody.
    pub(crate) fn by(mut self, caller: &Caller) -> Self {
        self.request = match caller {
            Caller::Anybody => self.request,
            Caller::Session(token) => self.request.cookie(Cookie::new("quangba_session", token)),
            Caller::Key(key) => {
                self.request.insert_header(("Authorization", format!("Bearer {key}")))
            }
        };
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.insert_header((name, value));
        self
    }

    /// Names the revision that was read.
    pub(crate) fn seen(self, revision: u64) -> Self {
        self.header("If-Match", &format!("\"r{revision}\""))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string().into_bytes())
    }

    pub(crate) fn raw(mut self, media_type: &str, body: Vec<u8>) -> Self {
        self.request = self
            .request
            .insert_header(("Content-Type", media_type))
            .insert_header(("Content-Length", body.len()))
            .set_payload(body);
        self
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        self.request = self.request.peer_addr(format!("{address}:4321").parse().unwrap());
        self
    }

    /// Sends it; whatever the server would answer comes back.
    pub(crate) async fn send(self) -> Answer {
        let answered = self.app.call(self.request).await;
        let response = match answered {
            Ok(answered) => answered.into_parts().1,
            Err(error) => error.error_response(),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body()).await;
        Answer { status, headers, body: body.map(|bytes| bytes.to_vec()).unwrap_or_default() }
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_no_json| Value::String(self.text()))
    }

    /// A value of the body by JSON Pointer; null if it is not there.
    pub(crate) fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// A cookie's value, if the answer sets it.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all("set-cookie");
        let mut cookies = set.filter_map(|value| Cookie::parse(value.to_str().ok()?).ok());
        let cookie = cookies.find(|cookie| cookie.name() == name)?;
        Some(cookie.value().to_owned())
    }

    /// The whole `Set-Cookie` line of the session.
    pub(crate) fn session_line(&self) -> String {
        let set = self.headers.get_all("set-cookie").filter_map(|value| value.to_str().ok());
        let mut lines = set.filter(|line| line.starts_with("quangba_session="));
        lines.next().unwrap_or_default().to_owned()
    }

    /// Everything that is wrong with the input, as `pointer code`, in the order of the answer.
    pub(crate) fn errors(&self) -> Vec<String> {
        let errors = self.at("/errors");
        let each = errors.as_array().cloned().unwrap_or_default().into_iter();
        let text = |error: &Value, name: &str| error.get(name).cloned().unwrap_or_default();
        each.map(|error| {
            let (pointer, code) = (text(&error, "pointer"), text(&error, "code"));
            format!("{} {}", pointer.as_str().unwrap(), code.as_str().unwrap())
        })
        .collect()
    }

    /// Checks that this is a problem of RFC 9457 with this status and code.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.at("/code"), code, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(self.at("/type"), format!("/problems/{code}"));
        assert_eq!(self.at("/status"), status);
        assert!(self.at("/title").is_string() && self.at("/detail").is_string(), "{self:?}");
    }

    /// Checks that it is refused by a problem with a code, which is given.
    #[track_caller]
    pub(crate) fn refusal(&self) -> String {
        assert!((400..500).contains(&self.status), "{self:?}");
        let code = self.at("/code").as_str().unwrap_or_default().to_owned();
        self.is_problem(self.status, &code);
        assert!(!code.is_empty(), "{self:?}");
        code
    }

    /// Checks that a browser saves it under a name and runs nothing of it.
    #[track_caller]
    pub(crate) fn is_download(&self, media_type: &str) {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.header("content-type"), media_type);
        let said = self.header("content-disposition");
        assert!(said.starts_with("attachment; filename=\""), "{said}");
        self.is_inert();
    }

    /// Checks that a browser takes it for what it says that it is, and runs nothing of it.
    #[track_caller]
    pub(crate) fn is_inert(&self) {
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        assert_eq!(self.header("content-security-policy"), "default-src 'none'; sandbox");
    }

    /// Checks that it went well, and gives the body.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }
}
