//! Runs: text, breaks, symbols, marks of notes, and fields, which span runs.
//!
//! Source: ISO/IEC 29500-1, 17.3.2, 17.3.3 and 17.16.

use std::rc::Rc;

use super::super::OfficeError;
use super::super::props::{Font, RunProps, address};
use super::super::report::What;
use super::super::symbol::SymbolFont;
use super::super::xml::{Event, Ns, Tag, Xml};
use super::body::{Building, Reader, SAMPLE};
use super::styles::run_props;

/// How deep fields may lie in one another; deeper ones are shown as they are.
const FIELDS: usize = 32;
/// The most bytes of a field's instruction that are kept.
const INSTRUCTION: usize = 2_000;

/// Fields that have begun.
#[derive(Debug, Default)]
pub(super) struct Fields {
    open: Vec<Field>,
}

#[derive(Debug, Default)]
struct Field {
    instruction: String,
    link: Option<Rc<str>>,
    /// Its instruction is over and its result goes on.
    result: bool,
}

impl Fields {
    /// Whether text is shown: it stands in results only.
    pub(super) fn is_shown(&self) -> bool {
        self.open.iter().all(|field| field.result)
    }

    /// The link of the innermost field that is one.
    pub(super) fn current(&self) -> Option<Rc<str>> {
        self.open.iter().rev().find_map(|field| field.link.clone())
    }

    /// An instruction that never came to a result must not swallow the rest of the document.
    pub(super) fn end_of_paragraph(&mut self) {
        self.open.retain(|field| field.result);
    }

    /// The address of a `HYPERLINK` instruction.
    pub(super) fn link(&self, instruction: &str) -> Option<Rc<str>> {
        let rest = instruction.trim_start();
        let (word, rest) = rest.split_once(char::is_whitespace)?;
        let target = rest.trim_start();
        let target = match target.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => target.split_whitespace().next()?,
        };
        address(target).filter(|_| word.eq_ignore_ascii_case("HYPERLINK"))
    }

    fn mark(&mut self, kind: &str) {
        match kind {
            "begin" if self.open.len() < FIELDS => self.open.push(Field::default()),
            "separate" => {
                let link = self.open.last().and_then(|field| self.link(&field.instruction));
                if let Some(field) = self.open.last_mut() {
                    field.result = true;
                    field.link = link;
                }
            }
            "end" => {
                self.open.pop();
            }
            _ => {}
        }
    }

    fn instruct(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut()
            && field.instruction.len() < INSTRUCTION
        {
            field.instruction.push_str(text);
        }
    }
}

