//! The command line as people and scripts use it: alone, and beside a running server.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_quangba");

/// A data folder, and a server over it if one was started.
struct System {
    dir: tempfile::TempDir,
    server: Option<Child>,
}

impl System {
    fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), server: None }
    }

    /// A folder after `init`.
    fn new() -> Self {
        let system = Self::empty();
        let made = system.json("init --profile dak-lak --admin lan");
        assert_eq!(made["user"], "lan");
        assert!(12 <= made["password"].as_str().unwrap().len());
        system
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn start(&mut self, command: &str) {
        let child = Command::new(PROGRAM)
            .args([command, "--listen", "127.0.0.1:0", "--data"])
            .arg(self.data())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.dir.path().join("server.log")).unwrap())
            .spawn()
            .unwrap();
        self.server = Some(child);
        let since = Instant::now();
        while !self.data().join("control.sock").exists() {
            assert!(since.elapsed() < Duration::from_secs(240), "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// As an administrator would; gives whether it ended well.
    fn stop(&mut self) -> bool {
        let Some(mut child) = self.server.take() else { return true };
        let id = i32::try_from(child.id()).unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        child.wait().unwrap().success()
    }

    fn run(&self, line: &str) -> Output {
        self.run_words(&line.split(' ').collect::<Vec<_>>())
    }

    fn run_words(&self, words: &[&str]) -> Output {
        Command::new(PROGRAM)
            .current_dir(self.dir.path())
            .args(words)
            .arg("--data")
            .arg(self.data())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// The one JSON object of a command that succeeds.
    fn json(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} --json"));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {told}");
        assert_eq!(told, "", "{line}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The one line on standard error of a command that fails.
    fn refused(&self, line: &str) -> String {
        let output = self.run(line);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {told}");
        assert_eq!(told.matches('\n').count(), 1, "{line}: {told}");
        told.trim_end().to_owned()
    }
}

impl Drop for System {
    fn drop(&mut self) {
        if let Some(child) = &mut self.server {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

/// The same story with and without a server: the answers must not differ.
fn accounts(system: &System) {
    let added = system.json("user add hoa --role reviewer,publisher");
    assert_eq!(added["user"], "hoa");
    let again = system.refused("user add hoa --role reviewer");
    assert!(again.contains("user name is taken"), "{again}");
    let lacking = system.refused("user add minh --role contributor");
    assert!(lacking.contains("/agency"), "{lacking}");
    system.json("user add minh --role contributor --agency H15.16");

    let listed = system.json("user list");
    let names: Vec<&Value> =
        listed["users"].as_array().unwrap().iter().map(|u| &u["user"]).collect();
    assert_eq!(names, ["hoa", "lan", "minh"]);
    assert!(!listed.to_string().contains("argon2"), "a password's hash was shown");
    let fresh = system.json("user password hoa");
    assert_ne!(fresh["password"], added["password"]);
    system.json("user disable hoa");
    assert_eq!(system.json("user list")["users"][0]["disabled"], true);
    assert!(system.refused("user disable nobody").ends_with("there is no user nobody"));

    let key = system.json("key create --name pull --scope export");
    let (id, secret) = (key["id"].as_str().unwrap(), key["key"].as_str().unwrap());
    assert!(secret.starts_with(&format!("qb_{id}_")), "{key}");
    system.json(&format!("key revoke {id}"));
    let keys = system.json("key list");
    assert!(keys["keys"][0]["revoked"].is_string() && !keys.to_string().contains("secret"));

    let words = ["agency", "add", "local:bao", "--name-vi", "Báo Đắk Lắk", "--name-en", "Paper"];
    assert!(system.run_words(&words).status.success());
    let agencies = system.json("agency list")["agencies"].to_string();
    assert!(agencies.contains("Báo Đắk Lắk"), "{agencies}");
}

#[test]
fn accounts_without_a_server() {
    accounts(&System::new());
}

#[test]
fn accounts_beside_a_server() {
    let mut system = System::new();
    system.start("serve");
    accounts(&system);
    assert!(system.run("user list").stdout.starts_with(b"hoa\t"));
    assert!(system.refused("rebuild").contains("in use"));
    assert_eq!(system.json("doctor")["ok"], true);
    assert!(system.stop(), "{}", fs::read_to_string(system.dir.path().join("server.log")).unwrap());
    assert!(!system.data().join("control.sock").exists());
    assert_eq!(system.json("check")["ok"], true);
}

#[test]
fn exit_codes_and_reasons() {
    let system = System::empty();
    assert!(system.refused("user list").contains("holds no data"));
    assert!(!system.data().exists(), "looking made a folder");
    assert!(system.refused("init --profile hue --admin lan").contains("no such profile"));
    assert!(!system.data().join("journal").exists(), "a refused init left something");
    assert_eq!(system.run("user").status.code(), Some(2));
    assert_eq!(system.run("fly").status.code(), Some(2));
    assert_eq!(system.run("user add").status.code(), Some(2));
    assert_eq!(system.run("user --help").status.code(), Some(0));

    assert!(system.refused("serve").contains("holds no data"));
    assert!(!system.data().join("journal").exists(), "a refused serve left something");

    system.json("init --profile lam-dong --admin lan");
    assert!(system.refused("user disable lan").contains("only administrator"));
    assert!(system.refused("init --profile lam-dong --admin lan").contains("already"));
    fs::write(system.data().join("quangba.toml"), "lisen = \"x\"").unwrap();
    assert!(system.refused("user list").contains("unknown setting `lisen`"));
}

#[test]
fn the_openapi_description_is_printed() {
    let output = System::empty().run("openapi");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["openapi"].as_str().unwrap().starts_with("3."));
}

#[test]
fn check_finds_what_is_wrong_and_mends_what_it_can() {
    let system = System::new();
    let sound = system.json("check");
    assert_eq!(
        (&sound["ok"], sound["problems"].as_array().unwrap().len()),
        (&Value::Bool(true), 0)
    );

    let orphan = "ab".repeat(32);
    let folder = system.data().join("media/ab/ab");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&orphan), "x").unwrap();
    let output = system.run("check");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains(&orphan));
    let output = system.run("check --json");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["ok"], &json["problems"][0]["code"]), (&false.into(), &"orphan".into()));
    assert_eq!(system.json("check --repair")["ok"], true);
    assert_eq!(system.json("check")["problems"].as_array().unwrap().len(), 0);

    let journal = fs::read_dir(system.data().join("journal")).unwrap().next().unwrap().unwrap();
    let text = fs::read_to_string(journal.path()).unwrap();
    fs::write(journal.path(), text.replacen("system.init", "system.inid", 1)).unwrap();
    let output = system.run("check --json");
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["problems"].to_string().contains("00000000000000000001.ndjson, line"), "{json}");
}

