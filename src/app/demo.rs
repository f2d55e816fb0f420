//! A new folder with the demo content, which goes in through the same services as real uploads,
//! then served.

use std::{collections::BTreeSet, io::Write as _};

use anyhow::{Context as _, bail};
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{bind, clock, own_program, run};
use crate::{
    config::Config,
    domain::{
        account::{Actor, Role, Scope, UserName},
        agency::AgencyCode,
        id::RecordId,
        lang::Localized,
        lifecycle::Action,
        record::WithdrawReason,
    },
    service::{Error, Meta, Services, Setup, Wish, operator},
};

static RECORDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/demo/records");
static PICTURES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/demo/pictures");
static PUBLICATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/demo/publications");
const AGENCIES: &str = include_str!("../../assets/demo/agencies.json");

/// The profile of the demo's province.
const PROFILE: &str = "dak-lak";

/// The agency of the demo's contributor and leader.
const AGENCY: &str = "H15.16";

/// What the demo tells: where it is and who may sign in.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    /// Where it is.
    pub url: String,
    /// One account a role, ready to use.
    pub accounts: Vec<Account>,
    /// Keys for programs.
    pub keys: Vec<DemoKey>,
}

/// An account of the demo.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    /// The user name.
    pub user: String,
    /// Made anew at every start of the demo.
    pub password: String,
    /// What it may do.
    pub role: Role,
    /// For whom it acts.
    pub agency: Option<AgencyCode>,
}

/// A key of the demo.
#[derive(Debug, Serialize)]
pub(super) struct DemoKey {
    /// What it is for.
    pub scope: Scope,
    /// To be sent as `Authorization: Bearer …`.
    pub key: String,
}

/// One file under `assets/demo/records`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    agency: AgencyCode,
    state: State,
    note: Option<String>,
    withdraw_reason: Option<WithdrawReason>,
    record: Value,
    #[serde(default)]
    files: Vec<FileEntry>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Draft,
    Submitted,
    Returned,
    Scheduled,
    Published,
    Withdrawn,
}

#[derive(Deserialize)]
struct FileEntry {
    file: String,
    meta: Value,
}

#[derive(Deserialize)]
struct DemoAgency {
    code: AgencyCode,
    name: Localized<String>,
}

/// Fills a new folder, or takes one that the demo filled before, tells its addresses and accounts,
/// and serves it.
///
/// # Errors
/// A folder that holds another system; the address is taken.
pub fn demo(config: Config, json: bool) -> anyhow::Result<()> {
    let (config, listener) = bind(config)?;
    let services = open(&config)?;
    let accounts = accounts(&services)?;
    for key in
        services.keys(&operator())?.iter().filter(|key| key.name == KEY && key.revoked.is_none())
    {
        services.revoke_key(&operator(), &key.id)?;
    }
    let key = services.add_key(&operator(), KEY, Scope::Export, None)?;
    let keys = vec![DemoKey { scope: Scope::Export, key: key.secret }];
    let told = Told { url: config.public_url.clone(), accounts, keys };
    run(&config, &services, listener, move || tell(&told, json))
}

/// The demo's export key goes by this name; each start revokes those before.
const KEY: &str = "demo";

fn open(config: &Config) -> anyhow::Result<Services> {
    let worker = own_program()?;
    let admin: UserName = "admin".parse().context("the demo's admin")?;
    let setup = Setup {
        dir: &config.data,
        profile: PROFILE,
        settings: config.service.clone(),
        worker: &worker,
        clock: clock(),
    };
    match setup.init(&admin) {
        Ok((services, _admin)) => {
            fill(&services)?;
            Ok(services)
        }
        Err(Error::Conflict("already-initialised", _text)) => {
            let services = Services::open(&config.data, config.service.clone(), &worker, clock())?;
            let known = services.users(&operator())?;
            if !known.iter().any(|user| user.name.as_str() == Role::Auditor.as_str()) {
                bail!(
                    "{} holds a system that is no demo; choose another folder with --data",
                    config.data.display()
                );
            }
            Ok(services)
        }
        Err(error) => Err(error.into()),
    }
}

/// One account a role; made where missing, with a fresh password each time.
fn accounts(services: &Services) -> anyhow::Result<Vec<Account>> {
    let boss = operator();
    let known = services.users(&boss)?;
    let mut out = Vec::new();
    for role in Role::ALL {
        let name: UserName = role.as_str().parse()?;
        let agency = role.needs_agency().then(|| AGENCY.parse()).transpose()?;
        let password = if known.iter().any(|user| user.name == name) {
            services.reset_password(&boss, name.as_str())?
        } else {
            services.add_user(&boss, &name, BTreeSet::from([*role]), agency.clone())?.1
        };
        out.push(Account { user: name.to_string(), password, role: *role, agency });
    }
    Ok(out)
}

