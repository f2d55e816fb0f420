//! The command line: one parsed command, run here or in the server that holds the data folder.
//!
//! Every [`Task`] is a function over [`Services`] and a [`Ui`]. It runs in this process if nobody
//! holds the folder; otherwise it is sent to the server over `control.sock` ([`wire`]), which runs
//! the same function and sends back what it says.

pub mod args;
mod client;
mod doctor;
mod export;
mod folder;
mod import;
mod manage;
mod terminal;
mod verify;
pub mod wire;

use std::{io::IsTerminal as _, path::Path, process::ExitCode};

use anyhow::Context as _;

pub use self::args::{Cli, Command, Task};
use self::terminal::Terminal;
use crate::{
    config::{self, Config, Flags},
    domain::clock::Clock,
    service::{self, Services},
    store::StoreError,
};

/// Where a command says what it does. What is lost on the way is not an error of the command; ask
/// [`Ui::gone`] between steps.
pub trait Ui {
    /// A line for people.
    fn line(&mut self, text: &str);

    /// How far `what` is: `done` of `total`, if that is known.
    fn progress(&mut self, what: &str, done: u64, total: Option<u64>);

    /// The answer for programs; printed alone where `--json` is asked for.
    fn result(&mut self, json: &serde_json::Value);

    /// Bytes for standard output.
    ///
    /// # Errors
    /// If nobody takes them.
    fn data(&mut self, bytes: &[u8]) -> std::io::Result<()>;

    /// Whether nobody listens any more: then a command stops between two steps.
    fn gone(&self) -> bool;
}

/// How a command ends that has said what is wrong, line by line: one line on the number of them.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl Cli {
    /// The settings that the flags, the environment and the file give.
    ///
    /// # Errors
    /// [`config::ConfigError`].
    pub fn config(&self) -> anyhow::Result<Config> {
        let listen = match &self.command {
            Command::Serve(serve) | Command::Demo(serve) => serve.listen,
            _ => None,
        };
        let flags = Flags { data: self.data.clone(), config: self.config.clone(), listen };
        Ok(Config::load(&flags, &config::environment())?)
    }

    /// As [`Cli::config`], and logging begins as the settings say.
    ///
    /// # Errors
    /// [`config::ConfigError`], or a setting `log` that cannot be read.
    pub fn for_server(&self) -> anyhow::Result<Config> {
        let config = self.config()?;
        log(&config.log)?;
        Ok(config)
    }
}

/// Prints a text that is an answer by itself.
///
/// # Errors
/// The text's own, or of standard output.
pub fn print<E: Into<anyhow::Error>>(text: Result<String, E>) -> anyhow::Result<()> {
    let text = text.map_err(Into::into)?;
    Ok(Terminal::new(false).data(text.as_bytes())?)
}

/// Sends what is logged to standard error; `filter` as in [`Config::log`].
///
/// # Errors
/// A filter that cannot be read, or a second call.
pub fn log(filter: &str) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .with_context(|| format!("the setting `log` cannot be read: {filter}"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init()
        .map_err(|error| anyhow::anyhow!("logging: {error}"))
}

/// Makes all that this process writes its owner's alone: the journal holds password hashes.
pub fn keep_private() {
    let _before = rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Runs any command but `serve`, `demo`, `openapi` and `worker`.
///
/// # Errors
/// What [`conclude`] prints.
pub fn run(cli: Cli, clock: Clock) -> anyhow::Result<()> {
    let mut ui = Terminal::new(cli.json);
    if let Command::Verify(verify) = &cli.command {
        return verify::run(verify, &mut ui);
    }
    let config = cli.config()?;
    // Who types a command reads its answer; what a server would log is noise here.
    log("error")?;
    match cli.command {
        Command::Init(init) => manage::init(&init, &config, clock, &mut ui),
        Command::Restore(restore) => folder::restore(&restore, &config, clock, &mut ui),
        Command::Rebuild { accept_damage } => {
            folder::rebuild(&config, clock, accept_damage, &mut ui)
        }
        Command::Doctor => doctor::run(&config, &clock, &mut ui),
        Command::Task(task) => here_or_there(task.absolute()?, &config, clock, &mut ui),
        _ => anyhow::bail!("this command is not run here"),
    }
}

/// Opens the folder, or hands the task to the server that has it open.
fn here_or_there(
    task: Task,
    config: &Config,
    clock: Clock,
    ui: &mut Terminal,
) -> anyhow::Result<()> {
    let dir = &config.data;
    if !dir.join("journal").is_dir() {
        anyhow::bail!("{} holds no data: run `quangba init` first", dir.display());
    }
    match open(config, clock) {
        Ok(services) => task.run(&services, true, ui),
        Err(error) if is_locked(&error) => client::run(dir, task, ui),
        Err(error) => Err(error),
    }
}

fn open(config: &Config, clock: Clock) -> anyhow::Result<Services> {
    let worker = own_program()?;
    Ok(Services::open(&config.data, config.service.clone(), &worker, clock)?)
}

fn own_program() -> anyhow::Result<std::path::PathBuf> {
    std::env::current_exe().context("this program cannot be found")
}

fn is_locked(error: &anyhow::Error) -> bool {
    let locked = |error: &StoreError| matches!(error, StoreError::Locked(_));
    match error.downcast_ref::<service::Error>() {
        Some(service::Error::Store(error)) => locked(error),
        _ => error.downcast_ref::<StoreError>().is_some_and(locked),
    }
}

impl Task {
    /// Does what was asked. `alone` tells that no server has the folder open.
    ///
    /// # Errors
    /// Why it was not done, for [`reason`].
    pub fn run(self, services: &Services, alone: bool, ui: &mut dyn Ui) -> anyhow::Result<()> {
        match self {
            Self::User { action } => manage::user(action, services, ui),
            Self::Agency { action } => manage::agency(action, services, ui),
            Self::Key { action } => manage::key(action, services, ui),
            Self::Import(import) => import::run(&import, alone, services, ui),
            Self::Export(export) => export::run(&export, services, ui),
            Self::Backup { file } => folder::backup(&file, services, ui),
            Self::Check { repair } => folder::check(repair, alone, services, ui),
        }
    }
}

/// Why something failed, in one line.
#[must_use]
pub fn reason(error: &anyhow::Error) -> String {
    let text = match error.downcast_ref::<service::Error>() {
        Some(service::Error::Invalid(errors)) => errors
            .iter()
            .map(|error| format!("{}: {}", error.pointer, error.message.en))
            .collect::<Vec<_>>()
            .join("; "),
        Some(service::Error::Findings(findings)) => findings
            .iter()
            .map(|finding| format!("{}: {}", finding.pointer, finding.message.en))
            .collect::<Vec<_>>()
            .join("; "),
        _ => chain(error),
    };
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The causes one after the other; one that the text before says already is left out.
fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            let between = if text.is_empty() { "" } else { ": " };
            text = format!("{text}{between}{cause}");
        }
    }
    text
}

/// Prints why a command failed, and gives its exit code.
#[must_use]
pub fn conclude(done: anyhow::Result<()>) -> ExitCode {
    let Err(error) = done else { return ExitCode::SUCCESS };
    terminal::complain(&reason(&error));
    ExitCode::FAILURE
}

/// `path` as seen from the root, so that another process finds it.
fn absolute(path: &Path) -> anyhow::Result<std::path::PathBuf> {
    std::path::absolute(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests;
