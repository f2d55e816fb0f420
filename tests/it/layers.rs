//! The layers of the architecture, held as a table: each module with all that it may use, and each
//! library with the only modules that may name it.

use std::{fs, path::Path};

/// Each module with all that it may use; nothing uses `main`.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("text", &["domain"]),
    ("store", &["domain", "text"]),
    ("search", &["domain", "text"]),
    ("media", &["domain", "text"]),
    ("exchange", &["domain", "text"]),
    ("service", &["domain", "text", "store", "search", "media", "exchange"]),
    // Settings belong to the part that they set; this reads them from outside.
    ("config", &["domain", "media", "service"]),
    ("web", &["domain", "text", "store", "search", "media", "exchange", "service"]),
    ("cli", &["domain", "text", "store", "search", "media", "exchange", "service", "config"]),
    (
        "app",
        &[
            "domain", "text", "store", "search", "media", "exchange", "service", "config", "web",
            "cli",
        ],
    ),
    // The media worker is this program in a process of its own.
    ("main", &["app", "cli", "config", "media"]),
];

/// Libraries and calls with the only modules that may name them.
const OWNED: &[(&str, &[&str])] = &[
    ("sled::", &["store"]),
    ("tantivy::", &["search"]),
    ("image::", &["media"]),
    ("fast_image_resize::", &["media"]),
    ("jpeg_decoder::", &["media"]),
    ("jpeg_encoder::", &["media"]),
    ("moxcms::", &["media"]),
    ("tiff::", &["media"]),
    ("xmp_writer::", &["media"]),
    ("lopdf::", &["media"]),
    ("hayro::", &["media"]),
    ("sha1::", &["media"]),
    ("whatlang::", &["text"]),
    ("ammonia::", &["text"]),
    ("oxilangtag::", &["domain"]),
    ("jsonschema::", &["exchange"]),
    ("argon2::", &["service"]),
    ("governor::", &["service"]),
    ("actix_web::", &["app", "web"]),
    ("actix_multipart::", &["web"]),
    ("utoipa::", &["web"]),
    ("askama::", &["web"]),
    ("fluent_bundle::", &["web"]),
    ("clap::", &["cli", "main"]),
    ("tokio::", &["app", "web"]),
    ("Timestamp::now", &["app"]),
    ("SystemTime::now", &["app"]),
    ("env::var", &["config"]),
    ("env::vars", &["config"]),
    ("async fn", &["app", "web"]),
    (".await", &["app", "web"]),
];

/// The text without what nobody runs: comments.
fn code(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate();
    let without = lines.map(|(at, line)| {
        let comment = line.match_indices("//").map(|(at, _)| at).find(|at| {
            let before = line.get(..*at).unwrap_or_default();
            before.trim().is_empty() || before.ends_with(' ')
        });
        (at + 1, line.get(..comment.unwrap_or(line.len())).unwrap_or_default())
    });
    without.collect()
}