fn fill(services: &Services) -> anyhow::Result<()> {
    let agencies: Vec<DemoAgency> = serde_json::from_str(AGENCIES).context("agencies.json")?;
    for agency in agencies {
        services.add_agency(&operator(), agency.code, agency.name)?;
    }
    let mut files: Vec<_> = RECORDS.files().collect();
    files.sort_by_key(|file| file.path());
    let bar = indicatif::ProgressBar::new(u64::try_from(files.len())?)
        .with_style(indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}")?)
        .with_message("Nạp nội dung minh họa / loading the demo content");
    for file in files {
        let name = file.path().display().to_string();
        let entry: Entry = serde_json::from_slice(file.contents()).with_context(|| name.clone())?;
        load(services, entry).with_context(|| name)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    services.catch_up(|_place| {})?;
    Ok(())
}

fn person(name: &str, role: Role, agency: Option<&AgencyCode>) -> Actor {
    Actor {
        name: name.to_owned(),
        roles: BTreeSet::from([role]),
        scope: None,
        agency: agency.cloned(),
        from: None,
    }
}

/// One record on its way: begun, its files put to it, then as far as it is to go.
fn load(services: &Services, entry: Entry) -> anyhow::Result<()> {
    let writer = person("demo", Role::Contributor, Some(&entry.agency));
    let (reviewer, publisher) =
        (person("reviewer", Role::Reviewer, None), person("publisher", Role::Publisher, None));
    let id = explained(services.create(&writer, entry.record))?.id;
    for file in entry.files {
        put(services, &writer, id, file)?;
    }
    let go = |actor: &Actor, wish: &Wish| explained(services.transition(actor, id, wish));
    if entry.state == State::Draft {
        return Ok(());
    }
    go(&writer, &Wish::plain(Action::Submit))?;
    if entry.state == State::Submitted {
        return Ok(());
    }
    if entry.state == State::Returned {
        go(&reviewer, &Wish { note: entry.note, ..Wish::plain(Action::Return) })?;
        return Ok(());
    }
    go(&reviewer, &Wish::plain(Action::Approve))?;
    if entry.state == State::Scheduled {
        go(&publisher, &Wish::plain(Action::Schedule))?;
        return Ok(());
    }
    go(&publisher, &Wish::plain(Action::Publish))?;
    if entry.state == State::Withdrawn {
        let wish = Wish {
            reason: entry.withdraw_reason,
            note: entry.note,
            ..Wish::plain(Action::Withdraw)
        };
        go(&publisher, &wish)?;
    }
    Ok(())
}

/// Errors of the demo's own content are said in full.
fn explained<T>(done: Result<T, Error>) -> anyhow::Result<T> {
    done.map_err(|error| match error {
        Error::Invalid(errors) => anyhow::anyhow!("{errors:?}"),
        Error::Findings(findings) => anyhow::anyhow!("{findings:?}"),
        other => other.into(),
    })
}

fn put(services: &Services, writer: &Actor, id: RecordId, file: FileEntry) -> anyhow::Result<()> {
    let (folder, name) = file.file.split_once('/').context("a file without its folder")?;
    let folder = if folder == "pictures" { &PICTURES } else { &PUBLICATIONS };
    let found = folder.get_file(name).with_context(|| format!("no file {}", file.file))?;
    let mut uploading = explained(services.begin_file(writer, id, name))?;
    uploading.file.write(found.contents())?;
    explained(services.add_file(
        writer,
        id,
        uploading,
        Meta { fields: file.meta, prefill: false, again: true },
    ))?;
    Ok(())
}

fn tell(told: &Told, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, told)?;
        writeln!(out)?;
        return Ok(out.flush()?);
    }
    let url = &told.url;
    writeln!(out, "\nquangba · dữ liệu minh họa / demo\n")?;
    writeln!(out, "  Trang công khai / public pages   {url}/vi/   {url}/en/")?;
    writeln!(out, "  Mô tả API / API description      {url}/docs/")?;
    writeln!(out, "\n  Tài khoản / accounts (POST {url}/api/v1/session)")?;
    for account in &told.accounts {
        let agency = account.agency.as_ref().map(ToString::to_string).unwrap_or_default();
        writeln!(out, "    {:12} {:22} {agency}", account.user, account.password)?;
    }
    for key in &told.keys {
        writeln!(out, "\n  Khóa / key ({})   {}", key.scope, key.key)?;
    }
    writeln!(out, "\n  Dừng bằng Ctrl-C / stop with Ctrl-C\n")?;
    Ok(out.flush()?)
}
