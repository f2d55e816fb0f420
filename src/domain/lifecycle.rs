//! Who may do what with a record, and what becomes of it: one pure function for every door.

use std::collections::BTreeSet;

use jiff::Timestamp;
use thiserror::Error;

use super::{
    account::{Actor, Role, Scope, words},
    agency::AgencyCode,
    lang::Lang,
    profile::Profile,
    record::{DraftState, Live, Record},
    review::Assignment,
};

words!(
    /// What can be asked of a record.
    Action,
    "read, edit, delete, submit, sign-off, return, approve, schedule, publish, withdraw, reopen, assign, clear, refuse, comment, consult, purge",
    {
        /// See the unpublished side.
        Read = "read",
        /// Save the draft; opens one beside a live version.
        Edit = "edit",
        /// Throw the draft away.
        Delete = "delete",
        /// Hand the draft to the reviewers.
        Submit = "submit",
        /// Sign off for the agency.
        SignOff = "sign-off",
        /// Send it back with reasons.
        Return = "return",
        /// Find it fit to be published.
        Approve = "approve",
        /// Have it published at a set time.
        Schedule = "schedule",
        /// Make it live.
        Publish = "publish",
        /// Take the live version back, for ever.
        Withdraw = "withdraw",
        /// Take a submitted, approved or scheduled draft back to writing.
        Reopen = "reopen",
        /// Give it to a person, as a whole or in one language.
        Assign = "assign",
        /// Say that what the screening flagged is no secret.
        Clear = "clear",
        /// Say that it may be one: it goes back.
        Refuse = "refuse",
        /// Say something to it.
        Comment = "comment",
        /// Ask another body, or put its answer on file.
        Consult = "consult",
        /// Remove every byte of it, from everywhere.
        Purge = "purge",
    }
);

/// What the rule must know of a record.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Who contributes it.
    pub agency: &'a AgencyCode,
    /// Who goes on with that agency's work today, if another does.
    pub heir: Option<AgencyCode>,
    /// To whom it is given.
    pub assigned: &'a [Assignment],
    /// Whether the screening ever found what may be a secret.
    pub flagged: bool,
    /// What the public sees.
    pub live: Live,
    /// Where the draft stands.
    pub draft: Option<DraftState>,
    /// Whether it ever left its agency.
    pub submitted_before: bool,
    /// Everybody who wrote in it.
    pub writers: &'a BTreeSet<String>,
    /// Not to be public before.
    pub embargo: Option<Timestamp>,
    /// When it is to go out by itself.
    pub scheduled_for: Option<Timestamp>,
    /// Whether the agency's leader signed off.
    pub signed_off: bool,
    /// How many findings hold it back.
    pub blocks: usize,
}

impl<'a> Facts<'a> {
    /// What is known of `record`, with `blocks` findings that hold its draft back; its agency still
    /// exists, see [`Facts::heir`].
    #[must_use]
    pub fn of(record: &'a Record, blocks: usize) -> Self {
        let draft = record.draft.as_ref();
        Self {
            agency: &record.agency,
            heir: None,
            assigned: &record.assignments,
            flagged: record.was_flagged,
            live: record.live,
            draft: draft.map(|draft| draft.state),
            submitted_before: record.local_id.is_some(),
            writers: &record.writers,
            embargo: draft.and_then(|draft| draft.document.embargoed_until),
            scheduled_for: draft.and_then(|draft| draft.scheduled_for),
            signed_off: draft.is_some_and(|draft| draft.signed_off_by.is_some()),
            blocks,
        }
    }
}

/// What becomes of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing changes place.
    Stay,
    /// The draft now stands here.
    Draft(DraftState),
    /// The draft becomes the live version.
    Live,
    /// The live version is gone, for ever.
    Withdrawn,
    /// The draft is gone.
    Dropped,
    /// Every byte is gone.
    Purged,
}

