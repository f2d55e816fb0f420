//! Personal data: numbers and addresses that belong to a person and not to an office.

use std::borrow::Cow;

use aho_corasick::AhoCorasick;
use regex::{Match, Regex};

use super::{Say, ScreenError, Suspicion, lists::Personal, table};
use crate::text::fold;

/// People born before are history.
const HISTORIC: u32 = 1930;

/// How many characters before a number its label may stand.
const REACH: usize = 40;

/// What a number that was found is told to.
type Hit<'a> = dyn FnMut(Suspicion, f64, Match<'_>) + 'a;

#[derive(Debug)]
pub(super) struct Finder {
    office_words: Option<AhoCorasick>,
    office_mail: Vec<String>,
    office_domains: Vec<String>,
    private_domains: Vec<String>,
    mobile: Regex,
    landline: Regex,
    home: Regex,
    serial: Regex,
    insurance: Regex,
    foreign: Regex,
    email: Regex,
    at: Regex,
    dot: Regex,
    card: Regex,
    card_label: Regex,
    old_card: Regex,
    passport: Regex,
    account: Regex,
    birth: Regex,
}

impl Finder {
    pub(super) fn new(lists: &Personal) -> Result<Self, ScreenError> {
        let lower =
            |words: &[String]| words.iter().map(|word| word.trim().to_lowercase()).collect();
        Ok(Self {
            office_words: table(
                &lists.office_words.iter().map(|text| fold(text)).collect::<Vec<_>>(),
            )?,
            office_mail: lower(&lists.office_mail),
            office_domains: lower(&lists.office_domains),
            private_domains: lower(&lists.private_domains),
            mobile: Regex::new(
                r"(?:\(?(?:\+|00)?\s?84\)?[\s.\-]{0,2}\(?0?\)?|(?-u:\b)0)[\s.\-]{0,2}[35789](?:[\s.\-]{0,3}\d){8}\b",
            )?,
            foreign: Regex::new(r"\+(?:[1-79]\d|8[0-35-9])\d?(?:[\s.\-()]{0,2}\d){7,11}(?-u:\b)")?,
            at: Regex::new(r"(?i)\s*[\[(]\s*at\s*[\])]\s*")?,
            dot: Regex::new(r"(?i)\s*[\[(]\s*(?:dot|chấm)\s*[\])]\s*")?,
            email: Regex::new(r"[A-Za-z0-9._%+\-]+@([A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+)")?,
            landline: Regex::new(r"\(?(?-u:\b)02\d{1,2}\)?(?:[\s.\-]{0,2}\d){7,8}(?-u:\b)")?,
            home: Regex::new(r"nha rieng|so rieng|may ban nha|\bhome\b")?,
            serial: Regex::new(
                r"(?:\blo(?: sx)?|s/n|se-?ri|serial|ma hang|ma san pham|model|batch|barcode|ma vach|so may)\W*(?:so|no)?\W*$",
            )?,
            insurance: Regex::new(
                r"(?i)(?:bhxh|bhyt|bảo hiểm (?:xã hội|y tế)|mã số thuế cá nhân|mst cá nhân)[^\d]{0,40}?([A-Z]{0,2}\d{10,15})\b",
            )?,
            card: Regex::new(r"(?-u:\b)0(?:[\s.]?\d){11}(?-u:\b)")?,
            card_label: Regex::new(
                r"cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|identity|citizen id|id card|id no|so cc\b",
            )?,
            old_card: Regex::new(r"(?-u:\b)\d{3}[\s.]?\d{3}[\s.]?\d{3}(?-u:\b)")?,
            passport: Regex::new(
                r"(?i)(?:hộ chiếu|ho chieu|passport)\P{Nd}{0,30}?\b([A-Z]{0,2}\s?\d{6,9}[A-Z]?)\b",
            )?,
            account: Regex::new(
                r"(?i)(?:\bstk\b|số tài khoản|tài khoản(?: ngân hàng)?(?: số)?|so tai khoan|tai khoan|chuyển khoản|chuyen khoan|account (?:no|number)|bank account|a/c)[^\d\n]{0,30}(\d(?:[\s.\-]?\d){5,18})",
            )?,
            birth: Regex::new(
                r"(?i)(?:\b(?:sinh(?: lúc)?(?: \d{1,2} giờ(?: \d{1,2} phút)?)? ngày|sinh năm|ngày sinh|sn|s\.n\.?|năm sinh|date of birth|dob|born on|born in|born)\b\s*:?\s*)((?:\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*)?(?:\d{1,2}\s+(?:tháng\s+\d{1,2}\s*,?\s*(?:năm\s+)?|[a-z]+\s+)|[a-z]+\s+\d{1,2},\s*)?(\d{4}))\b",
            )?,
        })
    }

