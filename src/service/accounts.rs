//! Signing in and out; users, keys and agencies.

use std::{collections::BTreeSet, net::IpAddr};

use jiff::SignedDuration;

use super::{Error, Services, secret};
use crate::{
    domain::{
        account::{Actor, ApiKey, Role, Scope, User, UserName},
        agency::{Agency, AgencyCode},
        input::InputError,
        lang::Localized,
    },
    store::{By, Found, Intent, Session, Tree},
    text::nfc,
};

/// A fresh sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The session's token, for the cookie; shown this once.
    pub token: String,
}

/// A fresh key.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The key as kept.
    pub key: ApiKey,
    /// The whole key `qb_<id>_<secret>`; shown this once.
    pub secret: String,
}

/// A hash that no password has; verified against for unknown names, so that their answer takes as
/// long as that for known ones.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The fewest characters of a password that people choose, and the most.
const SHORTEST: usize = 12;
const LONGEST: usize = 1_024;

/// Actors that are no accounts: the program itself and its command line.
const RESERVED: [&str; 2] = ["system", "cli"];

impl Services {
    /// Signs somebody in; any session that the browser had ends.
    ///
    /// # Errors
    /// [`Error::Unauthorised`] for a wrong name or password, [`Error::TooMany`] after many tries.
    pub fn sign_in(
        &self,
        (name, password): (&str, &str),
        address: Option<IpAddr>,
        old: Option<&str>,
    ) -> Result<SignedIn, Error> {
        self.sign_ins.try_once(name, address)?;
        let user = self.store.user(name)?.map(|found| found.value);
        let kept = user.as_ref().map_or(NOBODY, |user| user.password.as_str());
        let password = nfc(password);
        let right = password.chars().count() <= LONGEST && secret::verify_password(&password, kept);
        let known = user.is_some();
        let Some(user) = user.filter(|user| right && !user.disabled) else {
            // A name that nobody has may be a password typed in the wrong place.
            self.noted("session.refuse", if known { name } else { "-" }, address);
            return Err(Error::Unauthorised);
        };
        if let Some(old) = old {
            self.store.end_session(&secret::hash(old))?;
        }
        let token = secret::token()?;
        let now = self.now();
        let session = Session { user: user.name.clone(), epoch: user.epoch, began: now, seen: now };
        self.store.keep_session(&secret::hash(&token), &session)?;
        self.noted("session.begin", user.name.as_str(), address);
        Ok(SignedIn { user, token })
    }