/// Why it may not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// They may not even know of it: answered as if it did not exist.
    #[error("there is no such record")]
    Unknown,
    /// Not in their role.
    #[error("this role may not do that")]
    Role,
    /// Nobody judges what they wrote.
    #[error("nobody may approve what they wrote")]
    OwnWork,
    /// Not from where it stands.
    #[error("the record's state does not allow it")]
    State,
    /// The agency's leader has not signed off.
    #[error("the agency's leader has not signed off")]
    SignOff,
    /// Findings hold it back.
    #[error("findings hold it back")]
    Findings,
    /// Its embargo lasts.
    #[error("it is under embargo")]
    Embargo,
}

/// Whether `actor` may do `action` now, and what becomes of the record.
///
/// The order of the rules: what they may know of, their role, where the record stands, whose work
/// it is, the agency's signature, findings, time.
///
/// # Errors
/// The first rule that it breaks.
pub fn decide(
    actor: &Actor,
    facts: &Facts<'_>,
    action: Action,
    profile: &Profile,
    now: Timestamp,
) -> Result<Step, Refusal> {
    if !sees(actor, facts, action) {
        return Err(Refusal::Unknown);
    }
    if !may(actor, facts, action) {
        return Err(Refusal::Role);
    }
    let step = step(facts, action).ok_or(Refusal::State)?;
    // A clearing needs two who did not write it, as an approval needs one.
    let judges = matches!(action, Action::Approve | Action::Clear);
    if judges && facts.writers.contains(&actor.name) {
        return Err(Refusal::OwnWork);
    }
    if action == Action::Submit && profile.gates.sign_off && !facts.signed_off {
        return Err(Refusal::SignOff);
    }
    let gated =
        matches!(action, Action::Submit | Action::Approve | Action::Schedule | Action::Publish);
    if gated && 0 < facts.blocks {
        return Err(Refusal::Findings);
    }
    let due = [facts.embargo, facts.scheduled_for.filter(|_| actor.name == "system")];
    if action == Action::Publish && due.into_iter().flatten().any(|at| now < at) {
        return Err(Refusal::Embargo);
    }
    Ok(step)
}

/// Whether they may know of the unpublished side: their own agency's, or that of one whose work
/// theirs took over; for the reviewers and publishers of the managing agency what was submitted at
/// least once; for the secrecy officer what was flagged; for whom it was given to, that; for auditors
/// everything.
fn sees(actor: &Actor, facts: &Facts<'_>, action: Action) -> bool {
    let known = Known {
        agency: facts.agency,
        heir: facts.heir.as_ref(),
        submitted: facts.submitted_before,
        flagged: facts.flagged,
        assigned: facts.assigned.iter().any(|given| given.to == actor.name),
    };
    // What leaked in unnoticed has to be purged by its number alone.
    known.to(actor) || (action == Action::Purge && actor.is(Role::Secrecy))
}

/// What decides who may know of a record.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Who contributes it.
    pub agency: &'a AgencyCode,
    /// Who goes on with that agency's work today, if another does.
    pub heir: Option<&'a AgencyCode>,
    /// Whether it ever left its agency.
    pub submitted: bool,
    /// Whether the screening ever found what may be a secret.
    pub flagged: bool,
    /// Whether it was given to the one who asks.
    pub assigned: bool,
}

impl Known<'_> {
    /// Whether `actor` may know of its unpublished side.
    #[must_use]
    pub fn to(&self, actor: &Actor) -> bool {
        let managing = actor.is(Role::Reviewer) || actor.is(Role::Publisher);
        actor.writes_for(self.agency)
            || self.heir.is_some_and(|heir| actor.writes_for(heir))
            || actor.is(Role::Auditor)
            || (managing && self.submitted)
            || (actor.is(Role::Secrecy) && self.flagged)
            || self.assigned
    }
}

/// What somebody may write in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writable {
    /// All of it.
    Whole,
    /// The texts of these languages.
    Languages(Vec<Lang>),
}

/// What `actor` may write in a draft of which they may write something.
#[must_use]
pub fn writable(actor: &Actor, facts: &Facts<'_>) -> Writable {
    if writes_whole(actor, facts) {
        return Writable::Whole;
    }
    let own = facts.assigned.iter().filter(|given| given.to == actor.name);
    Writable::Languages(own.filter_map(|given| given.lang.clone()).collect())
}

