//! `init`, `user`, `agency`, `key`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Ui,
    args::{Agency, Init, Key, User},
    own_program,
};
use crate::{
    config::Config,
    domain::{account, clock::Clock, lang::Lang, lang::Localized},
    service::{Services, Setup, operator},
};

pub(super) fn init(
    init: &Init,
    config: &Config,
    clock: Clock,
    ui: &mut dyn Ui,
) -> anyhow::Result<()> {
    let worker = own_program()?;
    let setup = Setup {
        dir: &config.data,
        profile: &init.profile,
        settings: config.service.clone(),
        worker: &worker,
        clock,
    };
    let (services, made) = setup.init(&init.admin)?;
    ui.line(&format!("{} is ready. User: {}", config.data.display(), made.user));
    ui.line(&format!(
        "First password, to be changed / Mật khẩu ban đầu, cần đổi: {}",
        made.password
    ));
    if !services.is_managed() {
        ui.line("The profile names no managing agency for today, so nothing can be published.");
        ui.line("Hồ sơ tỉnh không ghi cơ quan chủ trì quản lý cho hôm nay nên chưa thể công bố tư liệu.");
    }
    ui.result(&json!({"user": made.user, "password": made.password}));
    Ok(())
}

pub(super) fn user(action: User, services: &Services, ui: &mut dyn Ui) -> anyhow::Result<()> {
    match action {
        User::Add { name, roles, agency } => {
            let roles: BTreeSet<account::Role> = roles.into_iter().collect();
            let (user, password) = services.add_user(&operator(), &name, roles, agency)?;
            password_of(user.name.as_str(), &password, ui);
        }
        User::List => {
            let users = services.users(&operator())?;
            for user in &users {
                ui.line(&user_line(user));
            }
            ui.result(&json!({"users": users.iter().map(user_json).collect::<Vec<_>>()}));
        }
        User::Disable { name } => {
            services.disable_user(&operator(), &name).map_err(|e| unknown(e, "user", &name))?;
            ui.line(&format!("{name} is disabled"));
            ui.result(&json!({"user": name, "disabled": true}));
        }
        User::Password { name } => {
            let password = services
                .reset_password(&operator(), &name)
                .map_err(|e| unknown(e, "user", &name))?;
            password_of(&name, &password, ui);
        }
    }
    Ok(())
}

fn password_of(user: &str, password: &str, ui: &mut dyn Ui) {
    ui.line(&format!("User: {user}"));
    ui.line(&format!("First password, to be changed / Mật khẩu ban đầu, cần đổi: {password}"));
    ui.result(&json!({"user": user, "password": password}));
}

fn user_line(user: &account::User) -> String {
    let roles: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
    let agency = user.agency.as_ref().map_or("-", |agency| agency.as_str());
    let disabled = if user.disabled { "\tdisabled" } else { "" };
    format!("{}\t{}\t{agency}{disabled}", user.name, roles.join(","))
}

/// Never the password's hash.
fn user_json(user: &account::User) -> Value {
    json!({
        "user": user.name,
        "roles": user.roles,
        "agency": user.agency,
        "disabled": user.disabled,
        "created": user.created,
    })
}

pub(super) fn agency(action: Agency, services: &Services, ui: &mut dyn Ui) -> anyhow::Result<()> {
    match action {
        Agency::Add { code, name_vi, name_en } => {
            let mut name = Localized::default();
            name.insert(Lang::vi(), name_vi);
            name.insert("en".parse()?, name_en);
            let agency = services.add_agency(&operator(), code, name)?;
            ui.line(&format!("{} is added", agency.code));
            ui.result(&json!({"code": agency.code, "name": agency.name}));
        }
        Agency::List => {
            let catalog = services.catalog();
            for agency in &catalog.agencies {
                let name = catalog.agency_name(agency.code.as_str(), "vi");
                ui.line(&format!("{}\t{name}", agency.code));
            }
            ui.result(&json!({"agencies": catalog.agencies}));
        }
    }
    Ok(())
}

pub(super) fn key(action: Key, services: &Services, ui: &mut dyn Ui) -> anyhow::Result<()> {
    match action {
        Key::Create { name, scope, agency } => {
            let made = services.add_key(&operator(), &name, scope, agency)?;
            ui.line(&format!("Key {}: {}", made.key.id, made.secret));
            ui.line("It is shown only once. / Khóa chỉ hiển thị một lần.");
            ui.result(&json!({"id": made.key.id, "key": made.secret}));
        }
        Key::List => {
            let keys = services.keys(&operator())?;
            for key in &keys {
                let agency = key.agency.as_ref().map_or("-", |agency| agency.as_str());
                let revoked = if key.revoked.is_some() { "\trevoked" } else { "" };
                ui.line(&format!("{}\t{}\t{agency}\t{}{revoked}", key.id, key.scope, key.name));
            }
            ui.result(&json!({"keys": keys.iter().map(key_json).collect::<Vec<_>>()}));
        }
        Key::Revoke { id } => {
            services.revoke_key(&operator(), &id).map_err(|e| unknown(e, "key", &id))?;
            ui.line(&format!("{id} is revoked"));
            ui.result(&json!({"id": id, "revoked": true}));
        }
    }
    Ok(())
}

/// Never the secret's hash.
fn key_json(key: &account::ApiKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scope": key.scope,
        "agency": key.agency,
        "created": key.created,
        "revoked": key.revoked,
    })
}

/// Says what was not found.
fn unknown(error: crate::service::Error, what: &str, name: &str) -> anyhow::Error {
    match error {
        crate::service::Error::NotFound => anyhow::anyhow!("there is no {what} {name}"),
        other => other.into(),
    }
}
