use clap::{CommandFactory as _, Parser as _};

use super::*;

fn parsed(line: &str) -> Command {
    Cli::try_parse_from(line.split(' ')).unwrap().command
}

fn task(line: &str) -> Task {
    match parsed(line) {
        Command::Task(task) => task,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_has_help_in_both_languages_and_an_example() {
    fn look(command: &clap::Command) {
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            let name = below.get_name();
            let long = below.get_long_about().unwrap_or_default().to_string();
            assert!(!long.is_ascii(), "{name} has no Vietnamese line");
            let example = below.get_after_help().unwrap_or_default().to_string();
            assert!(example.starts_with("Example:\n  quangba "), "{name} has no example");
            look(below);
        }
    }
    look(&Cli::command());
}

#[test]
fn the_examples_can_be_typed() {
    fn look(command: &clap::Command, all: &mut Vec<String>) {
        let help = command.get_after_help().unwrap_or_default().to_string();
        all.extend(help.lines().filter_map(|line| line.strip_prefix("  ")).map(str::to_owned));
        command.get_subcommands().for_each(|below| look(below, all));
    }
    let mut all = Vec::new();
    look(&Cli::command(), &mut all);
    assert!(15 < all.len());
    for line in all {
        // Words in quotes are one word.
        let mut words = Vec::new();
        for (at, part) in line.split('\'').enumerate() {
            if at % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        let end = words.iter().position(|word| word == ">").unwrap_or(words.len());
        words.truncate(end);
        Cli::try_parse_from(&words).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn global_flags_may_stand_anywhere() {
    let before = Cli::try_parse_from(["quangba", "--json", "--data", "d", "user", "list"]).unwrap();
    let after = Cli::try_parse_from(["quangba", "user", "list", "--json", "--data", "d"]).unwrap();
    for cli in [before, after] {
        assert!(cli.json);
        assert_eq!(cli.data.as_deref(), Some(Path::new("d")));
    }
}

#[test]
fn several_roles_may_be_given_at_once_or_one_by_one() {
    let once = task("quangba user add hoa --role reviewer,publisher");
    let again = task("quangba user add hoa --role reviewer --role publisher");
    assert_eq!(once, again);
    assert!(Cli::try_parse_from(["quangba", "user", "add", "hoa"]).is_err());
    assert!(Cli::try_parse_from(["quangba", "user", "add", "Hoa", "--role", "reviewer"]).is_err());
    assert!(Cli::try_parse_from(["quangba", "user", "add", "hoa", "--role", "root"]).is_err());
}

#[test]
fn a_task_comes_through_json_as_it_was() {
    for line in [
        "quangba user add hoa --role contributor --agency H15.16",
        "quangba user list",
        "quangba agency add H15.40 --name-vi Y --name-en H",
        "quangba key create --name n --scope export",
        "quangba import a.zip --agency H15.16 --publish --dry-run --report r",
        "quangba export --after-seq 7",
        "quangba backup b.tar",
        "quangba check --repair",
    ] {
        let task = task(line);
        let json = serde_json::to_string(&task).unwrap();
        assert_eq!(serde_json::from_str::<Task>(&json).unwrap(), task, "{json}");
    }
}

#[test]
fn paths_are_made_absolute_for_the_server() {
    let Task::Backup { file } = task("quangba backup b.tar").absolute().unwrap() else { panic!() };
    assert!(file.is_absolute() && file.ends_with("b.tar"));
    let Task::Import(import) =
        task("quangba import a.zip --agency H15.16 --report r").absolute().unwrap()
    else {
        panic!()
    };
    assert!(import.path.is_absolute() && import.report.unwrap().is_absolute());
}

#[test]
fn a_reason_is_one_line_and_says_nothing_twice() {
    let error = anyhow::anyhow!("a\nb").context("while c");
    assert_eq!(reason(&error), "while c: a b");
    let error = anyhow::anyhow!("no such file").context("x.tar: no such file");
    assert_eq!(reason(&error), "x.tar: no such file");
    let wrong = service::Error::field("/agency", "required", ("Phải có.", "An agency is needed."));
    assert_eq!(reason(&wrong.into()), "/agency: An agency is needed.");
}

mod wires {
    use super::super::Ui;
    use super::super::wire::*;
    use serde_json::json;

    /// What was said, in order.
    #[derive(Default)]
    struct Said(Vec<String>);

    impl Ui for Said {
        fn line(&mut self, text: &str) {
            self.0.push(format!("line {text}"));
        }
        fn progress(&mut self, what: &str, done: u64, total: Option<u64>) {
            self.0.push(format!("progress {what} {done} {total:?}"));
        }
        fn result(&mut self, json: &serde_json::Value) {
            self.0.push(format!("result {json}"));
        }
        fn data(&mut self, bytes: &[u8]) -> std::io::Result<()> {
            self.0.push(format!("data {}", bytes.len()));
            Ok(())
        }
        fn gone(&self) -> bool {
            false
        }
    }

    #[test]
    fn what_is_said_to_the_wire_is_said_at_its_end() {
        let mut bytes = Vec::new();
        let mut remote = Remote::new(&mut bytes);
        remote.line("tư liệu\n2");
        remote.progress("files", 1, Some(2));
        remote.result(&json!({"ok": true}));
        remote.data(&[7; 300_000]).unwrap();
        remote.send(&Frame::Error("no".to_owned())).unwrap();
        remote.send(&Frame::Exit(1)).unwrap();
        let mut reader = bytes.as_slice();
        let mut said = Said::default();
        let mut ends = Vec::new();
        while let Some(frame) = receive::<Frame>(&mut reader).unwrap() {
            match frame.tell(&mut said).unwrap() {
                Told::Said => {}
                end => ends.push(end),
            }
        }
        let expected = [
            "line tư liệu\n2",
            "progress files 1 Some(2)",
            r#"result {"ok":true}"#,
            "data 262144",
            "data 37856",
        ];
        assert_eq!(said.0, expected);
        assert_eq!(ends, [Told::Failed("no".to_owned()), Told::Ended(1)]);
    }

    #[test]
    fn a_line_out_of_bounds_or_cut_off_is_refused() {
        let long = vec![b' '; usize::try_from(LINE).unwrap() + 10];
        assert!(receive::<Frame>(&mut long.as_slice()).is_err());
        assert!(receive::<Frame>(&mut b"{\"exit\":0}".as_slice()).is_err());
        assert!(receive::<Frame>(&mut b"{\"odd\":0}\n".as_slice()).is_err());
        assert_eq!(receive::<Frame>(&mut b"".as_slice()).unwrap(), None);
        assert_eq!(receive(&mut b"{\"exit\":0}\n".as_slice()).unwrap(), Some(Frame::Exit(0)));
    }

    #[test]
    fn after_a_failed_send_the_client_counts_as_gone() {
        let mut room = [0_u8; 8];
        let mut remote = Remote::new(room.as_mut_slice());
        assert!(!remote.gone());
        remote.line("longer than eight bytes");
        assert!(remote.gone());
        assert!(remote.data(b"x").is_err());
    }
}
