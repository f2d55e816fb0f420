use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::fixture::{SYSTEM, file, programs};
use crate::media::programs::{Bounds, Call, Left, ProgramError, Programs, Tool};

const BOUNDS: Bounds = Bounds { time: Duration::from_secs(20), output: 1 << 20 };

fn shell(script: &str, input: Option<&[u8]>, bounds: Bounds) -> Result<Left, ProgramError> {
    let call = Call {
        tool: Tool::Ffmpeg,
        program: Path::new("/bin/sh"),
        arguments: &["-c", script],
        input: input.map(|bytes| {
            use std::io::Seek;
            let mut file = file(bytes);
            file.rewind().unwrap();
            file
        }),
        search: OsStr::new(SYSTEM),
    };
    call.run(bounds)
}

#[test]
fn what_a_program_reads_and_says_goes_through() {
    let left = shell("cat; echo wrong >&2; exit 3", Some(b"right"), BOUNDS).unwrap();
    assert_eq!((left.output.as_slice(), left.complaint.as_str()), (&b"right"[..], "wrong\n"));
    assert_eq!(left.status.code(), Some(3));
    assert_eq!(shell("cat", None, BOUNDS).unwrap().output, b"");
}

#[test]
fn a_program_knows_nothing_of_our_environment() {
    let left = shell("env; pwd", None, BOUNDS).unwrap();
    let said = String::from_utf8(left.output).unwrap();
    let mut names: Vec<&str> =
        said.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.retain(|name| !matches!(*name, "PWD" | "OLDPWD" | "SHLVL" | "_"));
    names.sort_unstable();
    assert_eq!(names, ["LANG", "OMP_THREAD_LIMIT", "PATH"]);
    assert!(said.ends_with("\n/\n"), "{said}");
}

#[test]
fn a_program_and_its_children_end_when_the_time_is_up() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("alive");
    let script = format!("(sleep 1; touch {}) & sleep 30", mark.display());
    let start = Instant::now();
    let bounds = Bounds { time: Duration::from_millis(200), ..BOUNDS };
    assert!(matches!(shell(&script, None, bounds), Err(ProgramError::Time(Tool::Ffmpeg))));
    assert!(start.elapsed() < Duration::from_secs(1));
    thread::sleep(Duration::from_millis(1300));
    assert!(!fs::exists(&mark).unwrap());
    // One that closes its outputs and stays.
    let quiet = "exec >&- 2>&-; sleep 30";
    assert!(matches!(shell(quiet, None, bounds), Err(ProgramError::Time(_))));
}

#[test]
fn a_program_that_says_too_much_is_ended() {
    let bounds = Bounds { output: 10_000, ..BOUNDS };
    let start = Instant::now();
    assert!(matches!(
        shell("yes", None, bounds),
        Err(ProgramError::TooLarge { limit: 10_000, .. })
    ));
    assert!(start.elapsed() < Duration::from_secs(5));
    let exact = shell("head -c 10000 /dev/zero", None, bounds).unwrap();
    assert_eq!(exact.output.len(), 10_000);
    let noisy = shell("yes | head -c 1000000 >&2; echo done", None, BOUNDS).unwrap();
    assert_eq!((noisy.output.as_slice(), noisy.complaint.len()), (&b"done\n"[..], 4096));
}

#[test]
fn a_program_is_limited_though_nobody_waits_for_it() {
    let bounds = Bounds { time: Duration::from_secs(7), ..BOUNDS };
    // The limits come right behind the start.
    let left = shell("sleep 0.3; ulimit -t; ulimit -c", None, bounds).unwrap();
    let said = String::from_utf8(left.output).unwrap();
    assert!(said.starts_with("8\n") && said.ends_with("\n0\n"), "{said}");
}

#[test]
fn programs_are_found_with_their_versions() {
    let tesseract = "case $1 in --version) echo 'tesseract 5.9.1'; echo more;;
        --list-langs) printf 'List of (3):\\nosd\\nvie\\n../x\\n;eng\\n';; esac";
    let (folder, found) = programs(&[
        ("tesseract", tesseract),
        ("pdftotext", "echo 'pdftotext version 25.1' >&2"),
        ("heif-convert", "exit 1"),
    ]);
    let said: Vec<(Tool, &str)> =
        found.installed().iter().map(|program| (program.tool, program.version.as_str())).collect();
    assert_eq!(
        said,
        [
            (Tool::Tesseract, "tesseract 5.9.1"),
            (Tool::Pdftotext, "pdftotext version 25.1"),
            (Tool::HeifDec, "")
        ]
    );
    assert_eq!(found.languages(), ["vie"]);
    assert!(found.get(Tool::HeifDec).unwrap().path.ends_with("heif-convert"));
    let path = &found.get(Tool::Pdftotext).unwrap().path;
    assert!(path.starts_with(folder.path()), "{path:?}");
    let sent = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Programs>(&sent).unwrap(), found);
}

#[test]
fn only_absolute_folders_and_executable_files_count() {
    let (folder, _) = programs(&[("ffmpeg", "echo here")]);
    fs::write(folder.path().join("ffprobe"), "no program").unwrap();
    fs::create_dir(folder.path().join("tesseract")).unwrap();
    let path = format!(".::src:{}", folder.path().display());
    let found = Programs::find(OsStr::new(&path));
    assert_eq!(found.installed().len(), 1);
    assert_eq!(Programs::find(OsStr::new("")).installed(), []);
}