#[test]
fn a_province_that_is_history_says_so_at_the_start() {
    let system = System::empty();
    let told = system.run("init --profile bac-kan --admin lan");
    assert!(told.status.success());
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("nothing can be published"), "{told}");
    let told = System::empty().run("init --profile dak-lak --admin lan");
    assert!(!String::from_utf8(told.stdout).unwrap().contains("nothing can be published"));
}

#[test]
fn nobody_else_reads_what_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let system = System::new();
    system.json("backup all.tar");
    for entry in walkdir::WalkDir::new(system.dir.path()).min_depth(1).into_iter().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
    }
    assert!(system.refused("backup all.tar").contains("exists"));
}

#[test]
fn refused_rows_are_shown_and_seen_in_the_exit_code() {
    let system = System::new();
    let rows = "kind,title.vi,titel.en\nphoto,Thác,Falls\n";
    fs::write(system.dir.path().join("bad.csv"), rows).unwrap();
    let columns = system.refused("import bad.csv --agency H15.16");
    assert!(columns.contains("titel.en") && columns.contains("import --help"), "{columns}");
    let rows = "kind,title.vi\nphoto,Thác\npoem,Thơ\n,Không\n";
    fs::write(system.dir.path().join("rows.csv"), rows).unwrap();
    let output = system.run("import rows.csv --agency H15.16");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("3 read: 1 created") && told.contains(":3: /kind: "), "{told}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("2 of 3 records were refused"), "{told}");
    let help = String::from_utf8(system.run("import --help").stdout).unwrap();
    assert!(help.contains("rights.holder.LANG") && help.contains("records.jsonl"), "{help}");
}

