//! What a package holds beside its text: comments, headers, names, programs, files.

use std::io::{Read, Seek};

use super::super::package::Package;
use super::super::report::What;
use super::super::xml::{Tag, Xml};
use super::super::{Job, OfficeError};
use super::body::SAMPLE;
use super::rels::Rels;

/// Reports it.
pub(super) fn report<R: Read + Seek>(
    package: &mut Package<R>,
    main: &Rels,
    rels: &Rels,
    job: &mut Job<'_>,
) -> Result<(), OfficeError> {
    for part in rels.parts("comments") {
        each(package, part, job, What::Comment, |tag| tag.name() == "comment")?;
    }
    for kind in ["header", "footer"] {
        for part in rels.parts(kind) {
            whole(package, part, job)?;
        }
    }
    let names = ["creator", "lastModifiedBy", "Company", "Manager"];
    for kind in ["core-properties", "extended-properties", "extendedProperties"] {
        for part in main.parts(kind) {
            each(package, part, job, What::Author, |tag| names.contains(&tag.name()))?;
        }
    }
    for kind in ["custom-properties", "customProperties"] {
        for part in main.parts(kind) {
            each(package, part, job, What::CustomData, |tag| tag.name() == "property")?;
        }
    }
    files(package, job);
    Ok(())
}

/// Reports each element that `is_one` says; authors without a name are none.
fn each<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    job: &mut Job<'_>,
    what: What,
    is_one: impl Fn(&Tag<'_>) -> bool,
) -> Result<(), OfficeError> {
    let Some(text) = package.text(part)? else { return Ok(()) };
    let mut xml = Xml::new(&text, job.tally.limits().depth);
    xml.child()?;
    while let Some(tag) = xml.child()? {
        let text = xml.gather(SAMPLE, |tag| tag.name() == "t")?;
        if is_one(&tag) && (what != What::Author || !text.trim().is_empty()) {
            let name = tag.attr("name").filter(|_| what == What::CustomData);
            job.report.add(what, &name.unwrap_or(text));
        }
    }
    Ok(())
}

/// Reports a header or footer, if there is text in it.
fn whole<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    job: &mut Job<'_>,
) -> Result<(), OfficeError> {
    let Some(text) = package.text(part)? else { return Ok(()) };
    let mut xml = Xml::new(&text, job.tally.limits().depth);
    xml.child()?;
    let text = xml.gather(SAMPLE, |tag| tag.name() == "t")?;
    if !text.trim().is_empty() {
        job.report.add(What::HeaderFooter, &text);
    }
    Ok(())
}

/// Reports files by their names.
fn files<R: Read + Seek>(package: &Package<R>, job: &mut Job<'_>) {
    let mut names: Vec<&str> = package.names().collect();
    names.sort_unstable();
    for name in names {
        let file = name.rsplit('/').next().unwrap_or(name);
        if name.starts_with("customxml/item") && !file.starts_with("itemprops") {
            job.report.add(What::CustomData, "");
        } else if file == "vbaproject.bin" {
            job.report.add(What::Macro, "");
        } else if name.contains("/embeddings/") {
            job.report.add(What::Embedded, file);
        }
    }
}
