//! Subtitles in `WebVTT` (W3C, "`WebVTT`: The Web Video Text Tracks Format", section 4).

use super::AvError;

const TYPE: &str = "text/vtt";

/// The longest file, in bytes, and the most cues.
const LENGTH: usize = 4 << 20;
const CUES: u32 = 50_000;

/// What a file of subtitles holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cues {
    /// How many cues there are.
    pub count: u32,
    /// When the last one ends, in milliseconds.
    pub end_ms: u64,
    /// The texts to be screened, line by line: those of the cues without their markup, who speaks,
    /// names of cues and notes.
    pub lines: Vec<String>,
    /// The file anew: its cues with their times, places on the screen and plain markup, and nothing
    /// else. No style sheets, regions, classes, notes and names of cues; no tag but those of bold,
    /// italic, underlined and ruby text, of speakers, languages and times. Cleaned again it is the
    /// same.
    pub clean: String,
}

/// Checks a file of subtitles and gives its texts, and the file without all that is no subtitle.
///
/// It begins with its signature. A cue ends after it begins, and begins no earlier than the one
/// before it. Style sheets and regions come before the first cue.
///
/// # Errors
/// [`AvError::Corrupt`] names the first line that breaks a rule; [`AvError::TooComplex`] if it has
/// more than 4 MB or more than 50,000 cues.
pub fn webvtt(text: &str) -> Result<Cues, AvError> {
    if LENGTH < text.len() {
        return Err(AvError::TooComplex("bytes of subtitles"));
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = (1_u32..).zip(text.split('\n'));
    let signature = lines.next().and_then(|(_, line)| line.strip_prefix("WEBVTT"));
    match signature.map(|rest| rest.chars().next()) {
        Some(None | Some(' ' | '\t')) => {}
        _ => return Err(wrong(1, "it does not begin with WEBVTT")),
    }
    let mut cues = Cues { clean: "WEBVTT\n".to_owned(), ..Cues::default() };
    let head: Vec<_> = lines.by_ref().take_while(|(_, line)| !line.is_empty()).collect();
    if let Some((line, _)) = head.iter().find(|(_, text)| text.contains("-->")) {
        return Err(wrong(*line, "a cue without an empty line before it"));
    }
    cues.lines
        .extend(signature.into_iter().chain(head.iter().map(|(_, text)| *text)).filter_map(said));
    let (mut start, mut block) = (0, Vec::new());
    for (number, line) in lines.chain([(0, "")]) {
        if !line.is_empty() {
            block.push((number, line));
        } else if !block.is_empty() {
            start = cues.block(&block, start)?;
            block.clear();
        }
    }
    Ok(cues)
}

impl Cues {
    /// Takes a block in. `after` is when the last cue began; gives when this one does.
    fn block(&mut self, block: &[(u32, &str)], after: u64) -> Result<u64, AvError> {
        let Some(((number, first), rest)) = block.split_first() else { return Ok(after) };
        let timed = block.iter().take(2).position(|(_, line)| line.contains("-->"));
        let word = first.split([' ', '\t']).next().unwrap_or_default();
        match (timed, word) {
            (None, "NOTE") => {
                let note = first.strip_prefix("NOTE").into_iter();
                self.lines.extend(note.chain(rest.iter().map(|(_, text)| *text)).filter_map(said));
                self.no_arrow(rest).map(|()| after)
            }
            (None, "STYLE" | "REGION") if self.count == 0 => self.no_arrow(rest).map(|()| after),
            (None, _) => Err(wrong(*number, "neither a cue nor a note")),
            (Some(place), _) => {
                if place == 1 {
                    self.lines.extend(said(first));
                }
                self.cue(block.get(place..).unwrap_or_default(), after)
            }
        }
    }

    fn no_arrow(&self, lines: &[(u32, &str)]) -> Result<(), AvError> {
        match lines.iter().find(|(_, line)| line.contains("-->")) {
            Some((number, _)) => Err(wrong(*number, "a cue without an empty line before it")),
            None => Ok(()),
        }
    }

    fn cue(&mut self, lines: &[(u32, &str)], after: u64) -> Result<u64, AvError> {
        let Some(((number, timing), text)) = lines.split_first() else { return Ok(after) };
        let (start, end) = times(timing).ok_or_else(|| wrong(*number, "a bad time"))?;
        if end <= start {
            return Err(wrong(*number, "a cue ends before it begins"));
        }
        if start < after {
            return Err(wrong(*number, "a cue begins before the one above it"));
        }
        self.no_arrow(text)?;
        if CUES <= self.count {
            return Err(AvError::TooComplex("cues"));
        }
        self.count = self.count.saturating_add(1);
        self.end_ms = self.end_ms.max(end);
        self.lines.extend(text.iter().filter_map(|(_, line)| said(&spoken(line))));
        self.keep((start, end), timing, text);
        Ok(start)
    }

    /// Writes a cue to the cleaned file; one without a text is none.
    fn keep(&mut self, (start, end): (u64, u64), timing: &str, text: &[(u32, &str)]) {
        let text: Vec<&str> = text.iter().map(|(_, line)| *line).collect();
        let text = marked(&text.join("\n"));
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<&str> = lines.collect();
        if lines.is_empty() {
            return;
        }
        let settings = settings(timing);
        let (start, end, lines) = (clock(start), clock(end), lines.join("\n"));
        self.clean.push_str(&format!("\n{start} --> {end}{settings}\n{lines}\n"));
    }
}

/// The settings of a cue that say where it stands, each behind a blank.
fn settings(timing: &str) -> String {
    const KNOWN: [&str; 5] = ["vertical", "line", "position", "size", "align"];
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "%.,-".contains(c);
    let is_known = |setting: &&str| {
        setting.split_once(':').is_some_and(|(name, value)| {
            KNOWN.contains(&name) && value.len() <= 40 && value.chars().all(plain)
        })
    };
    let after = timing.split_once("-->").map_or("", |(_, after)| after);
    let each = after.split_ascii_whitespace().skip(1).filter(is_known);
    each.map(|setting| format!(" {setting}")).collect()
}

/// A time in milliseconds as it is written.
fn clock(ms: u64) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{:02}:{:02}:{seconds:02}.{ms:03}", minutes / 60, minutes % 60)
}

