//! What stands in a paragraph of an ODT document: text of its styles, notes, frames.
//!
//! Source: ODF 1.3 part 3, 6, 7 and 10.4.

use super::super::OfficeError;
use super::super::model::{Place, Shown, Source};
use super::super::props::{RunProps, address};
use super::super::report::What;
use super::super::xml::{Event, Ns, Tag, Xml};
use super::SAMPLE;
use super::body::{Building, Reader, Scope};

impl Reader<'_, '_, '_> {
    pub(super) fn inlines(
        &mut self,
        xml: &mut Xml<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        loop {
            match xml.next()? {
                Event::Text(text) => self.push(&text, to)?,
                Event::Open(tag) => self.inline(xml, &tag, to)?,
                Event::Close | Event::End => return Ok(()),
            }
        }
    }

    pub(super) fn inline(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        match (tag.ns, tag.name()) {
            (Ns::Text, "span") => {
                let style = self.styles.text(&tag.attr("style-name").unwrap_or_default());
                let before = to.props;
                to.props = style.over(before);
                let done = self.inlines(xml, to);
                to.props = before;
                done
            }
            (Ns::Text, "a") => self.link(xml, tag, to),
            (Ns::Text, "note") => self.note(xml, to),
            (Ns::Text, "ruby") => self.ruby(xml, to),
            (Ns::Text, "hidden-text") => self.hidden_field(xml, tag, to),
            (Ns::Text, "hidden-paragraph") => {
                if tag.attr("is-hidden").is_some_and(|hidden| hidden == "true") {
                    to.props.hidden = Some(true);
                }
                xml.skip()
            }
            (Ns::Text, "s" | "tab" | "line-break" | "change-start" | "change-end") => {
                self.mark(tag, to)?;
                xml.skip()
            }
            (Ns::Text, "script") => {
                self.job.report.add(What::Macro, "");
                xml.skip()
            }
            // A field whose value is not displayed.
            (Ns::Text, _) if tag.attr("display").is_some_and(|shown| shown == "none") => {
                self.hidden(xml)
            }
            (Ns::Text, _) => self.inlines(xml, to),
            (Ns::Office, "annotation") => self.comment(xml),
            (Ns::Draw, name) => self.drawn(xml, tag, name == "frame", to),
            _ => xml.skip(),
        }
    }

    fn mark(&mut self, tag: &Tag<'_>, to: &mut Building) -> Result<(), OfficeError> {
        match tag.name() {
            // However many spaces: HTML shows one.
            "s" | "tab" => self.push(" ", to),
            "line-break" => {
                self.job.taken("\n")?;
                let mut span = RunProps::default().span(" ");
                "\n".clone_into(&mut span.text);
                to.paragraph.push(span);
                Ok(())
            }
            _ => {
                self.change(tag);
                Ok(())
            }
        }
    }

    fn link(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let target = tag.attr("href").unwrap_or_default();
        let link = address(&target);
        if link.is_none() && !target.starts_with('#') {
            self.job.report.add(What::Link, &target);
        }
        let before = to.link.clone();
        to.link = link.or(before.clone());
        let done = self.inlines(xml, to);
        to.link = before;
        done
    }

    fn note(&mut self, xml: &mut Xml<'_>, to: &mut Building) -> Result<(), OfficeError> {
        let mut blocks = Vec::new();
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Text, "note-body") => self.blocks(xml, Scope::default(), &mut blocks)?,
                _ => xml.skip()?,
            }
        }
        if to.props.hidden == Some(true) {
            self.job.report.add(What::Hidden, "");
            return Ok(());
        }
        self.notes.push(blocks);
        let text = self.notes.len().to_string();
        self.job.taken(&text)?;
        let props = RunProps { place: Some(Place::Above), ..RunProps::default() };
        to.paragraph.push(props.span(&text));
        Ok(())
    }

    /// Text with its reading above it, which is written behind it in brackets.
    fn ruby(&mut self, xml: &mut Xml<'_>, to: &mut Building) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "ruby-base" => self.inlines(xml, to)?,
                "ruby-text" => {
                    let reading = xml.gather(SAMPLE, |_| true)?;
                    if !reading.trim().is_empty() {
                        self.push(&format!(" ({})", reading.trim()), to)?;
                    }
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn hidden_field(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        if tag.attr("is-hidden").is_some_and(|hidden| hidden == "false") {
            return self.inlines(xml, to);
        }
        let text = tag.attr("string-value").unwrap_or_default();
        xml.skip()?;
        self.job.report.add(What::Hidden, &text);
        Ok(())
    }

    /// A frame, of whose contents the first that is understood is taken, or a drawing, whose texts
    /// are all taken.
    fn drawn(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        frame: bool,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let mut alt = None;
        let mut object = tag.name().starts_with("object");
        let before = to.paragraph.pictures.len();
        let mut scope = to.scope;
        scope.ground = true;
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Draw, "image") => {
                    let taken = to.paragraph.pictures.len() != before;
                    if frame && (taken || object) {
                        xml.skip()?;
                    } else {
                        self.image(xml, &tag, to)?;
                    }
                }
                (Ns::Draw, "object" | "object-ole" | "plugin" | "applet" | "floating-frame") => {
                    object = true;
                    self.job.report.add(What::Embedded, "");
                    xml.skip()?;
                }
                (Ns::Draw, "text-box") => {
                    let mut boxes = Vec::new();
                    self.blocks(xml, scope, &mut boxes)?;
                    to.boxes.append(&mut boxes);
                }
                (Ns::Svg, "title" | "desc") => {
                    let text = xml.gather(SAMPLE, |_| true)?;
                    alt = Some(text).filter(|text| !text.trim().is_empty()).or(alt);
                }
                (Ns::Text, "p" | "list") => self.box_text(xml, &tag, scope, to)?,
                (Ns::Draw, _) => self.drawn(xml, &tag, tag.name() == "frame", to)?,
                (Ns::Office, "event-listeners") => {
                    self.job.report.add(What::Macro, "");
                    xml.skip()?;
                }
                _ => xml.skip()?,
            }
        }
        for shown in to.paragraph.pictures.iter_mut().skip(before) {
            shown.alt = shown.alt.take().or_else(|| alt.clone());
        }
        Ok(())
    }

    /// Text that stands in a drawing itself.
    fn box_text(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        scope: Scope,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        if tag.name() == "list" {
            let mut boxes = Vec::new();
            self.blocks(xml, scope, &mut boxes)?;
            to.boxes.append(&mut boxes);
            return Ok(());
        }
        self.job.tally.paragraph()?;
        let style = self.styles.paragraph(&tag.attr("style-name").unwrap_or_default());
        let mut building = Building { scope, props: style.run, ..Building::default() };
        self.inlines(xml, &mut building)?;
        building.finish(&mut to.boxes);
        Ok(())
    }

    fn image(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        xml.skip()?;
        let Some(target) = tag.attr("href") else { return Ok(()) };
        if to.props.hidden == Some(true) {
            self.job.report.add(What::Hidden, "");
            return Ok(());
        }
        let inside = target.strip_prefix("./").unwrap_or(&target);
        let source = if inside.contains(':') || inside.starts_with(['/', '.']) {
            self.job.report.add(What::OutsidePicture, &target);
            Source::Outside
        } else {
            Source::Entry(inside.to_owned())
        };
        self.job.tally.picture()?;
        to.paragraph.pictures.push(Shown { source, alt: None });
        Ok(())
    }
}