    pub(super) fn find(&self, text: &str, folded: &str, digits: usize, say: &mut Say<'_>) {
        if text.contains('@') || folded.contains("[at]") || folded.contains("(at)") {
            self.addresses(text, say);
        }
        if digits < 4 {
            return;
        }
        let text = &digital(text);
        if ["sinh", "sn", "s.n", "birth", "dob", "born"].iter().any(|word| folded.contains(word)) {
            self.births(text, say);
        }
        if 7 <= digits {
            let mut taken: Vec<(usize, usize)> = Vec::new();
            let mut hit = |sort, confidence, found: Match<'_>| {
                let place = (found.start(), found.end());
                if !taken.iter().any(|(from, to)| *from < place.1 && place.0 < *to) {
                    taken.push(place);
                    say(sort, confidence, place);
                }
            };
            self.papers(text, &mut hit);
            self.phones(text, folded, &mut hit);
        }
    }

    /// Numbers of papers and accounts.
    fn papers(&self, text: &str, hit: &mut Hit<'_>) {
        let labelled = [
            (&self.passport, Suspicion::Passport),
            (&self.account, Suspicion::BankAccount),
            (&self.insurance, Suspicion::IdentityCard),
        ];
        for (regex, sort) in labelled {
            for number in regex.captures_iter(text).filter_map(|found| found.get(1)) {
                hit(sort, 0.95, number);
            }
        }
        for found in self.card.find_iter(text).filter(|found| alone(text, found)) {
            if self.is_labelled(text, &found) {
                hit(Suspicion::IdentityCard, 0.95, found);
            } else if is_card(found.as_str()) && found.len() == 12 {
                hit(Suspicion::IdentityCard, 0.6, found);
            }
        }
        for found in self.old_card.find_iter(text).filter(|found| alone(text, found)) {
            if self.is_labelled(text, &found) {
                hit(Suspicion::IdentityCard, 0.9, found);
            }
        }
    }

    fn phones(&self, text: &str, folded: &str, hit: &mut Hit<'_>) {
        for found in self.mobile.find_iter(text).filter(|found| alone(text, found)) {
            let before = fold(tail(text, found.start()));
            if !self.serial.is_match(&before) {
                hit(Suspicion::Phone, if self.is_office(&before) { 0.5 } else { 0.9 }, found);
            }
        }
        if self.home.is_match(folded) {
            for found in self.landline.find_iter(text).filter(|found| alone(text, found)) {
                hit(Suspicion::Phone, 0.7, found);
            }
        }
        for found in self.foreign.find_iter(text).filter(|found| alone(text, found)) {
            if !self.is_office(&fold(tail(text, found.start()))) {
                hit(Suspicion::Phone, 0.6, found);
            }
        }
    }

    fn addresses(&self, text: &str, say: &mut Say<'_>) {
        let text = &self.at.replace_all(text, "@");
        let text = &*self.dot.replace_all(text, ".");
        for found in self.email.captures_iter(text) {
            let (Some(whole), Some(domain)) = (found.get(0), found.get(1)) else { continue };
            let domain = domain.as_str().to_lowercase();
            let name = whole.as_str().split('@').next().unwrap_or_default().to_lowercase();
            let below = |list: &[String]| {
                list.iter().any(|known| domain == *known || domain.ends_with(&format!(".{known}")))
            };
            let office = self.office_mail.iter().any(|known| name.starts_with(known.as_str()));
            if below(&self.private_domains) {
                let confidence = if office { 0.5 } else { 0.9 };
                say(Suspicion::Email, confidence, (whole.start(), whole.end()));
            } else if !office && !below(&self.office_domains) {
                say(Suspicion::Email, 0.7, (whole.start(), whole.end()));
            }
        }
    }

    fn births(&self, text: &str, say: &mut Say<'_>) {
        for found in self.birth.captures_iter(text) {
            let (Some(date), Some(year)) = (found.get(1), found.get(2)) else { continue };
            // hy sinh (fall), học sinh (pupil), phát sinh (arise) are no births.
            let before = found.get(0).map_or("", |whole| tail(text, whole.start()));
            let word = before.trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
            if ["hy", "hi", "học", "phát", "ký", "vệ", "tái"].contains(&word.as_str()) {
                continue;
            }
            let year: u32 = year.as_str().parse().unwrap_or(0);
            if !(HISTORIC..=2100).contains(&year) {
                continue;
            }
            let whole = date.as_str().bytes().filter(u8::is_ascii_digit).count();
            let confidence = if 4 < whole { 0.85 } else { 0.6 };
            say(Suspicion::BirthDate, confidence, (date.start(), date.end()));
        }
    }

    fn is_labelled(&self, text: &str, number: &Match<'_>) -> bool {
        self.card_label.is_match(&fold(tail(text, number.start())))
    }

    /// Whether these words before a number are those of an office.
    fn is_office(&self, before: &str) -> bool {
        self.office_words.as_ref().is_some_and(|words| words.is_match(before))
    }
}

