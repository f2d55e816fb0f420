//! Numbers as labels of list items and headings.

use super::model::Label;

/// How a number is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Decimal,
    /// With a zero before single digits.
    Padded,
    Letter,
    CapitalLetter,
    Roman,
    CapitalRoman,
    Bullet,
    /// Nothing at all.
    None,
}

/// The most times that a letter is repeated: `zz` is 52.
const REPEATED: u32 = 5;

const ROMAN: [(u32, &str); 13] = [
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

impl Format {
    /// The number in this format; in plain digits where the format has none for it.
    pub(super) fn write(self, number: u32) -> String {
        match self {
            Self::Decimal => number.to_string(),
            Self::Padded => format!("{number:02}"),
            Self::Letter => letter(number).unwrap_or_else(|| number.to_string()),
            Self::CapitalLetter => Self::Letter.write(number).to_ascii_uppercase(),
            Self::Roman => roman(number).unwrap_or_else(|| number.to_string()),
            Self::CapitalRoman => Self::Roman.write(number).to_ascii_uppercase(),
            Self::Bullet | Self::None => String::new(),
        }
    }
}

/// `a` to `z`, then `aa` to `zz` and so on.
fn letter(number: u32) -> Option<String> {
    let from_zero = number.checked_sub(1)?;
    let times = from_zero.checked_div(26)?.saturating_add(1);
    let c = ('a'..='z').nth(usize::try_from(from_zero % 26).ok()?)?;
    (times <= REPEATED).then(|| (0..times).map(|_| c).collect())
}

fn roman(number: u32) -> Option<String> {
    if number == 0 || 3999 < number {
        return None;
    }
    let mut left = number;
    let mut text = String::new();
    for (value, letters) in ROMAN {
        while value <= left {
            left = left.saturating_sub(value);
            text.push_str(letters);
        }
    }
    Some(text)
}

/// The label of `number` written as `text`: one that HTML shows by itself, or text; none if it is
/// empty.
pub(super) fn label(number: u32, text: &str) -> Option<Label> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let digits = text.strip_suffix(['.', ')']).unwrap_or(text);
    if digits == number.to_string() {
        return Some(Label::Number(number, text.to_owned()));
    }
    Some(Label::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_lists_have_them() {
        for (format, number, text) in [
            (Format::Decimal, 12, "12"),
            (Format::Padded, 3, "03"),
            (Format::Letter, 1, "a"),
            (Format::Letter, 26, "z"),
            (Format::Letter, 28, "bb"),
            (Format::Letter, 0, "0"),
            (Format::Letter, u32::MAX, "4294967295"),
            (Format::CapitalLetter, 2, "B"),
            (Format::Roman, 1994, "mcmxciv"),
            (Format::CapitalRoman, 4, "IV"),
            (Format::Roman, 4000, "4000"),
            (Format::None, 3, ""),
        ] {
            assert_eq!(format.write(number), text);
        }
    }

    #[test]
    fn only_plain_numbers_are_left_to_html() {
        assert_eq!(label(3, "3."), Some(Label::Number(3, "3.".to_owned())));
        assert_eq!(label(3, " 3) "), Some(Label::Number(3, "3)".to_owned())));
        assert_eq!(label(3, "Điều 3."), Some(Label::Text("Điều 3.".to_owned())));
        assert_eq!(label(3, "1.3"), Some(Label::Text("1.3".to_owned())));
        assert_eq!(label(1, " "), None);
    }
}