    /// Puts a line into the audit that changes nothing. A store that cannot be written can still be
    /// signed in to and looked at.
    fn noted(&self, action: &str, actor: &str, from: Option<IpAddr>) {
        let line = Intent {
            at: self.now(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            from,
            record: None,
            expects: Vec::new(),
            rows: Vec::new(),
        };
        if let Err(error) = self.store.write(line) {
            tracing::warn!(action, "the audit lacks a line: {error}");
        }
    }

    /// Who holds this session's token.
    ///
    /// # Errors
    /// [`Error::Unauthorised`] if the session is over, or its account disabled or changed.
    pub fn by_session(&self, token: &str) -> Result<Actor, Error> {
        let hash = secret::hash(token);
        let session = self.store.session(&hash)?.ok_or(Error::Unauthorised)?;
        let now = self.now();
        let idle = now.duration_since(session.seen);
        let user = self.store.user(session.user.as_str())?.map(|found| found.value);
        let user = user
            .filter(|user| {
                idle.as_secs() < self.settings.session_seconds
                    && !user.disabled
                    && user.epoch == session.epoch
            })
            .ok_or(Error::Unauthorised)?;
        if SignedDuration::from_mins(1) <= idle {
            self.store.keep_session(&hash, &Session { seen: now, ..session })?;
        }
        Ok(Actor::from(&user))
    }

    /// Ends a session; one that is over already is fine.
    ///
    /// # Errors
    /// The store's.
    pub fn sign_out(&self, token: &str, from: Option<IpAddr>) -> Result<(), Error> {
        let hash = secret::hash(token);
        if let Some(session) = self.store.session(&hash)? {
            self.noted("session.end", session.user.as_str(), from);
        }
        Ok(self.store.end_session(&hash)?)
    }

    /// Who holds this key (`qb_<id>_<secret>`).
    ///
    /// # Errors
    /// [`Error::Unauthorised`] if there is none, or it is revoked.
    pub fn by_key(&self, key: &str) -> Result<Actor, Error> {
        let parts = key.strip_prefix("qb_").and_then(|rest| rest.split_once('_'));
        let (id, secret) = parts.ok_or(Error::Unauthorised)?;
        let kept = self.store.key(id)?.ok_or(Error::Unauthorised)?.value;
        // Comparing hashes of a 256-bit secret: how long it takes tells nothing of use.
        if kept.revoked.is_some() || kept.secret_hash != secret::hash(secret) {
            return Err(Error::Unauthorised);
        }
        Ok(Actor::from(&kept))
    }

    /// Changes the own password and ends all own sessions.
    ///
    /// # Errors
    /// [`Error::Unauthorised`] if the old one is wrong; [`Error::Invalid`] for a weak new one.
    pub fn change_password(&self, actor: &Actor, old: &str, new: &str) -> Result<(), Error> {
        self.sign_ins.try_once(&actor.name, None)?;
        let user = self.store.user(&actor.name)?.ok_or(Error::Unauthorised)?;
        if !secret::verify_password(&nfc(old), &user.value.password) {
            return Err(Error::Unauthorised);
        }
        self.set_password(actor, &actor.name, new)
    }

    /// Gives an account a new, random password, which is returned; its sessions end.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others than the admin; [`Error::NotFound`] for an unknown name.
    pub fn reset_password(&self, actor: &Actor, name: &str) -> Result<String, Error> {
        only(actor, Role::Admin)?;
        let fresh = secret::password()?;
        self.set_password(actor, name, &fresh)?;
        Ok(fresh)
    }

    fn set_password(&self, actor: &Actor, name: &str, new: &str) -> Result<(), Error> {
        // Keyboards differ in how they compose what people see as one letter.
        let new = nfc(new);
        let length = new.chars().count();
        if length < SHORTEST {
            let text =
                ("Mật khẩu phải có ít nhất 12 ký tự.", "A password has at least 12 characters.");
            return Err(Error::field("/new", "too-short", text));
        }
        if LONGEST < length {
            let text =
                ("Mật khẩu có nhiều nhất 1.024 ký tự.", "A password has at most 1,024 characters.");
            return Err(Error::field("/new", "too-long", text));
        }
        let found = self.store.user(name)?.ok_or(Error::NotFound)?;
        let user = User {
            password: secret::hash_password(&new)?,
            epoch: found.value.epoch.saturating_add(1),
            ..found.value
        };
        self.store.put_row(
            self.by(actor, "user.password"),
            Tree::Users,
            name,
            (Some(found.bytes), &user),
        )?;
        Ok(())
    }

    /// Makes an account with a random password, which is returned.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a role without its agency or an unknown agency; [`Error::Conflict`]
    /// for a name that is taken.
    pub fn add_user(
        &self,
        actor: &Actor,
        name: &UserName,
        roles: BTreeSet<Role>,
        agency: Option<AgencyCode>,
    ) -> Result<(User, String), Error> {
        only(actor, Role::Admin)?;
        self.check_agency(agency.as_ref(), roles.iter().any(|role| role.needs_agency()))?;
        if RESERVED.contains(&name.as_str()) {
            let text = ("Tên này dành riêng cho hệ thống.", "This name is the system's own.");
            return Err(Error::field("/user", "reserved", text));
        }
        if roles.is_empty() {
            let text = ("Phải có ít nhất một vai trò.", "There must be one role at least.");
            return Err(Error::field("/roles", "required", text));
        }
        let password = secret::password()?;
        let user = User {
            name: name.clone(),
            roles,
            agency,
            password: secret::hash_password(&password)?,
            epoch: 0,
            disabled: false,
            created: self.now(),
        };
        self.store
            .put_row(self.by(actor, "user.add"), Tree::Users, name.as_str(), (None, &user))
            .map_err(|error| {
            taken(error, "user-taken", ("Tên đăng nhập đã có.", "The user name is taken."))
        })?;
        Ok((user, password))
    }

    /// All accounts.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others than admin and auditor.
    pub fn users(&self, actor: &Actor) -> Result<Vec<User>, Error> {
        admin_or_auditor(actor)?;
        Ok(self.store.users()?)
    }

    /// Disables an account: its sessions end, it signs in no more.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown name.
    pub fn disable_user(&self, actor: &Actor, name: &str) -> Result<(), Error> {
        only(actor, Role::Admin)?;
        let found = self.store.user(name)?.ok_or(Error::NotFound)?;
        let runs = |user: &User| !user.disabled && user.roles.contains(&Role::Admin);
        let others =
            self.store.users()?.iter().any(|user| user.name != found.value.name && runs(user));
        if runs(&found.value) && !others {
            let text = (
                "Không thể vô hiệu hóa quản trị viên duy nhất.",
                "The only administrator cannot be disabled.",
            );
            return Err(Error::conflict("last-admin", text));
        }
        let epoch = found.value.epoch.saturating_add(1);
        let user = User { disabled: true, epoch, ..found.value };
        let rows = (Some(found.bytes), &user);
        self.store.put_row(self.by(actor, "user.disable"), Tree::Users, name, rows)?;
        Ok(())
    }

    /// Makes an API key; the secret is returned this once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an upload key without its agency.
    pub fn add_key(
        &self,
        actor: &Actor,
        name: &str,
        scope: Scope,
        agency: Option<AgencyCode>,
    ) -> Result<NewKey, Error> {
        only(actor, Role::Admin)?;
        self.check_agency(agency.as_ref(), scope == Scope::Upload)?;
        if name.trim().is_empty() || 100 < name.chars().count() {
            let text = ("Tên khóa có từ 1 đến 100 ký tự.", "A key's name has 1 to 100 characters.");
            return Err(Error::field("/name", "length", text));
        }
        let secret = secret::token()?;
        let id = secret::hash(&secret::token()?).chars().take(12).collect::<String>();
        let key = ApiKey {
            id: id.clone(),
            name: name.trim().to_owned(),
            scope,
            agency,
            secret_hash: secret::hash(&secret),
            created: self.now(),
            revoked: None,
        };
        self.store.put_row(self.by(actor, "key.create"), Tree::Keys, &id, (None, &key))?;
        Ok(NewKey { key, secret: format!("qb_{id}_{secret}") })
    }

    /// All keys, without secrets.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others than admin and auditor.
    pub fn keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, Error> {
        admin_or_auditor(actor)?;
        Ok(self.store.keys()?)
    }

    /// Revokes a key, at once and for ever.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown id.
    pub fn revoke_key(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        only(actor, Role::Admin)?;
        let found = self.store.key(id)?.ok_or(Error::NotFound)?;
        let revoked = found.value.revoked.or(Some(self.now()));
        let key = ApiKey { revoked, ..found.value };
        self.store.put_row(
            self.by(actor, "key.revoke"),
            Tree::Keys,
            id,
            (Some(found.bytes), &key),
        )?;
        Ok(())
    }

    /// Adds an agency.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a Vietnamese name; [`Error::Conflict`] for a code that is taken.
    pub fn add_agency(
        &self,
        actor: &Actor,
        code: AgencyCode,
        name: Localized<String>,
    ) -> Result<Agency, Error> {
        only(actor, Role::Admin)?;
        if name.get("vi").is_none() {
            let text = ("Phải có tên tiếng Việt.", "There must be a Vietnamese name.");
            return Err(Error::field("/name/vi", "required", text));
        }
        let agency = Agency {
            code,
            name,
            kind: String::new(),
            valid_from: None,
            valid_to: None,
            successor: None,
            focal_points: Vec::new(),
        };
        let errors = self.agency_errors(&agency);
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let by = self.by(actor, "agency.add");
        self.store.put_row(by, Tree::Agencies, agency.code.as_str(), (None, &agency)).map_err(
            |error| taken(error, "agency-taken", ("Mã đơn vị đã có.", "The agency code is taken.")),
        )?;
        self.reload_catalog()?;
        Ok(agency)
    }

    /// Sets what is known of an agency: its names, its days, who goes on with its work, whom it named.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown code; [`Error::Invalid`] with everything that is wrong.
    pub fn set_agency(&self, actor: &Actor, agency: &Agency) -> Result<Agency, Error> {
        only(actor, Role::Admin)?;
        let code = agency.code.as_str();
        let before: Found<Agency> =
            self.store.find(Tree::Agencies, code)?.ok_or(Error::NotFound)?;
        let errors = self.agency_errors(agency);
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let by = self.by(actor, "agency.set");
        self.store.put_row(by, Tree::Agencies, code, (Some(before.bytes), agency))?;
        self.reload_catalog()?;
        Ok(agency.clone())
    }

    fn agency_errors(&self, agency: &Agency) -> Vec<InputError> {
        let mut errors = Vec::new();
        let mut wrong = |pointer: &str, code: &str, text| {
            errors.push(InputError::new(pointer, code, text));
        };
        if agency.name.get("vi").is_none() {
            wrong(
                "/name/vi",
                "required",
                ("Phải có tên tiếng Việt.", "There must be a Vietnamese name."),
            );
        }
        let said = agency.name.iter().map(|(lang, text)| (format!("/name/{lang}"), text, 300));
        let kind = [("/kind".to_owned(), &agency.kind, 50)];
        let points = agency.focal_points.iter().enumerate();
        let points =
            points.map(|(at, point)| (format!("/focalPoints/{at}/name"), &point.name, 200));
        for (pointer, text, most) in said.chain(kind).chain(points) {
            let blank = text.trim().is_empty() && pointer != "/kind";
            if blank || most < text.chars().count() || crate::text::forbidden_char(text).is_some() {
                let said = (
                    "Không được trống, quá dài hoặc có ký tự điều khiển.",
                    "It is empty, too long, or has control characters.",
                );
                wrong(&pointer, "text", said);
            }
        }
        if 50 < agency.focal_points.len() {
            wrong("/focalPoints", "too-many", ("Tối đa 50 đầu mối.", "50 focal points at most."));
        }
        let turned = ("Ngày cuối phải sau ngày đầu.", "The last day comes after the first.");
        if agency.valid_from.zip(agency.valid_to).is_some_and(|(from, to)| to < from) {
            wrong("/validTo", "order", turned);
        }
        let catalog = self.catalog();
        if let Some(successor) = &agency.successor {
            let knows = catalog.agency(successor.as_str()).is_some();
            if !knows || *successor == agency.code {
                let text = ("Không có đơn vị kế thừa này.", "There is no such successor.");
                wrong("/successor", "unknown-agency", text);
            }
        }
        for (at, point) in agency.focal_points.iter().enumerate() {
            if point.contact.as_ref().is_some_and(|contact| 200 < contact.chars().count()) {
                let text = ("Tối đa 200 ký tự.", "200 characters at most.");
                wrong(&format!("/focalPoints/{at}/contact"), "length", text);
            }
            if point.from.zip(point.to).is_some_and(|(from, to)| to < from) {
                wrong(&format!("/focalPoints/{at}/to"), "order", turned);
            }
        }
        errors
    }

    /// All agencies; whom they named is for the managing agency, for auditors and for themselves.
    #[must_use]
    pub fn agencies(&self, actor: &Actor) -> Vec<Agency> {
        let staff = [Role::Admin, Role::Auditor, Role::Reviewer, Role::Publisher];
        let staff = staff.into_iter().any(|role| actor.is(role));
        let shown = |agency: &Agency| {
            let mut agency = agency.clone();
            if !staff && actor.agency.as_ref() != Some(&agency.code) {
                agency.focal_points.clear();
            }
            agency
        };
        self.catalog().agencies.iter().map(shown).collect()
    }

    fn check_agency(&self, agency: Option<&AgencyCode>, needed: bool) -> Result<(), Error> {
        let (code, text) = match agency {
            Some(agency) if self.store.knows_agency(agency)? => return Ok(()),
            None if !needed => return Ok(()),
            Some(_) => ("unknown-agency", ("Không có đơn vị này.", "There is no such agency.")),
            None => ("required", ("Phải chọn đơn vị.", "An agency is needed.")),
        };
        Err(Error::field("/agency", code, text))
    }

    pub(super) fn by<'a>(&self, actor: &'a Actor, action: &'a str) -> By<'a> {
        By { at: self.now(), actor: &actor.name, action, from: actor.from }
    }
}

/// The actor, if they hold the role.
pub(super) fn only(actor: &Actor, role: Role) -> Result<(), Error> {
    if actor.is(role) { Ok(()) } else { Err(Error::Forbidden) }
}

fn admin_or_auditor(actor: &Actor) -> Result<(), Error> {
    if actor.is(Role::Admin) || actor.is(Role::Auditor) { Ok(()) } else { Err(Error::Forbidden) }
}

fn taken(error: crate::store::StoreError, code: &'static str, text: (&str, &str)) -> Error {
    match error {
        crate::store::StoreError::Conflict { .. } => Error::conflict(code, text),
        other => Error::Store(other),
    }
}