/// The text of a cue with the tags that stay; a tag may go over several lines.
fn marked(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, tagged)) = rest.split_once('<') {
        out.push_str(&before.replace('>', "&gt;"));
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        out.push_str(&kept_tag(tag));
        rest = after;
    }
    out.push_str(&rest.replace('>', "&gt;"));
    out
}

/// A tag without classes, if it is one that stays.
fn kept_tag(tag: &str) -> String {
    let tag = tag.replace('<', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    if time(&tag).is_some() {
        return format!("<{tag}>");
    }
    let (name, told) = tag.split_once(' ').unwrap_or((&tag, ""));
    let name = name.split('.').next().unwrap_or_default();
    let told: String = told.chars().take(200).collect();
    match name {
        "b" | "i" | "u" | "ruby" | "rt" | "/b" | "/i" | "/u" | "/ruby" | "/rt" | "/v" | "/lang" => {
            format!("<{name}>")
        }
        // With the end of the tag it would be the arrow that no text may have.
        "v" | "lang" => format!("<{name} {}>", told.trim_end_matches([' ', '-'])),
        _ => String::new(),
    }
}

/// Beginning and end of a cue; settings may follow.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once("-->")?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let end = rest.split([' ', '\t']).next()?;
    Some((time(start.trim_matches([' ', '\t']))?, time(end)?))
}

/// `hh:mm:ss.ttt` or `mm:ss.ttt`, in milliseconds.
fn time(text: &str) -> Option<u64> {
    let (whole, thousandths) = text.split_once('.')?;
    let mut parts = whole.rsplit(':');
    let (seconds, minutes) = (digits(parts.next()?, 2..=2)?, digits(parts.next()?, 2..=2)?);
    let hours = parts.next().map_or(Some(0), |hours| digits(hours, 2..=6))?;
    if parts.next().is_some() || 59 < seconds || 59 < minutes {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60 + seconds;
    Some(seconds * 1000 + digits(thousandths, 3..=3)?)
}

fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<u64> {
    let plain = count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A line of a cue without its tags, but with what they say: who speaks, how a word is read.
fn spoken(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, tagged)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        if let Some((_, annotation)) = tag.split_once([' ', '\t']) {
            out.push_str(annotation.trim());
            out.push_str(": ");
        }
        rest = after;
    }
    out.push_str(rest);
    for (name, sign) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&lrm;", ""),
        ("&rlm;", ""),
        ("&amp;", "&"),
    ] {
        out = out.replace(name, sign);
    }
    out
}