/// Whether a name may stand before this place: not as the end of a longer one.
fn begins(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The modules that `text` names as `crate::…` or as `quangba::…`, with their lines; also those
/// inside `use crate::{…}`, over as many lines as it takes.
fn used(text: &str) -> Vec<(usize, String)> {
    let lines = code(text);
    let mut whole = String::new();
    let mut starts = Vec::new();
    for (line, code) in lines {
        starts.push((whole.len(), line));
        whole.push_str(code);
        whole.push('\n');
    }
    let line_of = |at: usize| starts.iter().rev().find(|(start, _)| *start <= at).unwrap().1;
    let mut found = Vec::new();
    for root in ["crate::", "quangba::"] {
        for (at, _) in whole.match_indices(root) {
            let (before, after) = (&whole[..at], &whole[at + root.len()..]);
            if !begins(before) {
                continue;
            }
            let names = if after.starts_with('{') { group(after) } else { vec![(0, word(after))] };
            let start = at + root.len();
            found.extend(
                names.into_iter().map(|(off, name)| (line_of(start + off), name.to_owned())),
            );
        }
    }
    found.retain(|(_line, name)| LAYERS.iter().any(|(module, _)| module == name));
    found
}

/// The first names inside `{a::b, c::{d, e}}`: `a` and `c`, with their places.
fn group(text: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let (mut depth, mut fresh) = (0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '{' => {
                depth += 1;
                fresh = depth == 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return names;
                }
            }
            ',' => fresh = depth == 1,
            c if c.is_whitespace() => {}
            _ if fresh => {
                names.push((at, word(&text[at..])));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

/// What `text`, a file of `module`, uses against the tables: `line: what`.
fn wrong(module: &str, text: &str) -> Vec<String> {
    let allowed = LAYERS.iter().find(|(name, _)| *name == module).map_or(&[][..], |(_, all)| all);
    let strange = used(text)
        .into_iter()
        .filter(|(_, name)| name != module && !allowed.contains(&name.as_str()));
    let mut wrong: Vec<String> =
        strange.map(|(line, name)| format!("{line}: {module} uses {name}")).collect();
    for (line, code) in code(text) {
        for (name, owners) in OWNED {
            let named = code
                .match_indices(name)
                .any(|(at, _)| name.starts_with('.') || begins_crate(&code[..at], name));
            if named && !owners.contains(&module) {
                wrong.push(format!("{line}: {module} names {name}"));
            }
        }
    }
    wrong
}

/// A library's name begins a path; a call's may end one.
fn begins_crate(before: &str, name: &str) -> bool {
    if name.ends_with("::") {
        return begins(before) || (before.ends_with("::") && begins(before.trim_end_matches(':')));
    }
    !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The module that a file of `src` belongs to.
fn module_of(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn every_module_uses_only_what_lies_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut seen) = (Vec::new(), 0);
    for entry in walkdir::WalkDir::new(&src).into_iter().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let inside = path.strip_prefix(&src).unwrap();
        let module = module_of(inside);
        // Tests may make their own fixtures with whatever library.
        let tests = inside.iter().any(|part| part == "tests" || part == "tests.rs");
        if module == "lib" || tests {
            continue;
        }
        assert!(LAYERS.iter().any(|(name, _)| *name == module), "{module} has no line in LAYERS");
        let text = fs::read_to_string(path).unwrap();
        let each = wrong(&module, &text).into_iter();
        found.extend(each.map(|what| format!("src/{}:{what}", inside.display())));
        seen += 1;
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert!(100 < seen, "only {seen} files were looked at");
}

#[test]
fn the_table_has_no_circle() {
    for (at, (module, allowed)) in LAYERS.iter().enumerate() {
        for used in *allowed {
            let place = LAYERS.iter().position(|(name, _)| name == used);
            let below = place.is_some_and(|place| place < at);
            assert!(below || *module == "main", "{module} may use {used}, which is not below it");
        }
    }
}

#[test]
fn a_planted_violation_is_found_with_its_line() {
    for (module, text, wanted) in [
        ("domain", "\nuse crate::store::Store;", "2: domain uses store"),
        (
            "store",
            "use crate::{\n    domain::id::RecordId,\n    search::{Query, Sort},\n};",
            "3: store uses search",
        ),
        ("media", "fn f() { let x = crate::service::Error::NotFound; }", "1: media uses service"),
        ("service", "use crate::{web};", "1: service uses web"),
        ("service", "pub(in crate::web) fn f() {}", "1: service uses web"),
        ("search", "use sled::Db;", "1: search names sled::"),
        ("service", "let db: ::sled::Db = x;", "1: service names sled::"),
        ("web", "let q = tantivy::query::AllQuery;", "1: web names tantivy::"),
        ("service", "let at = jiff::Timestamp::now();", "1: service names Timestamp::now"),
        ("store", "let x = std::env::var(\"HOME\");", "1: store names env::var"),
        ("store", "pub async fn read() {}", "1: store names async fn"),
        ("service", "let x = work.await?;", "1: service names .await"),
        ("exchange", "use image::ImageFormat;", "1: exchange names image::"),
    ] {
        assert_eq!(wrong(module, text), [wanted], "{text}");
    }
}

#[test]
fn what_is_allowed_or_only_spoken_of_is_not_found() {
    for (module, text) in [
        ("service", "use crate::{domain::lang::Lang, store::Store};"),
        ("domain", "//! See [`crate::store`].\n// use sled::Db;\nlet x = 1; // crate::web"),
        ("domain", "let url = \"https://example.org\"; use crate::domain::id;"),
        ("store", "use sled::{Db, Tree};\nuse super::sled_error;"),
        ("web", "let picture = my_image::open(); let x = super::image::ICON;"),
        ("web", "async fn f() { g().await }"),
    ] {
        assert_eq!(wrong(module, text), <[String; 0]>::default(), "{text}");
    }
}
