//! Elements one by one.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::OfficeError;
use super::super::lists::DEEPEST;
use super::super::model::{Block, Item, Label, Place, Role, Shown, Source};
use super::super::names::role_by_name;
use super::super::number::{Format, label};
use super::super::props::{Font, address, is_white};
use super::super::report::What;
use super::body::{Flow, Reader, SAMPLE, Scope};
use super::dom::{Data, Element, Id};

/// The most characters of a label that Word wrote as text.
const LABEL: usize = 60;

impl Reader<'_, '_, '_> {
    pub(super) fn element(
        &mut self,
        id: Id,
        element: &Element,
        scope: &Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        if element.has_handler() {
            self.job.report.add(What::Macro, "");
        }
        if self.is_left_out(id, element) {
            return Ok(());
        }
        let Some(mut inner) = self.inner(element, scope) else {
            self.leave(id, What::Hidden);
            return Ok(());
        };
        match element.name() {
            "br" => self.line_break(&inner, flow),
            "img" => self.image(element, &inner, flow),
            "hr" => self.flush(flow),
            "table" => self.table(id, &inner, flow),
            "ul" | "ol" | "menu" | "dir" => self.list(id, element, inner, flow),
            "figure" => self.figure(id, &inner, flow),
            "a" => {
                inner.link = self.link(element).or(inner.link);
                self.walk(id, &inner, flow)
            }
            "ins" => {
                self.job.report.add(What::Insertion, "");
                self.job.inserting = self.job.inserting.saturating_add(1);
                let done = self.walk(id, &inner, flow);
                self.job.inserting = self.job.inserting.saturating_sub(1);
                done
            }
            "rp" => Ok(()),
            "rt" => {
                self.text(" (", &inner, flow)?;
                self.walk(id, &inner, flow)?;
                self.text(")", &inner, flow)
            }
            name if is_block(name) => {
                self.role(id, element, &mut inner, flow)?;
                self.block(id, &inner, flow)
            }
            name => {
                inline_look(name, element, &mut inner);
                self.walk(id, &inner, flow)
            }
        }
    }

    /// Passes over what is no text, and says so where somebody should know.
    fn is_left_out(&mut self, id: Id, element: &Element) -> bool {
        let style = self.sheet.style(element);
        let class = element.attr("class").unwrap_or_default();
        match element.name() {
            "script" => self.job.report.add(What::Macro, ""),
            "iframe" | "object" | "embed" | "video" | "audio" | "canvas" | "applet" | "svg"
            | "frame" => self.leave(id, What::Embedded),
            "del" => self.leave(id, What::Deletion),
            "xml" => self.job.report.add(What::CustomData, ""),
            "math" => {
                self.leave(id, What::Formula);
                return false;
            }
            "meta" => {
                let name = element.attr("name").unwrap_or_default();
                let said = element.attr("content").unwrap_or_default();
                if name.eq_ignore_ascii_case("author") && !said.is_empty() {
                    self.job.report.add(What::Author, said);
                }
            }
            "style" | "title" | "template" | "noscript" | "link" | "base" | "input" | "select"
            | "textarea" | "button" | "option" | "datalist" => {}
            _ if class.split_whitespace().any(|class| class == "MsoCommentReference") => {}
            _ if style.is_label => {}
            _ => match style.element.as_deref() {
                Some("comment-list" | "comment") => self.leave(id, What::Comment),
                Some("header" | "footer") => self.leave(id, What::HeaderFooter),
                _ => return false,
            },
        }
        true
    }

    /// What the paragraphs of a block are.
    fn role(
        &mut self,
        id: Id,
        element: &Element,
        inner: &mut Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        let name = element.name();
        if let Some(level) = name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok()) {
            inner.role = Role::Heading(level);
            return Ok(());
        }
        match name {
            "blockquote" => inner.role = Role::Quote,
            "pre" => inner.pre = true,
            "figcaption" => inner.role = Role::Caption,
            _ => {}
        }
        let class = element.attr("class").unwrap_or_default();
        let word = class.split_whitespace().find_map(|class| class.strip_prefix("Mso"));
        if let Some(role) = word.and_then(role_by_name) {
            inner.role = role;
        }
        let level = self.sheet.style(element).level.filter(|_| name == "p");
        if let (Some(level), Some(text)) = (level, self.word_label(id)) {
            self.flush(flow)?;
            let level = level.min(DEEPEST);
            inner.lists = level.saturating_add(1);
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let bullet = !text.chars().any(|c| c.is_ascii_alphanumeric()) || text == "o";
            let label = if bullet {
                Some(Label::Bullet)
            } else {
                label(digits.parse().unwrap_or(0), &text)
            };
            flow.item = label.map(|label| Item { level, list: "word".into(), label });
        }
        Ok(())
    }

    /// The label that Word wrote into a paragraph of a list.
    fn word_label(&self, id: Id) -> Option<String> {
        let mut next: Vec<Id> = vec![id];
        while let Some(id) = next.pop() {
            if let Data::Element(element) = self.dom.data(id)
                && element.attr("style").is_some_and(|style| style.contains("gnore"))
                && self.sheet.style(element).is_label
            {
                let text: String = self.dom.text(id, LABEL).chars().take(LABEL).collect();
                let text = text.replace('\u{A0}', " ");
                return Some(text.trim().to_owned());
            }
            let children: Vec<Id> = self.dom.children(id).collect();
            next.extend(children.into_iter().rev());
        }
        None
    }

    fn list(
        &mut self,
        id: Id,
        element: &Element,
        mut inner: Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        self.flush(flow)?;
        let level = inner.lists.min(DEEPEST);
        inner.lists = inner.lists.saturating_add(1);
        let list: Rc<str> = id.to_string().into();
        let ordered = element.name() == "ol";
        let format = match element.attr("type").unwrap_or_default() {
            "a" => Format::Letter,
            "A" => Format::CapitalLetter,
            "i" => Format::Roman,
            "I" => Format::CapitalRoman,
            _ => Format::Decimal,
        };
        let parsed = |text: &str| text.trim().parse::<u32>().ok();
        let mut number = element.attr("start").and_then(parsed).unwrap_or(1);
        for child in self.dom.children(id) {
            let Data::Element(element) = self.dom.data(child) else { continue };
            if element.name() != "li" {
                self.element(child, element, &inner, flow)?;
                continue;
            }
            number = element.attr("value").and_then(parsed).unwrap_or(number);
            let text = format!("{}.", format.write(number));
            let label = if ordered { label(number, &text) } else { Some(Label::Bullet) };
            flow.item = label.map(|label| Item { level, list: Rc::clone(&list), label });
            number = number.saturating_add(1);
            match self.inner(element, &inner) {
                Some(inner) => self.block(child, &inner, flow)?,
                None => self.leave(child, What::Hidden),
            }
            flow.item = None;
        }
        Ok(())
    }

    /// A figure, its caption behind its pictures wherever it stands.
    fn figure(&mut self, id: Id, inner: &Scope, flow: &mut Flow) -> Result<(), OfficeError> {
        self.flush(flow)?;
        let mut own = Flow::default();
        self.walk(id, inner, &mut own)?;
        let blocks = self.finished(own)?;
        let is_caption = |block: &Block| matches!(block, Block::Paragraph(paragraph) if paragraph.role == Role::Caption);
        let (captions, others): (Vec<Block>, Vec<Block>) = blocks.into_iter().partition(is_caption);
        flow.done.extend(others);
        flow.done.extend(captions);
        Ok(())
    }

    fn link(&mut self, element: &Element) -> Option<Rc<str>> {
        let target = element.attr("href")?;
        let found = address(target);
        if found.is_none() && !target.trim_start().starts_with('#') {
            let target: String = target.chars().take(SAMPLE).collect();
            self.job.report.add(What::Link, &target);
        }
        found
    }

    fn image(
        &mut self,
        element: &Element,
        inner: &Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        let alt = element.attr("alt").filter(|alt| !alt.trim().is_empty()).map(str::to_owned);
        let Some(source) = element.attr("src") else { return Ok(()) };
        let source = match source.trim_start().strip_prefix("data:") {
            Some(data) => self.data(data)?,
            None => None,
        };
        let source = source.unwrap_or_else(|| {
            let target = element.attr("src").unwrap_or_default();
            let target: String = target.chars().take(SAMPLE).collect();
            self.job.report.add(What::OutsidePicture, &target);
            Source::Outside
        });
        self.show(Shown { source, alt }, inner, flow)
    }

    /// A picture within an address: `image/png;base64,…`.
    ///
    /// Source: RFC 2397.
    fn data(&mut self, data: &str) -> Result<Option<Source>, OfficeError> {
        let Some((head, body)) = data.split_once(',') else { return Ok(None) };
        let mut words = head.split(';').map(str::trim);
        let extension = match words.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "image/png" => "png",
            "image/jpeg" | "image/jpg" => "jpg",
            "image/gif" => "gif",
            "image/webp" => "webp",
            "image/bmp" => "bmp",
            "image/tiff" => "tif",
            _ => return Ok(None),
        };
        if !words.any(|word| word.eq_ignore_ascii_case("base64")) {
            return Ok(None);
        }
        let size = u64::try_from(body.len()).unwrap_or(u64::MAX) / 4 * 3;
        if self.left < size {
            return Err(OfficeError::TooMuch("bytes of pictures"));
        }
        self.left = self.left.saturating_sub(size);
        let plain: Vec<u8> = body.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(plain).ok();
        Ok(bytes.map(|bytes| Source::Data(bytes.into(), extension)))
    }
}

/// Elements that stand below one another.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "pre"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "address"
            | "article"
            | "aside"
            | "center"
            | "details"
            | "summary"
            | "fieldset"
            | "figcaption"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "legend"
            | "main"
            | "nav"
            | "section"
            | "body"
            | "html"
            | "head"
            | "caption"
            | "listing"
            | "xmp"
            | "plaintext"
    )
}

/// How text in an element looks.
fn inline_look(name: &str, element: &Element, inner: &mut Scope) {
    let run = &mut inner.run;
    match name {
        "b" | "strong" => run.bold = Some(true),
        "i" | "em" | "cite" | "dfn" | "var" => run.italic = Some(true),
        "u" => run.underline = Some(true),
        "sup" => run.place = Some(Place::Above),
        "sub" => run.place = Some(Place::Below),
        "font" => {
            if let Some(face) = element.attr("face") {
                run.font = Some(Font::by_name(face.split(',').next().unwrap_or(face)));
            }
            if let Some(colour) = element.attr("color") {
                run.white = Some(is_white(colour));
            }
        }
        _ => {}
    }
}
