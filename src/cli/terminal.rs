//! The [`Ui`] of somebody at a terminal, or of a program that reads our output.

use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use super::Ui;

/// Answers on standard output, progress on standard error.
pub(super) struct Terminal {
    json: bool,
    bar: Option<(String, ProgressBar)>,
    gone: bool,
}

impl Terminal {
    pub(super) const fn new(json: bool) -> Self {
        Self { json, bar: None, gone: false }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let done = out.write_all(bytes).and_then(|()| out.flush());
        self.gone |= done.is_err();
        done
    }

    fn put_line(&mut self, text: &str) {
        if let Some((_what, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
        // A reader that has gone shows in `gone`.
        drop(self.put(format!("{text}\n").as_bytes()));
    }
}

impl Ui for Terminal {
    fn line(&mut self, text: &str) {
        if !self.json {
            self.put_line(text);
        }
    }

    fn progress(&mut self, what: &str, done: u64, total: Option<u64>) {
        if !io::stderr().is_terminal() {
            return;
        }
        if self.bar.as_ref().is_none_or(|(shown, _bar)| shown != what) {
            if let Some((_what, bar)) = self.bar.take() {
                bar.finish_and_clear();
            }
            self.bar = Some((what.to_owned(), bar(what, total)));
        }
        if let Some((_what, bar)) = &self.bar {
            bar.set_position(done);
        }
    }

    fn result(&mut self, json: &Value) {
        if self.json {
            self.put_line(&json.to_string());
        }
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.put(bytes)
    }

    fn gone(&self) -> bool {
        self.gone
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some((_what, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: &str, total: Option<u64>) -> ProgressBar {
    let (bar, shape) = match total {
        Some(total) => (ProgressBar::new(total), "{msg} {wide_bar} {pos}/{len} {eta}"),
        None => (ProgressBar::no_length(), "{msg} {pos} {elapsed}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template(shape) {
        bar.set_style(style);
    }
    bar.with_message(what.to_owned())
}

/// One line on standard error.
pub(super) fn complain(text: &str) {
    // Without standard error there is nobody to tell.
    drop(writeln!(io::stderr().lock(), "quangba: {text}"));
}
