//! Drawings: their pictures, the text in their boxes, and objects of other programs.
//!
//! Source: ISO/IEC 29500-1, 20; ISO/IEC 29500-4, 19 (VML).

use super::super::OfficeError;
use super::super::model::{Block, Paragraph, Shown, Source};
use super::super::props::RunProps;
use super::super::report::What;
use super::super::xml::{Ns, Tag, Xml};
use super::body::{Building, Reader, SAMPLE};

impl Reader<'_, '_, '_> {
    /// A drawing; of one that is `unseen` nothing is taken.
    pub(super) fn shape(
        &mut self,
        xml: &mut Xml<'_>,
        unseen: bool,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        if unseen {
            let text = xml.gather(SAMPLE, |tag| tag.name() == "t")?;
            self.note_hidden_picture(Some(&text));
            return Ok(());
        }
        self.drawn(xml, None, to)
    }

    /// What lies in a drawing or a part of it; `alt` is what is said of the whole.
    fn drawn(
        &mut self,
        xml: &mut Xml<'_>,
        mut alt: Option<String>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let mut hidden = false;
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Place, "docPr") => {
                    alt = description(&tag);
                    hidden = tag.attr("hidden").is_some_and(|on| on == "1" || on == "true");
                }
                (Ns::Picture, "cNvPr") => alt = description(&tag).or(alt),
                (Ns::Drawing, "blip") => {
                    let inside = tag.attr("embed").or_else(|| tag.attr("link"));
                    self.picture(inside, alt.as_deref(), to)?;
                }
                (Ns::Vml, "imagedata") => {
                    let inside = tag.attr("id").or_else(|| tag.attr("href"));
                    self.picture(inside, alt.as_deref(), to)?;
                }
                (Ns::Chart, "chart" | "relIds") => {
                    self.job.report.add(What::Embedded, alt.as_deref().unwrap_or_default());
                }
                (Ns::Vml, "OLEObject") if tag.attr("Type").is_some_and(|kind| kind == "Link") => {
                    self.job.report.add(What::Embedded, "");
                }
                (Ns::Word, "control") => self.job.report.add(What::Embedded, ""),
                (Ns::Vml, "textpath") => self.drawn_text(&tag, to)?,
                (_, "extLst") => {}
                (Ns::Drawing, "graphic") if hidden => self.note_hidden_picture(alt.as_deref()),
                _ => {
                    self.part(xml, &tag, alt.clone(), to)?;
                    continue;
                }
            }
            xml.skip()?;
        }
        Ok(())
    }

    /// An element of a drawing that holds others.
    fn part(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        alt: Option<String>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        match (tag.ns, tag.name()) {
            (Ns::Word, "txbxContent") => {
                let mut scope = to.scope;
                scope.ground = true;
                let boxes = self.blocks(xml, scope)?;
                to.boxes.extend(boxes);
                Ok(())
            }
            (Ns::Compat, "AlternateContent") => {
                self.alternate(xml, |reader, xml| reader.drawn(xml, alt.clone(), to))
            }
            (Ns::Vml, _) => {
                let own = tag.attr("alt").filter(|alt| !alt.trim().is_empty());
                self.drawn(xml, own.or(alt), to)
            }
            _ => self.drawn(xml, alt, to),
        }
    }

    fn picture(
        &mut self,
        id: Option<String>,
        alt: Option<&str>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let Some(rel) = id.and_then(|id| self.parts.rels.get(&id)) else { return Ok(()) };
        let source = if rel.outside {
            self.job.report.add(What::OutsidePicture, &rel.target);
            Source::Outside
        } else {
            Source::Entry(rel.target.clone())
        };
        self.show(Shown { source, alt: alt.map(str::to_owned) }, to)
    }

    /// The words of a drawing that is made of letters.
    fn drawn_text(&mut self, tag: &Tag<'_>, to: &mut Building) -> Result<(), OfficeError> {
        let text = tag.attr("string").unwrap_or_default();
        self.job.taken(&text)?;
        let spans = vec![RunProps::default().span(&text)];
        to.boxes.push(Block::Paragraph(Paragraph { spans, ..Paragraph::default() }));
        Ok(())
    }
}

fn description(tag: &Tag<'_>) -> Option<String> {
    let said = |name| tag.attr(name).filter(|text| !text.trim().is_empty());
    said("descr").or_else(|| said("title"))
}
