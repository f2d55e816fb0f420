use super::*;

fn profile() -> Profile {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/profiles/dak-lak.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn person(name: &str, role: Role, agency: Option<&str>) -> Actor {
    Actor {
        name: name.to_owned(),
        roles: [role].into(),
        scope: None,
        agency: agency.map(|code| code.parse().unwrap()),
        from: None,
    }
}

const STATES: [(&str, Live, Option<DraftState>); 9] = [
    ("-", Live::None, None),
    ("draft", Live::None, Some(DraftState::Draft)),
    ("submitted", Live::None, Some(DraftState::Submitted)),
    ("returned", Live::None, Some(DraftState::Returned)),
    ("approved", Live::None, Some(DraftState::Approved)),
    ("scheduled", Live::None, Some(DraftState::Scheduled)),
    ("live", Live::Published, None),
    ("live+draft", Live::Published, Some(DraftState::Draft)),
    ("withdrawn", Live::Withdrawn, None),
];

fn given(lang: Option<&str>) -> Vec<Assignment> {
    vec![Assignment {
        to: "somebody".to_owned(),
        lang: lang.map(|lang| lang.parse().unwrap()),
        by: "reviewer".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        note: None,
    }]
}

/// The rows of one actor: what they may do from every state.
fn rows(who: &str, actor: &Actor, assigned: &[Assignment], flagged: bool) -> String {
    let agency: AgencyCode = "H15.16".parse().unwrap();
    let writers = BTreeSet::from(["writer".to_owned()]);
    let mut table = String::new();
    for (name, live, draft) in STATES {
        let facts = Facts {
            agency: &agency,
            heir: None,
            assigned,
            flagged,
            live,
            draft,
            submitted_before: name != "draft" && name != "-",
            writers: &writers,
            embargo: None,
            scheduled_for: None,
            signed_off: false,
            blocks: 0,
        };
        let allowed = |action: &&Action| {
            decide(actor, &facts, **action, &profile(), Timestamp::UNIX_EPOCH).is_ok()
        };
        let words: Vec<_> =
            Action::ALL.iter().filter(allowed).map(|action| action.as_str()).collect();
        table.push_str(&format!("{who:20} {name:10} {}\n", words.join(" ")));
    }
    table
}

/// Every role, against every action, from every state: the whole table at a glance.
#[test]
fn the_table_of_roles_states_and_actions() {
    let mut table = String::new();
    for role in Role::ALL {
        let own = role.needs_agency().then_some("H15.16");
        let actor = person("somebody", *role, own);
        table.push_str(&rows(role.as_str(), &actor, &[], false));
        if *role == Role::Translator {
            table.push_str(&rows("translator of en", &actor, &given(Some("en")), false));
        }
        if *role == Role::Secrecy {
            table.push_str(&rows("secrecy, flagged", &actor, &[], true));
        }
        if *role == Role::Reviewer {
            table.push_str(&rows("reviewer, flagged", &actor, &[], true));
        }
    }
    let stranger = person("somebody", Role::Contributor, Some("H15.11"));
    table.push_str(&rows("other agency", &stranger, &[], true));
    insta::assert_snapshot!(table);
}

#[test]
fn a_translator_writes_the_language_that_they_were_given() {
    let (agency, writers) = ("H15.16".parse().unwrap(), BTreeSet::new());
    let assigned = given(Some("en"));
    let facts = Facts { assigned: &assigned, ..facts(&agency, &writers, DraftState::Draft) };
    let of = |name, role, agency| writable(&person(name, role, agency), &facts);
    assert_eq!(
        of("somebody", Role::Translator, None),
        Writable::Languages(vec!["en".parse().unwrap()])
    );
    assert_eq!(of("lan", Role::Contributor, Some("H15.16")), Writable::Whole);
    assert_eq!(of("other", Role::Translator, None), Writable::Languages(Vec::new()));
}

#[test]
fn an_agencys_heir_goes_on_with_its_records() {
    let (agency, writers) = ("local:so-cu".parse().unwrap(), BTreeSet::new());
    let mut facts = facts(&agency, &writers, DraftState::Draft);
    let heir = person("lan", Role::Contributor, Some("H15.16"));
    let edit =
        |facts: &Facts<'_>| decide(&heir, facts, Action::Edit, &profile(), Timestamp::UNIX_EPOCH);
    assert_eq!(edit(&facts), Err(Refusal::Unknown));
    facts.heir = Some("H15.16".parse().unwrap());
    assert_eq!(edit(&facts), Ok(Step::Draft(DraftState::Draft)));
}

fn facts<'a>(
    agency: &'a AgencyCode,
    writers: &'a BTreeSet<String>,
    state: DraftState,
) -> Facts<'a> {
    Facts {
        agency,
        heir: None,
        assigned: &[],
        flagged: false,
        live: Live::None,
        draft: Some(state),
        submitted_before: true,
        writers,
        embargo: None,
        scheduled_for: None,
        signed_off: false,
        blocks: 0,
    }
}

#[test]
fn nobody_approves_what_they_wrote_and_others_do() {
    let (agency, writers) = ("H15.16".parse().unwrap(), BTreeSet::from(["lan".to_owned()]));
    let facts = facts(&agency, &writers, DraftState::Submitted);
    let ask = |name| {
        let actor = person(name, Role::Reviewer, None);
        decide(&actor, &facts, Action::Approve, &profile(), Timestamp::UNIX_EPOCH)
    };
    assert_eq!(ask("lan"), Err(Refusal::OwnWork));
    assert_eq!(ask("minh"), Ok(Step::Draft(DraftState::Approved)));
}

#[test]
fn another_agencys_record_does_not_exist() {
    let (agency, writers) = ("H15.16".parse().unwrap(), BTreeSet::new());
    let facts = facts(&agency, &writers, DraftState::Draft);
    let stranger = person("x", Role::Contributor, Some("H15.11"));
    for action in Action::ALL {
        let answer = decide(&stranger, &facts, *action, &profile(), Timestamp::UNIX_EPOCH);
        assert_eq!(answer, Err(Refusal::Unknown), "{action}");
    }
}

#[test]
fn findings_signature_and_embargo_hold_it_back() {
    let (agency, writers) = ("H15.16".parse().unwrap(), BTreeSet::new());
    let at = |s| Timestamp::from_second(s).unwrap();
    let publisher = person("p", Role::Publisher, None);
    let mut held = facts(&agency, &writers, DraftState::Approved);
    held.embargo = Some(at(100));
    let publish =
        |facts: &Facts<'_>, s| decide(&publisher, facts, Action::Publish, &profile(), at(s));
    assert_eq!(publish(&held, 99), Err(Refusal::Embargo));
    assert_eq!(publish(&held, 100), Ok(Step::Live));
    held.blocks = 1;
    assert_eq!(publish(&held, 100), Err(Refusal::Findings));

    let mut signed = profile();
    signed.gates.sign_off = true;
    let writer = person("w", Role::Contributor, Some("H15.16"));
    let mut draft = facts(&agency, &writers, DraftState::Draft);
    let submit = |facts: &Facts<'_>| decide(&writer, facts, Action::Submit, &signed, at(0));
    assert_eq!(submit(&draft), Err(Refusal::SignOff));
    draft.signed_off = true;
    assert_eq!(submit(&draft), Ok(Step::Draft(DraftState::Submitted)));
}
