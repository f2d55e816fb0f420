//! ODT: content, styles and what is said about the document.
//!
//! Source: ODF 1.3, parts 2 (packages) and 3 (schema).

mod body;
mod inline;
mod lists;
mod styles;
mod table;

use std::io::{Read, Seek};

use super::model::Document;
use super::package::Package;
use super::report::What;
use super::xml::{Ns, Xml};
use super::{Job, Kind, OfficeError};
use body::Reader;
use styles::Styles;

/// How much of a text that is left out is looked at.
const SAMPLE: usize = 400;

/// Reads an ODT document.
pub(super) fn read<R: Read + Seek>(
    package: &mut Package<R>,
    job: &mut Job<'_>,
) -> Result<Document, OfficeError> {
    let kind = package.text("mimetype")?.unwrap_or_default();
    let is_text = matches!(
        kind.trim(),
        "application/vnd.oasis.opendocument.text"
            | "application/vnd.oasis.opendocument.text-template"
    );
    if !is_text {
        let found = match kind.trim() {
            kind if kind.starts_with("application/vnd.oasis") => "another OpenDocument file",
            kind if kind.starts_with("application/epub") => "an EPUB book",
            _ if package.has("word/document.xml") => "a DOCX document",
            _ => "another ZIP archive",
        };
        return Err(OfficeError::Kind { expected: Kind::Odt, found });
    }
    let depth = job.tally.limits().depth;
    check_encryption(package, depth)?;
    let mut styles = Styles::default();
    if let Some(text) = package.text("styles.xml")? {
        let mut xml = Xml::new(&text, depth);
        xml.child()?;
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Office, "font-face-decls") => styles.fonts(&mut xml)?,
                (Ns::Office, "styles") => styles.read(&mut xml)?,
                (Ns::Office, "master-styles") => headers(&mut xml, job)?,
                // Automatic styles of this part are those of headers and footers.
                _ => xml.skip()?,
            }
        }
    }
    let Some(text) = package.text("content.xml")? else {
        return Err(OfficeError::damaged("its content is missing"));
    };
    let document = content(&text, styles, job)?;
    about(package, job)?;
    Ok(document)
}

fn content(text: &str, mut styles: Styles, job: &mut Job<'_>) -> Result<Document, OfficeError> {
    let mut xml = Xml::new(text, job.tally.limits().depth);
    xml.child()?;
    let mut document = Document::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Office, "font-face-decls") => styles.fonts(&mut xml)?,
            (Ns::Office, "automatic-styles") => styles.read(&mut xml)?,
            (Ns::Office, "scripts") => {
                let mut scripts = false;
                while let Some(_script) = xml.child()? {
                    scripts = true;
                    xml.skip()?;
                }
                if scripts {
                    job.report.add(What::Macro, "");
                }
            }
            (Ns::Office, "body") => {
                while let Some(tag) = xml.child()? {
                    if (tag.ns, tag.name()) == (Ns::Office, "text") {
                        document = Reader::new(&styles, job).document(&mut xml)?;
                    } else {
                        xml.skip()?;
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(document)
}

/// Encrypted parts are named in the manifest.
fn check_encryption<R: Read + Seek>(
    package: &mut Package<R>,
    depth: usize,
) -> Result<(), OfficeError> {
    let Some(text) = package.text("META-INF/manifest.xml")? else { return Ok(()) };
    let mut xml = Xml::new(&text, depth);
    xml.child()?;
    while let Some(_entry) = xml.child()? {
        while let Some(tag) = xml.child()? {
            if tag.name() == "encryption-data" {
                return Err(OfficeError::Encrypted);
            }
            xml.skip()?;
        }
    }
    Ok(())
}

fn headers(xml: &mut Xml<'_>, job: &mut Job<'_>) -> Result<(), OfficeError> {
    while let Some(_page) = xml.child()? {
        while let Some(tag) = xml.child()? {
            let header = tag.ns == Ns::Style
                && (tag.name().starts_with("header") || tag.name().starts_with("footer"));
            let text = xml.gather(SAMPLE, |_| true)?;
            if header && !text.trim().is_empty() {
                job.report.add(What::HeaderFooter, &text);
            }
        }
    }
    Ok(())
}

/// Names in the properties, programs and files in the package.
fn about<R: Read + Seek>(package: &mut Package<R>, job: &mut Job<'_>) -> Result<(), OfficeError> {
    if let Some(text) = package.text("meta.xml")? {
        let mut xml = Xml::new(&text, job.tally.limits().depth);
        xml.child()?;
        xml.child()?;
        while let Some(tag) = xml.child()? {
            let text = xml.gather(SAMPLE, |_| true)?;
            match tag.name() {
                "creator" | "initial-creator" | "printed-by" if !text.trim().is_empty() => {
                    job.report.add(What::Author, &text);
                }
                "user-defined" => {
                    job.report.add(What::CustomData, &tag.attr("name").unwrap_or_default());
                }
                _ => {}
            }
        }
    }
    let scripts = package.names().any(|name| {
        (name.starts_with("basic/") || name.starts_with("scripts/")) && !name.ends_with("-lc.xml")
    });
    if scripts {
        job.report.add(What::Macro, "");
    }
    Ok(())
}