#[test]
fn a_damaged_journal_is_no_measure_for_the_store() {
    let system = System::new();
    let users = system.json("user list");
    let journal = fs::read_dir(system.data().join("journal")).unwrap().next().unwrap().unwrap();
    let text = fs::read_to_string(journal.path()).unwrap();
    fs::write(journal.path(), text.replacen("system.init", "system.inid", 1)).unwrap();
    let checked = String::from_utf8(system.run("check").stdout).unwrap();
    assert!(!checked.contains("rebuild") && checked.contains("restore a backup"), "{checked}");
    let refused = system.refused("rebuild");
    assert!(refused.contains("--accept-damage") && refused.contains("line"), "{refused}");
    let listed = system.run("user list --json").stdout;
    assert_eq!(serde_json::from_slice::<Value>(&listed).unwrap(), users);
}

#[test]
fn what_is_lost_comes_back_with_rebuild() {
    let system = System::new();
    system.json("user add hoa --role reviewer");
    let before = system.json("user list");
    fs::remove_dir_all(system.data().join("store")).unwrap();
    fs::remove_dir_all(system.data().join("index")).unwrap();
    assert_eq!(system.json("rebuild")["problems"].as_array().unwrap().len(), 0);
    assert_eq!(system.json("user list"), before);
    assert_eq!(system.json("check")["ok"], true);
}

/// The demo's content through export, verification, backup and restore, beside its server.
#[test]
fn a_whole_system_survives_backup_and_restore() {
    let mut system = System::empty();
    system.start("demo");
    let pulled = system.json("export --out all.ndjson.zst");
    assert!(20 < pulled["records"].as_u64().unwrap(), "{pulled}");
    let verified = system.json("verify all.ndjson.zst");
    assert_eq!((&verified["ok"], &verified["records"]), (&true.into(), &pulled["records"]));
    system.json("export --out all.ndjson");
    let plain = fs::read(system.dir.path().join("all.ndjson")).unwrap();
    assert_eq!(system.run("export").stdout, plain, "standard output has the same");
    let backed = system.json("backup all.tar.zst");
    assert_eq!(system.json("check")["ok"], true);
    assert!(system.stop());

    let restored = System { dir: tempfile::tempdir().unwrap(), server: None };
    let file = system.dir.path().join("all.tar.zst");
    let done = restored.json(&format!("restore {}", file.display()));
    assert_eq!((&done["n"], &done["media"]), (&backed["n"], &backed["media"]));
    let occupied = restored.refused(&format!("restore {}", file.display()));
    assert!(occupied.contains("holds data already"), "{occupied}");
    let checked = restored.json("check");
    let original = system.json("check");
    assert_eq!((&checked["ok"], &checked["problems"]), (&true.into(), &original["problems"]));
    assert_eq!(
        (&checked["records"], &checked["files"]),
        (&original["records"], &original["files"])
    );
    let again = restored.json("export --out all.ndjson");
    assert_ne!(again["feedId"], pulled["feedId"]);
    assert_eq!(fs::read(restored.dir.path().join("all.ndjson")).unwrap(), plain);
    faults_are_found(&system, &String::from_utf8(plain).unwrap());
}

fn faults_are_found(system: &System, export: &str) {
    let lines: Vec<&str> = export.lines().collect();
    let verify = |text: &[&str], code: &str| {
        let file = system.dir.path().join("bad.ndjson");
        let mut out = fs::File::create(&file).unwrap();
        text.iter().for_each(|line| writeln!(out, "{line}").unwrap());
        let output = system.run("verify bad.ndjson --json");
        assert_eq!(output.status.code(), Some(1), "{code}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let faults = json["faults"].as_array().unwrap();
        assert!(faults.iter().any(|fault| fault["code"] == code), "{code}: {json}");
    };
    verify(&[lines[1], lines[0]], "order");
    verify(&[lines[0], lines[0]], "twice");
    verify(&[&lines[0].replacen("\"vi\":\"", "\"vi\":\"X", 1)], "digest");
    verify(&[&lines[0].replacen("\"spec\":", "\"specs\":", 1)], "schema");
    verify(&[lines[0], "{"], "json");
    assert!(Path::new(PROGRAM).exists());
}
