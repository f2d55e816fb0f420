//! Documents and programs for tests.

use crate::media::programs::Programs;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

/// Where the system's own programs are.
pub(super) const SYSTEM: &str = "/usr/local/bin:/usr/bin:/bin";

/// A file of these bytes.
pub(super) fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A PDF of these objects, numbered from 1; the first is the catalog.
pub(super) fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        places += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let (start, size) = (out.len(), objects.len() + 1);
    let tail = format!(
        "xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<</Size {size}/Root 1 0 R>>\n\
         startxref\n{start}\n%%EOF\n"
    );
    out.extend(tail.bytes());
    out
}

/// A stream object.
pub(super) fn stream(entries: &str, data: &str) -> String {
    format!("<<{entries}/Length {}>>\nstream\n{data}\nendstream", data.len())
}

/// A PDF of pages of 300 × 200 points with these contents, which may use the font `F`: Helvetica.
/// Objects 1 to 3 are the catalog with `entries`, the pages and the font; each page has two more,
/// itself and its content; then come `more`.
pub(super) fn pages(contents: &[&str], entries: &str, more: &[String]) -> Vec<u8> {
    let kids: String = (0..contents.len()).map(|at| format!("{} 0 R ", 4 + 2 * at)).collect();
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{entries}>>"),
        format!(
            "<</Type/Pages/Kids[{kids}]/Count {}/MediaBox[0 0 300 200]\
             /Resources<</Font<</F 3 0 R>>>>>>",
            contents.len()
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    for (at, content) in contents.iter().enumerate() {
        objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 5 + 2 * at));
        objects.push(stream("", content));
    }
    objects.extend_from_slice(more);
    pdf(&objects)
}

/// A folder with programs that are these shell scripts.
pub(super) fn programs(scripts: &[(&str, &str)]) -> (TempDir, Programs) {
    let folder = tempfile::tempdir().unwrap();
    for (name, script) in scripts {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }
    let found = Programs::find(folder.path().as_os_str());
    (folder, found)
}