fn owns(actor: &Actor, facts: &Facts<'_>) -> bool {
    actor.writes_for(facts.agency) || facts.heir.as_ref().is_some_and(|heir| actor.writes_for(heir))
}

/// A publisher corrects what is live; somebody else then approves the correction.
fn writes_whole(actor: &Actor, facts: &Facts<'_>) -> bool {
    owns(actor, facts) || (actor.is(Role::Publisher) && facts.live != Live::None)
}

fn may(actor: &Actor, facts: &Facts<'_>, action: Action) -> bool {
    let own = owns(actor, facts);
    let managing = actor.is(Role::Reviewer) || actor.is(Role::Publisher);
    let translates = || {
        let given = |given: &Assignment| given.to == actor.name && given.lang.is_some();
        actor.is(Role::Translator) && facts.assigned.iter().any(given)
    };
    match action {
        Action::Read => true,
        Action::Edit => writes_whole(actor, facts) || translates(),
        Action::Delete | Action::Submit => writes_whole(actor, facts),
        Action::SignOff => own && actor.is(Role::Leader),
        Action::Return | Action::Consult => managing,
        Action::Approve => actor.is(Role::Reviewer),
        Action::Schedule | Action::Publish | Action::Withdraw => actor.is(Role::Publisher),
        Action::Reopen => (own && facts.draft == Some(DraftState::Submitted)) || managing,
        Action::Assign => managing || (own && actor.is(Role::Leader)),
        // The officer, and a second person: of the managing agency or, before it is submitted, the
        // agency's leader.
        Action::Clear => actor.is(Role::Secrecy) || managing || (own && actor.is(Role::Leader)),
        Action::Refuse => actor.is(Role::Secrecy),
        Action::Comment => own || managing || translates() || actor.is(Role::Secrecy),
        Action::Purge => actor.is(Role::Secrecy) || actor.is(Role::Publisher),
    }
}

fn step(facts: &Facts<'_>, action: Action) -> Option<Step> {
    use DraftState as D;
    let lasts = matches!(action, Action::Read | Action::Comment | Action::Purge);
    if facts.live == Live::Withdrawn && !lasts {
        return None;
    }
    match (action, facts.draft) {
        (Action::Read | Action::Comment | Action::Assign | Action::Consult, _) => Some(Step::Stay),
        (Action::Purge, _) => Some(Step::Purged),
        (Action::Clear, Some(_)) => facts.flagged.then_some(Step::Stay),
        (Action::Refuse, Some(_)) => facts.flagged.then_some(Step::Draft(D::Returned)),
        (Action::Edit, None) => (facts.live == Live::Published).then_some(Step::Draft(D::Draft)),
        (Action::Edit, Some(state @ (D::Draft | D::Returned))) => Some(Step::Draft(state)),
        (Action::Delete, Some(D::Draft | D::Returned)) => Some(Step::Dropped),
        (Action::SignOff, Some(D::Draft | D::Returned)) => Some(Step::Stay),
        (Action::Submit, Some(D::Draft | D::Returned)) => Some(Step::Draft(D::Submitted)),
        (Action::Return, Some(D::Submitted | D::Approved)) => Some(Step::Draft(D::Returned)),
        (Action::Approve, Some(D::Submitted)) => Some(Step::Draft(D::Approved)),
        (Action::Schedule, Some(D::Approved | D::Scheduled)) => Some(Step::Draft(D::Scheduled)),
        (Action::Publish, Some(D::Approved | D::Scheduled)) => Some(Step::Live),
        (Action::Withdraw, _) => (facts.live == Live::Published).then_some(Step::Withdrawn),
        (Action::Reopen, Some(D::Submitted | D::Approved | D::Scheduled)) => {
            Some(Step::Draft(D::Draft))
        }
        _ => None,
    }
}

/// Whether they may begin a record for `agency`.
#[must_use]
pub fn may_create(actor: &Actor, agency: &AgencyCode) -> bool {
    actor.writes_for(agency)
}

/// Whether the national database's doors are open to them.
#[must_use]
pub fn may_export(actor: &Actor) -> bool {
    actor.scope == Some(Scope::Export) || actor.is(Role::Admin) || actor.is(Role::Auditor)
}

#[cfg(test)]
mod tests;
