//! What a style is for, by its name.

use super::model::Role;

/// What a style of this name is for.
///
/// Word stores the names of its own styles in English; other programs and hands do not.
pub(super) fn role_by_name(name: &str) -> Option<Role> {
    let name = name.trim().to_lowercase();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    let digits = name.get(stem.len()..).unwrap_or_default().trim();
    if let Ok(level) = digits.parse::<u8>() {
        let heading = HEADINGS.contains(&stem) && (1..=9).contains(&level);
        return heading.then_some(Role::Heading(level));
    }
    match name.as_str() {
        "title" | "tiêu đề" | "titre" | "titel" | "título" | "titolo" | "название" | "标题"
        | "標題" | "表題" | "제목" => Some(Role::Title),
        "caption" | "chú thích" | "légende" | "beschriftung" | "epígrafe" | "legenda"
        | "didascalia" | "题注" => Some(Role::Caption),
        "quote" | "intense quote" | "trích dẫn" | "citation" | "zitat" => Some(Role::Quote),
        _ => None,
    }
}

/// What headings are called before their number, in lower case.
const HEADINGS: [&str; 12] = [
    "heading",
    "đầu đề",
    "tiêu đề",
    "đề mục",
    "titre",
    "überschrift",
    "título",
    "titolo",
    "заголовок",
    "标题",
    "見出し",
    "제목",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_known_in_the_languages_of_offices() {
        for (name, role) in [
            ("heading 1", Role::Heading(1)),
            ("Heading 12", Role::Plain),
            ("Đầu đề 2", Role::Heading(2)),
            ("Überschrift 3", Role::Heading(3)),
            ("标题1", Role::Heading(1)),
            ("Title", Role::Title),
            ("Tiêu đề", Role::Title),
            ("caption", Role::Caption),
            ("Intense Quote", Role::Quote),
            ("Normal", Role::Plain),
            ("List 2", Role::Plain),
            ("", Role::Plain),
        ] {
            assert_eq!(role_by_name(name).unwrap_or_default(), role, "{name}");
        }
    }
}
