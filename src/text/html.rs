//! HTML as far as a body may hold it: sanitizing on the way in, plain text for index and export.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// Elements that begin a line of their own; `lang` and `dir` may stand on them.
const BLOCKS: [&str; 16] = [
    "p",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "caption",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "br",
];

const OTHERS: [&str; 10] = ["strong", "em", "b", "i", "u", "a", "thead", "tbody", "sup", "sub"];

static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut attributes: HashMap<&str, HashSet<&str>> = BLOCKS
        .iter()
        .filter(|tag| **tag != "br")
        .map(|tag| (*tag, HashSet::from(["lang", "dir"])))
        .collect();
    for cell in ["th", "td"] {
        attributes.entry(cell).or_default().extend(["colspan", "rowspan"]);
    }
    attributes.insert("a", HashSet::from(["href"]));
    let mut builder = Builder::empty();
    builder
        .generic_attributes(HashSet::new())
        .tags(BLOCKS.into_iter().chain(OTHERS).collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(attributes)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// The names of elements and attributes in `html` that [`sanitize`] takes out, in their order, each
/// once, ten at most.
#[must_use]
pub fn removed(html: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        let inside = after.split_once('>').map_or(after, |(inside, _)| inside);
        let mut words = inside.split(|c: char| c.is_whitespace() || c == '/');
        let Some(name) =
            words.next().filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
        else {
            continue;
        };
        let name = name.to_ascii_lowercase();
        if !BLOCKS.contains(&name.as_str()) && !OTHERS.contains(&name.as_str()) {
            names.push(format!("<{name}>"));
            continue;
        }
        for word in words {
            let attribute = word.split('=').next().unwrap_or_default().to_ascii_lowercase();
            let known = matches!(
                attribute.as_str(),
                "lang" | "dir" | "colspan" | "rowspan" | "href" | "rel"
            );
            if word.contains('=')
                && !known
                && attribute.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
            {
                names.push(attribute);
            }
        }
        if name == "a"
            && inside.contains("href")
            && !BUILDER.clean(&format!("<{inside}>x</a>")).to_string().contains("href")
        {
            names.push("href".to_owned());
        }
    }
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(&name) && once.len() < 10 {
            once.push(name);
        }
    }
    once
}

/// How often it is cleaned again at most; one time is enough for what people write.
const PASSES: usize = 4;

/// The HTML with nothing left but text, its structure and outside links.
///
/// Kept are paragraphs, line breaks, headings 2 to 4, lists, quotations, tables, figures without
/// pictures (those are assets), emphasis, sub- and superscript, and links to `http`, `https` and
/// `mailto` addresses, which get `rel="noopener noreferrer"`. Of other elements the text stays,
/// of `script` and `style` nothing. Doing it twice changes nothing more.
#[must_use]
pub fn sanitize(html: &str) -> String {
    let mut clean = BUILDER.clean(&paragraphed(html)).to_string();
    if clean.contains("<p></p>") {
        clean = clean.replace("<p></p>", "");
    }
    // What is written from a tree is not always read into the same tree (links within links, tables
    // within links): it is cleaned until it stays.
    for _ in 0..PASSES {
        let again = BUILDER.clean(&clean).to_string();
        if again == clean {
            return clean;
        }
        clean = again;
    }
    // What will not settle is somebody's riddle: its text is kept, its structure is not.
    ammonia::clean_text(&clean)
}

/// Elements that a body may not hold but that stand on lines of their own: what mail programs and
/// browsers write for paragraphs. Unwrapped, their texts would run into one.
const LINES: [&str; 22] = [
    "div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center",
    "dl", "dt", "dd", "details", "summary", "form", "fieldset", "pre", "h1", "h5", "h6", "hr",
];

/// The HTML with those elements as paragraphs; borrowed where there are none.
fn paragraphed(html: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = html;
    let mut copied = html;
    while let Some(at) = rest.find('<') {
        let after = rest.get(at.saturating_add(1)..).unwrap_or_default();
        let (slash, inside) = match after.strip_prefix('/') {
            Some(inside) => ("/", inside),
            None => ("", after),
        };
        let length = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let name = inside.get(..length).unwrap_or_default().to_ascii_lowercase();
        if LINES.contains(&name.as_str()) {
            let before = copied.len().saturating_sub(after.len()).saturating_sub(1);
            out.push_str(copied.get(..before).unwrap_or_default());
            out.push('<');
            out.push_str(slash);
            out.push('p');
            copied = inside.get(length..).unwrap_or_default();
        }
        rest = after;
    }
    if out.is_empty() && copied.len() == html.len() {
        return Cow::Borrowed(html);
    }
    out.push_str(copied);
    Cow::Owned(out)
}

/// The outside links of sanitized HTML.
pub fn links(clean: &str) -> impl Iterator<Item = &str> {
    clean.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next())
}

/// The text of the HTML: blocks become lines, cells are parted by a space, entities are read.
///
/// Works on any HTML, sanitized or not; runs of white space become one space, empty lines go.
#[must_use]
pub fn to_text(html: &str) -> String {
    clean_to_text(&BUILDER.clean(html).to_string())
}