/// A text without blanks around it, if there is one.
fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn wrong(line: u32, what: &str) -> AvError {
    AvError::corrupt(TYPE, format!("line {line}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_given_without_markup() {
        let text = "\u{FEFF}WEBVTT - Hồ Lắk\r\nKind: captions\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n\
            NOTE bản nháp\r\n\r\n1\r\n00:01.000 --> 00:04.500 line:0 align:start\r\n\
            <v Y Thịnh>Chào <b>bạn</b> &amp; tôi\r\n- Dòng <00:02.000>hai\r\n\r\n\
            100:00:04.500 --> 100:00:05.000\r\n\r\n\r\n";
        let cues = webvtt(text).unwrap();
        assert_eq!((cues.count, cues.end_ms), (2, 360_005_000));
        let lines = [
            "- Hồ Lắk",
            "Kind: captions",
            "bản nháp",
            "1",
            "Y Thịnh: Chào bạn & tôi",
            "- Dòng hai",
        ];
        assert_eq!(cues.lines, lines);
        let empty = Cues { clean: "WEBVTT\n".to_owned(), ..Cues::default() };
        assert_eq!(webvtt("WEBVTT").unwrap(), empty);
        assert_eq!(webvtt("WEBVTT\n\n00:00.000 --> 00:00.001").unwrap().count, 1);
    }

    #[test]
    fn what_is_no_subtitle_goes() {
        let text = "WEBVTT nháp\n\nSTYLE\n::cue { background: url(//x) }\n\nREGION\nid:a\n\n\
            NOTE số điện thoại\n\nlời 1\n01:00.000 --> 01:02.000 region:a line:-1 align:start x:y\n\
            <v.cao Y Thịnh>Chào <script>alert(1)</script>\n<img src=x\nonerror=y>\n\
            <b>bạn</b><00:01:01.000> & --<x>> tôi\0 <i\n\n\
            02:00.000 --> 02:01.000\n<c>\n";
        let clean = webvtt(text).unwrap().clean;
        let wanted = "WEBVTT\n\n00:01:00.000 --> 00:01:02.000 line:-1 align:start\n\
            <v Y Thịnh>Chào alert(1)\n<b>bạn</b><00:01:01.000> & --&gt; tôi <i>\n";
        assert_eq!(clean, wanted);
        assert_eq!(webvtt(&clean).unwrap().clean, clean);
    }

    proptest! {
        #[test]
        fn what_was_cleaned_is_clean(text in "(\n|<|>|-|&|b|v | |\u{338}|/|\t|script|[à-ỹ]){0,60}") {
            if let Ok(cues) = webvtt(&format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}")) {
                let again = webvtt(&cues.clean).unwrap();
                prop_assert_eq!(&again.clean, &cues.clean);
                prop_assert!(!again.clean.contains("<script"));
            }
        }
    }

    #[test]
    fn the_line_that_breaks_a_rule_is_named() {
        let complaint = |text: &str| match webvtt(text) {
            Err(AvError::Corrupt { media_type: "text/vtt", detail }) => detail,
            other => panic!("{text}: {other:?}"),
        };
        let cue = |timing: &str| complaint(&format!("WEBVTT\n\n{timing}\nx"));
        assert!(complaint("").starts_with("line 1"));
        assert!(complaint("1\n00:00:01,000 --> 00:00:02,000\nx").starts_with("line 1"));
        assert!(complaint("WEBVTTX\n").starts_with("line 1"));
        assert!(complaint("WEBVTT\n00:01.000 --> 00:02.000\nx").starts_with("line 2"));
        for bad in [
            "00:01,000 --> 00:02,000",
            "0:01.000 --> 00:02.000",
            "00:60.000 --> 01:02.000",
            "00:01.00 --> 00:02.000",
            "+0:01.000 --> 00:02.000",
            "00:02.000 --> 00:02.000",
            "00:01.000 -->",
            "1:00:00:01.000 --> 99:00:02.000",
        ] {
            assert!(cue(bad).starts_with("line 3"), "{bad}");
        }
        let two = "00:05.000 --> 00:06.000\na\n\n00:04.000 --> 00:06.000\nb";
        assert!(cue(two).starts_with("line 6"));
        assert!(cue("00:05.000 --> 00:06.000\na\n00:07.000 --> 00:08.000").starts_with("line 5"));
        assert!(cue("00:05.000 --> 00:06.000\na\n\nSTYLE\n::cue {}").starts_with("line 6"));
        assert!(cue("stray").starts_with("line 3"));
    }

    #[test]
    fn too_much_is_refused() {
        let many = "00:01.000 --> 00:02.000\n\n".repeat(50_001);
        assert!(matches!(webvtt(&format!("WEBVTT\n\n{many}")), Err(AvError::TooComplex(_))));
        let long = format!("WEBVTT\n{}", " ".repeat(LENGTH));
        assert!(matches!(webvtt(&long), Err(AvError::TooComplex(_))));
        // Many empty lines take no longer than others.
        assert_eq!(webvtt(&format!("WEBVTT{}NOTE", "\n".repeat(LENGTH - 10))).unwrap().count, 0);
    }
}
