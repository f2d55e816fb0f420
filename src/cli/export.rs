//! `export`: what the national database pulls, to a file or to standard output.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use anyhow::Context as _;
use flate2::write::GzEncoder;
use serde_json::json;

use super::{Ui, args::Export};
use crate::{exchange::national::Start, service::Services};

pub(super) fn run(export: &Export, services: &Services, ui: &mut dyn Ui) -> anyhow::Result<()> {
    let snapshot = services.export_snapshot(Start::AfterSeq(export.after_seq))?;
    let chunks = services.export_stream(&snapshot)?;
    let Some(file) = &export.out else {
        for chunk in chunks {
            ui.data(&chunk?).context("writing to standard output")?;
        }
        return Ok(());
    };
    let mut out = Out::new(file).with_context(|| file.display().to_string())?;
    let mut records = 0_u64;
    for chunk in chunks {
        let chunk = chunk?;
        let lines = chunk.iter().filter(|byte| **byte == b'\n').count();
        records = records.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        out.write_all(&chunk).with_context(|| file.display().to_string())?;
        ui.progress("records", records, None);
        if ui.gone() {
            anyhow::bail!("called off");
        }
    }
    out.finish(file).with_context(|| file.display().to_string())?;
    ui.line(&format!("{}: {records} records up to {}", file.display(), snapshot.until));
    ui.result(&json!({
        "file": file,
        "records": records,
        "feedId": snapshot.feed_id,
        "untilSeq": snapshot.until,
    }));
    Ok(())
}

/// A file on its way: it gets its name when it is whole and on the disk.
struct Out {
    file: tempfile::NamedTempFile,
    packed: Packed,
}

enum Packed {
    Plain(BufWriter<File>),
    Zstd(zstd::Encoder<'static, BufWriter<File>>),
    Gzip(GzEncoder<BufWriter<File>>),
}

impl Out {
    fn new(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        let out = BufWriter::with_capacity(1 << 18, file.as_file().try_clone()?);
        let packed = match path.extension().and_then(|extension| extension.to_str()) {
            Some("zst") => Packed::Zstd(zstd::Encoder::new(out, 3)?),
            Some("gz") => Packed::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            _ => Packed::Plain(out),
        };
        Ok(Self { file, packed })
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.packed {
            Packed::Plain(out) => out.write_all(bytes),
            Packed::Zstd(out) => out.write_all(bytes),
            Packed::Gzip(out) => out.write_all(bytes),
        }
    }

    fn finish(self, path: &Path) -> io::Result<()> {
        let mut out = match self.packed {
            Packed::Plain(out) => out,
            Packed::Zstd(out) => out.finish()?,
            Packed::Gzip(out) => out.finish()?,
        };
        out.flush()?;
        drop(out);
        self.file.as_file().sync_all()?;
        self.file.persist(path).map_err(|failure| failure.error)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}