/// As [`to_text`], of HTML that [`sanitize`] gave: nothing is cleaned again.
#[must_use]
pub fn clean_to_text(clean: &str) -> String {
    let mut out = Lines::default();
    let mut rest = clean;
    while let Some((text, after)) = rest.split_once('<') {
        out.text(text);
        let (tag, after) = tag(after);
        match tag {
            "td" | "th" => out.text(" "),
            tag if BLOCKS.contains(&tag) => out.end(),
            _ => {}
        }
        rest = after;
    }
    out.text(rest);
    out.end();
    out.done
}

/// The name of the tag whose `<` has been read, and what follows its `>`; quotes may hold a `>`.
fn tag(after: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = after.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '>' && !quoted
    });
    let (inside, rest) = match end.and_then(|(at, _)| after.split_at_checked(at)) {
        Some((inside, rest)) => (inside, rest.strip_prefix('>').unwrap_or(rest)),
        None => (after, ""),
    };
    let name = inside.trim_start_matches('/');
    (name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(name), rest)
}

/// Lines of single-spaced words.
#[derive(Default)]
struct Lines {
    done: String,
    line: String,
    space: bool,
}

impl Lines {
    fn text(&mut self, html: &str) {
        // These five are all that the sanitizer's writer escapes.
        if !html.contains('&') {
            return self.push(html);
        }
        let read = html
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&nbsp;", " ")
            .replace("&amp;", "&");
        self.push(&read);
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if self.space && !self.line.is_empty() {
                self.line.push(' ');
            }
            self.space = false;
            self.line.push(c);
        }
    }

    fn end(&mut self) {
        self.space = false;
        if self.line.is_empty() {
            return;
        }
        if !self.done.is_empty() {
            self.done.push('\n');
        }
        self.done.push_str(&self.line);
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_within_links_settle() {
        let html = "<a href=\"http://a\"><table><a href=\"http://a\">";
        let once = sanitize(html);
        assert_eq!(sanitize(&once), once);
    }

    #[test]
    fn what_can_run_goes_and_structure_stays() {
        assert_eq!(
            sanitize("<p lang=\"rad\" onclick=\"x()\">Lễ <b>hội</b><script>alert(1)</script></p>"),
            "<p lang=\"rad\">Lễ <b>hội</b></p>"
        );
        assert_eq!(
            sanitize("<a href=\"https://example.org/\" target=\"_blank\">nguồn</a>"),
            "<a href=\"https://example.org/\" rel=\"noopener noreferrer\">nguồn</a>"
        );
        for bad in ["javascript:alert(1)", "data:text/html,x", "/a", "//example.org", "vbscript:x"]
        {
            let clean = sanitize(&format!("<a href=\"{bad}\">x</a>"));
            assert!(!clean.contains("href"), "{clean}");
        }
        assert_eq!(sanitize("<img src=x onerror=alert(1)>a<svg><style>b"), "a");
        assert_eq!(sanitize("<p style=\"position:fixed\" id=a class=b>x</p>"), "<p>x</p>");
        let table = "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>";
        assert_eq!(sanitize(table), table);
    }

    #[test]
    fn lines_of_other_elements_stay_lines() {
        let html =
            "<div>TUYỆT MẬT</div><div class=\"a\">Kế hoạch</div><dl><dt>a</dt><dd>b</dd></dl>";
        assert_eq!(sanitize(html), "<p>TUYỆT MẬT</p><p>Kế hoạch</p><p>a</p><p>b</p>");
        assert_eq!(sanitize("<div><p>a</p></div>"), "<p>a</p>");
        assert_eq!(sanitize("<p title=\"x\">a <divx>b</divx></p>"), "<p>a b</p>");
    }

    #[test]
    fn what_is_taken_out_is_named() {
        let html = "<p style=\"x\">a</p><script>b</script><img src=c><a href=\"javascript:d\">e</a><p>f</p>";
        assert_eq!(removed(html), ["style", "<script>", "<img>", "href"]);
        assert!(removed("<p lang=\"vi\">1 < 2 <a href=\"https://a.vn\">x</a></p>").is_empty());
    }

    #[test]
    fn blocks_become_lines_and_entities_characters() {
        assert_eq!(
            to_text(
                "<h2>Hồ Lắk</h2><p>Gạo &amp; cà&nbsp;phê<br>a &lt; b</p>\n<ul><li>một<li>hai</ul>"
            ),
            "Hồ Lắk\nGạo & cà phê\na < b\nmột\nhai"
        );
        assert_eq!(to_text("<tr><td>a</td><td>b</td></tr>"), "ab");
        assert_eq!(
            to_text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
            "a b\nc"
        );
        assert_eq!(to_text("x &amp;lt; y"), "x &lt; y");
        assert_eq!(to_text("c<b>ồ</b>ng &eacute;"), "cồng é");
    }

    proptest! {
        #[test]
        fn sanitizing_twice_changes_nothing(
            html in "(<(p|/p|b|/b|a href=\"http://a\"|table|td|li|svg|math|style|/style|!--|u)>?|[a&;<\" 'ệ]){0,16}"
        ) {
            let once = sanitize(&html);
            prop_assert_eq!(sanitize(&once), once);
        }

        #[test]
        fn plain_text_comes_back_as_it_was(text in "[a-zà-ỹ<>&\"']{0,30}") {
            let html = text.replace('&', "&amp;").replace('<', "&lt;");
            // The range has an ogham space in it.
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(to_text(&html), words.join(" "));
        }
    }
}
