//! Figures: one line of JSON a bench, and how they are taken.

use std::{fs, io::Write as _, thread, time::Duration};

use serde_json::{Map, Value, json};

use super::Outcome;

/// What is asked of a figure.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// One figure beside its target.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) target: Target,
}

impl Figure {
    fn met(&self) -> bool {
        match self.target {
            Target::AtLeast(least) => least <= self.value,
            Target::AtMost(most) => self.value <= most,
        }
    }

    fn json(&self) -> Value {
        let (word, bound) = match self.target {
            Target::AtLeast(bound) => ("at least", bound),
            Target::AtMost(bound) => ("at most", bound),
        };
        json!({"name": self.name, "value": rounded(self.value), "unit": self.unit,
            "target": format!("{word} {bound}"), "met": self.met()})
    }
}

/// Prints the bench's line: the first figure, then all of them, the machine, and `details`. All is
/// met if each figure is.
pub(crate) fn print(bench: &str, figures: &[Figure], details: &Value) -> Outcome {
    let first = figures.first().ok_or("a bench without a figure")?.json();
    let of = |name: &str| first.get(name).cloned().unwrap_or_default();
    let line = json!({
        "bench": bench,
        "value": of("value"),
        "unit": of("unit"),
        "target": of("target"),
        "met": figures.iter().all(Figure::met),
        "figures": figures.iter().map(Figure::json).collect::<Vec<_>>(),
        "machine": {"cores": cores(), "load1": load()},
        "details": details,
    });
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The load of the last minute, ours included.
pub(crate) fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

/// The memory of a process, in MB of 1,000,000 bytes: resident, its own and mapped files' part of
/// that, and the most that was ever resident.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) rss: f64,
    pub(crate) own: f64,
    pub(crate) files: f64,
    pub(crate) peak: f64,
}

impl Memory {
    /// Of the process `pid`, or of this one.
    pub(crate) fn of(pid: Option<u32>) -> Outcome<Self> {
        let who = pid.map_or_else(|| "self".to_owned(), |pid| pid.to_string());
        let status = fs::read_to_string(format!("/proc/{who}/status"))?;
        let line = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            kilobytes.map_or(0.0, |kilobytes: f64| kilobytes * 1.024 / 1_000.0)
        };
        Ok(Self {
            rss: line("VmRSS:"),
            own: line("RssAnon:"),
            files: line("RssFile:"),
            peak: line("VmHWM:"),
        })
    }

    pub(crate) fn json(self) -> Value {
        let mut map = Map::new();
        for (name, value) in
            [("rss", self.rss), ("own", self.own), ("files", self.files), ("peak", self.peak)]
        {
            map.insert(name.to_owned(), rounded(value).into());
        }
        map.into()
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The value below which `share` (0 to 1) of all lie, in milliseconds.
pub(crate) fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let count = f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX));
    let at = Duration::from_secs_f64((count * share).floor()).as_secs();
    let at = usize::try_from(at).unwrap_or(0).min(times.len().saturating_sub(1));
    times.get(at).copied().map_or(0.0, millis)
}

/// So many in such a time, each second.
pub(crate) fn rate(count: u64, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64().max(1e-9)
}
