//! Parses the command line and hands it on.

use std::process::ExitCode;

use clap::Parser as _;
use quangba::{
    app,
    cli::{self, Cli, Command},
    media,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli::keep_private();
    cli::conclude(match cli.command {
        Command::Worker { job } => return media::worker::main(&job),
        Command::Serve(_) => cli.for_server().and_then(app::serve),
        Command::Demo(_) => cli.for_server().and_then(|config| app::demo(config, cli.json)),
        Command::Openapi => cli::print(app::openapi_text()),
        _ => cli::run(cli, app::clock()),
    })
}
