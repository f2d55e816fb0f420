//! Texts in several languages, and where HTML may stand in them (sections 4.4 and 4.5).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Url;

/// The key for texts that are in no language, or in one that is not known.
const NONE: &str = "none";

/// The longest language tag, in bytes (RFC 5646, section 4.4.1).
const MAX_TAG: usize = 35;

/// Plain texts by language: at least one, none of them blank.
///
/// Languages are BCP 47 tags; what has no tag of that shape is kept under `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LangText(BTreeMap<String, Vec<String>>);

/// Plain texts or HTML by language, for the places where a viewer renders HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RichText(BTreeMap<String, Vec<String>>);

/// One text of a [`RichText`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Shown as it is, whatever it looks like.
    Plain(String),
    /// Rendered.
    Html(Html),
}

impl LangText {
    /// Collects texts with their languages; nothing if all of them are blank.
    #[must_use]
    pub fn new<L, T>(texts: impl IntoIterator<Item = (L, T)>) -> Option<Self>
    where
        L: AsRef<str>,
        T: AsRef<str>,
    {
        collect(texts.into_iter().map(|(lang, text)| (lang, plain(text.as_ref())))).map(Self)
    }

    pub(super) fn json(&self) -> Value {
        json!(self.0)
    }
}

impl RichText {
    /// Collects texts with their languages; nothing if all of them are blank.
    #[must_use]
    pub fn new<L: AsRef<str>>(texts: impl IntoIterator<Item = (L, Text)>) -> Option<Self> {
        let texts = texts.into_iter().map(|(lang, text)| match text {
            Text::Plain(text) => (lang, plain(&text)),
            Text::Html(Html(html)) => (lang, html),
        });
        collect(texts).map(Self)
    }

    pub(super) fn json(&self) -> Value {
        json!(self.0)
    }
}

impl From<LangText> for RichText {
    fn from(texts: LangText) -> Self {
        Self(texts.0)
    }
}

fn collect<L: AsRef<str>>(
    texts: impl IntoIterator<Item = (L, String)>,
) -> Option<BTreeMap<String, Vec<String>>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (lang, text) in texts {
        if text.trim().is_empty() {
            continue;
        }
        let lang = lang.as_ref();
        let key = if is_tag(lang) { lang } else { NONE };
        all.entry(key.to_owned()).or_default().push(text);
    }
    if all.is_empty() { None } else { Some(all) }
}

/// A text that no viewer takes for HTML: one that begins with `<` and ends with `>` gets the
/// space behind it that section 4.5 recommends. Labels get it too, as not every viewer knows that
/// they have no HTML.
fn plain(text: &str) -> String {
    let looks_like_html = text.starts_with('<') && text.ends_with('>');
    if looks_like_html { format!("{text} ") } else { text.to_owned() }
}

/// Whether it has the shape of a language tag: subtags of 1 to 8 letters or digits, the first of
/// them letters only (RFC 5646, section 2.1).
pub(super) fn is_tag(text: &str) -> bool {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    text.len() <= MAX_TAG
        && subtag(first)
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(subtag)
}

/// Well-formed HTML in one element, of the tags that viewers let through.
///
/// It is only made here, from plain text, so nothing of that text becomes a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// A text that leads to an address.
    #[must_use]
    pub fn link(to: &Url, text: &str) -> Self {
        let (to, text) = (escaped(to.as_str()), escaped(text));
        Self(format!("<span><a href=\"{to}\">{text}</a></span>"))
    }

    /// A text with its line breaks.
    #[must_use]
    pub fn paragraph(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(escaped).collect();
        Self(format!("<p>{}</p>", lines.join("<br/>")))
    }
}

/// The text for element content and for attributes in double quotes, without the characters that
/// XML has no place for (XML 1.0, section 2.2).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ => out.push(c),
        }
    }
    out
}
