//! Formulas in one line: fractions with a stroke, powers and indices as such.
//!
//! Source: ISO/IEC 29500-1, 22.1.

use super::super::OfficeError;
use super::super::model::Place;
use super::super::props::RunProps;
use super::super::report::What;
use super::super::xml::{Ns, Xml};
use super::body::{Building, Reader};

impl Reader<'_, '_, '_> {
    pub(super) fn formula(
        &mut self,
        xml: &mut Xml<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let mut inner = to.beside();
        self.math(xml, to.base, &mut inner)?;
        self.job.report.add(What::Formula, &inner.paragraph.text());
        inner.paragraph.spans.into_iter().for_each(|span| to.paragraph.push(span));
        Ok(())
    }

    fn math(
        &mut self,
        xml: &mut Xml<'_>,
        props: RunProps,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Math, "t") => {
                    let most = self.job.tally.limits().text_bytes;
                    let text = xml.gather(most, |_| false)?;
                    self.push(&text, props, to)?;
                }
                (Ns::Math, "sup") => {
                    self.math(xml, RunProps { place: Some(Place::Above), ..props }, to)?;
                }
                (Ns::Math, "sub") => {
                    self.math(xml, RunProps { place: Some(Place::Below), ..props }, to)?;
                }
                (Ns::Math, "num") => self.bracketed(xml, props, to)?,
                (Ns::Math, "den") => {
                    self.push("/", props, to)?;
                    self.bracketed(xml, props, to)?;
                }
                (Ns::Math, "rad") => {
                    self.push("√", props, to)?;
                    self.bracketed(xml, props, to)?;
                }
                (Ns::Math, "d") => {
                    self.push("(", props, to)?;
                    self.math(xml, props, to)?;
                    self.push(")", props, to)?;
                }
                (Ns::Word, "del" | "moveFrom") => self.deleted(xml)?,
                // The degree of a root comes before what it is of; a square root has an empty one.
                (Ns::Math, "deg") => {
                    self.math(xml, RunProps { place: Some(Place::Above), ..props }, to)?;
                }
                (_, name) if name.ends_with("Pr") => xml.skip()?,
                _ => self.math(xml, props, to)?,
            }
        }
        Ok(())
    }

    /// A part that would run into its neighbours if it has more than one character.
    fn bracketed(
        &mut self,
        xml: &mut Xml<'_>,
        props: RunProps,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let mut inner = to.beside();
        self.math(xml, props, &mut inner)?;
        let long = 1 < inner.paragraph.text().chars().count();
        if long {
            self.push("(", props, to)?;
        }
        inner.paragraph.spans.into_iter().for_each(|span| to.paragraph.push(span));
        if long {
            self.push(")", props, to)?;
        }
        Ok(())
    }
}