impl Reader<'_, '_, '_> {
    pub(super) fn run(&mut self, xml: &mut Xml<'_>, to: &mut Building) -> Result<(), OfficeError> {
        let mut props = to.base;
        self.run_content(xml, &mut props, to)
    }

    fn run_content(
        &mut self,
        xml: &mut Xml<'_>,
        props: &mut RunProps,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Word, "rPr") => {
                    let own = run_props(xml)?;
                    let style = own.style.map(|id| self.parts.styles.character(&id));
                    *props = own.props.over(style.unwrap_or_default()).over(to.base);
                }
                (Ns::Word, "drawing" | "pict" | "object") => {
                    let unseen = props.hidden == Some(true) || !self.fields.is_shown();
                    self.shape(xml, unseen, to)?;
                }
                (Ns::Compat, "AlternateContent") => {
                    self.alternate(xml, |reader, xml| reader.run_content(xml, props, to))?;
                }
                (Ns::Word, _) => self.piece(xml, &tag, *props, to)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn piece(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        props: RunProps,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        match tag.name() {
            "t" => {
                let text = text(xml, tag)?;
                return self.push(&text, props, to);
            }
            "delText" => return self.deleted(xml),
            "instrText" => {
                let text = xml.gather(INSTRUCTION, |_| false)?;
                self.fields.instruct(&text);
                return Ok(());
            }
            "ruby" => return self.ruby(xml, to),
            "fldChar" => self.fields.mark(&tag.attr("fldCharType").unwrap_or_default()),
            "tab" | "ptab" => self.push(" ", props, to)?,
            "br" => self.line_break(&tag.attr("type").unwrap_or_default(), to)?,
            "cr" => self.line_break("", to)?,
            "noBreakHyphen" => self.push("\u{2011}", props, to)?,
            // In TCVN3 its code is the letter ư.
            "softHyphen" => self.push("\u{AD}", props, to)?,
            "sym" => self.symbol(tag, props, to)?,
            "footnoteReference" | "endnoteReference" => {
                let kind = if tag.name().starts_with('f') { "footnote" } else { "endnote" };
                self.cite(kind, tag.attr("id").unwrap_or_default(), to)?;
            }
            _ => {}
        }
        xml.skip()
    }

    /// A break of the line; one of the page or column is a space.
    fn line_break(&mut self, kind: &str, to: &mut Building) -> Result<(), OfficeError> {
        if !self.fields.is_shown() {
            return Ok(());
        }
        let line = matches!(kind, "" | "textWrapping");
        self.job.taken(" ")?;
        let mut span = to.base.span(" ");
        span.look = super::super::model::Look::default();
        span.text = if line { "\n".to_owned() } else { " ".to_owned() };
        to.paragraph.push(span);
        Ok(())
    }

    fn symbol(
        &mut self,
        tag: &Tag<'_>,
        props: RunProps,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let font = SymbolFont::by_name(&tag.attr("font").unwrap_or_default());
        let code = tag.attr("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        let plain = code.filter(|code| !(0xE000..=0xF8FF).contains(code)).and_then(char::from_u32);
        let c = match (font, code) {
            (Some(font), Some(code)) => font.char(code),
            _ => plain,
        };
        let props = RunProps { font: Some(Font::Other), ..props };
        match c {
            Some(c) => self.push(&c.to_string(), props, to),
            None => Ok(()),
        }
    }

    /// Text with its reading above it, which is written behind it in brackets.
    fn ruby(&mut self, xml: &mut Xml<'_>, to: &mut Building) -> Result<(), OfficeError> {
        let mut reading = String::new();
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "rt" => reading = xml.gather(SAMPLE, |tag| tag.name() == "t")?,
                "rubyBase" => self.inlines(xml, to)?,
                _ => xml.skip()?,
            }
        }
        if reading.trim().is_empty() {
            return Ok(());
        }
        let props = to.base;
        self.push(&format!(" ({})", reading.trim()), props, to)
    }

    pub(super) fn note_hidden_picture(&mut self, alt: Option<&str>) {
        self.job.report.add(What::Hidden, alt.unwrap_or_default());
    }
}

/// The text of a `t`, at whose ends spaces count only if it says so.
fn text(xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<String, OfficeError> {
    let kept = tag.attr("space").is_some_and(|space| space == "preserve");
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Text(more) => text.push_str(&more),
            Event::Open(_) => xml.skip()?,
            Event::Close | Event::End => break,
        }
    }
    let ends = [' ', '\t', '\r', '\n'];
    Ok(if kept { text } else { text.trim_matches(ends).to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stand_in_instructions() {
        let fields = Fields::default();
        assert_eq!(
            fields.link(" HYPERLINK \"https://a.vn/b\" \\o \"x\"").as_deref(),
            Some("https://a.vn/b")
        );
        assert_eq!(fields.link("hyperlink http://a.vn ").as_deref(), Some("http://a.vn"));
        assert_eq!(fields.link("HYPERLINK \\l \"_Toc1\""), None);
        assert_eq!(fields.link("INCLUDEPICTURE \"https://a.vn/b\""), None);
    }

    #[test]
    fn only_results_are_shown() {
        let mut fields = Fields::default();
        fields.mark("begin");
        assert!(!fields.is_shown());
        fields.mark("separate");
        assert!(fields.is_shown());
        fields.mark("begin");
        fields.end_of_paragraph();
        assert!(fields.is_shown());
        fields.mark("end");
        fields.mark("end");
        assert!(fields.open.is_empty());
    }
}
