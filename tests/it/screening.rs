//! The screening on a seeded set of texts, half of them clean.

use quangba::text::screen::{Lists, Screen};

#[derive(serde::Deserialize)]
struct Seed {
    id: String,
    text: String,
    secrecy: bool,
    personal: bool,
}

/// What was found of what should be, and what should not have been.
#[derive(Debug, Default)]
struct Count {
    found: usize,
    missed: Vec<String>,
    alarms: Vec<String>,
    clean: usize,
}

impl Count {
    fn note(&mut self, id: &str, wanted: bool, got: bool) {
        match (wanted, got) {
            (true, true) => self.found += 1,
            (true, false) => self.missed.push(id.to_owned()),
            (false, true) => self.alarms.push(id.to_owned()),
            (false, false) => self.clean += 1,
        }
    }
}

/// The set was written by somebody who had not seen the rules; half of it is clean, mostly texts that
/// look like something.
#[test]
fn the_seeded_set_is_found_with_few_false_alarms() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/screening.jsonl");
    let set = std::fs::read_to_string(path).unwrap();
    let lists = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/screening/screening.toml");
    let lists: Lists = toml::from_str(&std::fs::read_to_string(lists).unwrap()).unwrap();
    let screen = Screen::new(&lists).unwrap();
    let (mut secrecy, mut personal) = (Count::default(), Count::default());
    for line in set.lines() {
        let seed: Seed = serde_json::from_str(line).unwrap();
        let hits = screen.scan(&seed.text);
        let got = |secret: bool| hits.iter().any(|hit| hit.sort.is_secrecy() == secret);
        secrecy.note(&seed.id, seed.secrecy, got(true));
        personal.note(&seed.id, seed.personal, got(false));
    }
    for (what, count) in [("secrecy", secrecy), ("personal data", personal)] {
        let wanted = count.found + count.missed.len();
        let clean = count.clean + count.alarms.len();
        eprintln!("{what}: {} of {wanted} found, missed {:?}", count.found, count.missed);
        eprintln!("{what}: {} false alarms in {clean}, {:?}", count.alarms.len(), count.alarms);
        assert!(wanted * 97 <= count.found * 100, "{what}: recall");
        assert!(count.alarms.len() * 100 <= clean * 2, "{what}: false alarms");
    }
}