/// The characters before `end` among which a label may stand.
fn tail(text: &str, end: usize) -> &str {
    let before = text.get(..end).unwrap_or_default();
    let from = before.char_indices().rev().nth(REACH).map_or(0, |(at, _)| at);
    before.get(from..).unwrap_or_default()
}

/// The text with the letters O and I as the digits that they stand for within numbers.
fn digital(text: &str) -> Cow<'_, str> {
    let word = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let others = word.bytes().filter(u8::is_ascii_alphabetic).count();
        1 < digits
            && 0 < others
            && word.bytes().all(|b| !b.is_ascii_alphabetic() || b"OIl".contains(&b))
    };
    if !text.split(' ').any(word) {
        return Cow::Borrowed(text);
    }
    let words = text.split(' ').map(|part| {
        if word(part) { part.replace('O', "0").replace(['I', 'l'], "1") } else { part.to_owned() }
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// Whether a number is not a part of a longer one, or of an address.
fn alone(text: &str, number: &Match<'_>) -> bool {
    let before = text.get(..number.start()).unwrap_or_default();
    let after = text.get(number.end()..).unwrap_or_default();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    if word.contains("://") || word.contains("www.") {
        return false;
    }
    let mut back = before.chars().rev();
    let glued = match back.next() {
        Some(c) if c.is_alphanumeric() => true,
        Some('.' | ',' | '-' | '/') => back.next().is_some_and(|c| c.is_ascii_digit() || c == '/'),
        Some('=' | '_' | '#') => true,
        _ => false,
    };
    let mut on = after.chars();
    let goes_on = match on.next() {
        Some(c) if c.is_alphanumeric() => true,
        Some('.' | ',' | '-' | '/') => on.next().is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    };
    !glued && !goes_on
}

/// Whether twelve digits may be a citizen's number: province 001 to 096, century and sex 0 to 3.
fn is_card(number: &str) -> bool {
    let province = number.get(..3).and_then(|digits| digits.parse::<u32>().ok());
    let sex = number.get(3..4).and_then(|digit| digit.parse::<u32>().ok());
    province.is_some_and(|n| (1..=96).contains(&n)) && sex.is_some_and(|n| n <= 3)
}
