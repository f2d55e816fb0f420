//! The readable end of an address, made from a title.

use super::fold::fold;

/// The longest slug, in bytes.
pub const MAX: usize = 80;

/// The title as `a-z`, `0-9` and single inner dashes, at most [`MAX`] bytes, cut between words.
///
/// Empty for a title without any Latin letter or digit: such an address goes without.
#[must_use]
pub fn slug(title: &str) -> String {
    let folded = fold(title).replace(['\'', '’'], "");
    let mut out = String::new();
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if out.is_empty() {
            out.extend(word.chars().take(MAX));
        } else if out.len().saturating_add(word.len()) < MAX {
            out.push('-');
            out.push_str(word);
        } else {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_vietnamese_title_is_readable() {
        assert_eq!(
            slug("Không gian văn hóa cồng chiêng: 20 năm!"),
            "khong-gian-van-hoa-cong-chieng-20-nam"
        );
        assert_eq!(slug("  Người M’nông – Đắk Lắk "), "nguoi-mnong-dak-lak");
        assert_eq!(slug("銅鑼"), "");
        assert_eq!(slug(&"a".repeat(200)).len(), MAX);
    }

    proptest! {
        #[test]
        fn only_letters_digits_and_inner_dashes(title in ".{0,120}") {
            let slug = slug(&title);
            prop_assert!(slug.len() <= MAX);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }
    }
}
