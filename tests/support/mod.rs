//! What integration tests share: a whole system in a folder of its own, people who sign in to it,
//! and small files to send.

pub(crate) mod ask;
pub(crate) mod files;
pub(crate) mod memory;
pub(crate) mod records;

use std::{
    cell::Cell,
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use actix_web::{
    App as Actix,
    dev::{Service as _, ServiceResponse},
    test::{self, TestRequest},
    web,
};
use jiff::{SignedDuration, Timestamp};
use quangba::{
    domain::{
        account::{Actor, Scope},
        clock::Clock,
    },
    service::{Services, Settings, Setup, operator},
    web::{
        routes,
        state::{App, WebSettings},
    },
};

pub(crate) use self::ask::{Answer, Caller};

/// Where the system believes to be reached.
pub(crate) const PUBLIC: &str = "https://quangba.example";

/// The agency that most tests write for.
pub(crate) const CULTURE: &str = "H15.16";

/// Another agency.
pub(crate) const FINANCE: &str = "H15.11";

type Answered = Pin<Box<dyn Future<Output = Result<ServiceResponse, actix_web::Error>>>>;

/// A system for one test: real routes, real services in a temporary folder, a clock that stands
/// all but still (a microsecond a look) until it is moved.
pub(crate) struct TestApp {
    pub(crate) services: Services,
    call: Box<dyn Fn(TestRequest) -> Answered>,
    clock: Arc<AtomicI64>,
    people: Cell<u32>,
    dir: tempfile::TempDir,
}

/// Somebody with an account, signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) caller: Caller,
}

/// Those whom a record meets on its way out.
pub(crate) struct Crew {
    /// Contributor of [`CULTURE`].
    pub(crate) writer: Caller,
    /// Contributor of [`FINANCE`].
    pub(crate) stranger: Caller,
    pub(crate) reviewer: Caller,
    pub(crate) publisher: Caller,
}

/// This program, which is its own media worker.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_quangba"))
}

impl TestApp {
    /// A fresh system with the profile of Đắk Lắk.
    pub(crate) async fn new() -> Self {
        Self::with(|_settings| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let start: Timestamp = "2026-10-05T01:00:00Z".parse().unwrap();
        let clock = Arc::new(AtomicI64::new(start.as_second()));
        let mut settings = Settings { public_url: PUBLIC.to_owned(), ..Settings::default() };
        change(&mut settings);
        let json_limit = settings.json_bytes;
        let setup = Setup {
            dir: dir.path(),
            profile: "dak-lak",
            settings,
            worker: program(),
            clock: nearly_still(&clock),
        };
        let (services, _admin) = setup.init(&"admin".parse().unwrap()).unwrap();
        let web_settings = WebSettings {
            public_url: PUBLIC.to_owned(),
            base_path: String::new(),
            is_proxy: Arc::new(|_address| false),
            secure_cookies: true,
            json_limit,
        };
        let app = web::Data::new(App::new(services.clone(), web_settings));
        let service = test::init_service(Actix::new().configure(routes::configure(app))).await;
        let service = Rc::new(service);
        let call = Box::new(move |request: TestRequest| -> Answered {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let answered = service.call(request.to_request()).await?;
                Ok(answered.map_into_boxed_body())
            })
        });
        Self { services, call, clock, people: Cell::new(0), dir }
    }

    async fn call(&self, request: TestRequest) -> Result<ServiceResponse, actix_web::Error> {
        (self.call)(request).await
    }

    /// The data folder.
    pub(crate) fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// Moves the clock on.
    pub(crate) fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// The last number that the one writer gave; it rises with every accepted write.
    pub(crate) fn head(&self) -> u64 {
        self.services.wait(0, std::time::Duration::ZERO)
    }

    /// Lets index and web sizes catch up with the feed, as the workers do.
    pub(crate) fn follow(&self) {
        self.services.catch_up(|_place| {}).unwrap();
        while self.services.follow_media().unwrap().more {}
        while self.services.do_next_job(std::time::Duration::ZERO).unwrap() {}
    }

    /// Makes an account and signs it in over HTTP.
    pub(crate) async fn person(&self, roles: &[&str], agency: Option<&str>) -> Person {
        let n = self.people.get();
        self.people.set(n + 1);
        let name = format!("{}-{n}", roles.first().unwrap());
        let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
        let agency = agency.map(|code| code.parse().unwrap());
        let made = self.services.add_user(&operator(), &name.parse().unwrap(), roles, agency);
        let password = made.unwrap().1;
        let caller = self.sign_in(&name, &password).await;
        Person { name, password, caller }
    }

    /// Signs in over HTTP; gives the session's cookie.
    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Caller {
        let body = serde_json::json!({"user": name, "password": password});
        let answer = self.post("/api/v1/session").json(&body).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Caller::Session(answer.cookie("quangba_session").unwrap())
    }

    /// Contributors of two agencies, a reviewer and a publisher.
    pub(crate) async fn crew(&self) -> Crew {
        Crew {
            writer: self.person(&["contributor"], Some(CULTURE)).await.caller,
            stranger: self.person(&["contributor"], Some(FINANCE)).await.caller,
            reviewer: self.person(&["reviewer"], None).await.caller,
            publisher: self.person(&["publisher"], None).await.caller,
        }
    }

    /// A fresh key; its id and how to call with it.
    pub(crate) fn key(&self, scope: &str, agency: Option<&str>) -> (String, Caller) {
        let scope: Scope = scope.parse().unwrap();
        let agency = agency.map(|code| code.parse().unwrap());
        let made = self.services.add_key(&operator(), "khóa thử", scope, agency).unwrap();
        (made.key.id, Caller::Key(made.secret))
    }

    /// Publishes what is due, as the clockwork does.
    pub(crate) fn tick(&self) -> usize {
        self.services.publish_due().unwrap()
    }
}

/// An actor with these roles, for services that are asked without HTTP.
pub(crate) fn actor(name: &str, roles: &[&str]) -> Actor {
    Actor {
        name: name.to_owned(),
        roles: roles.iter().map(|role| role.parse().unwrap()).collect(),
        scope: None,
        agency: None,
        from: None,
    }
}

fn nearly_still(seconds: &Arc<AtomicI64>) -> Clock {
    let seconds = Arc::clone(seconds);
    // No two looks at a real clock see the same; a microsecond later is the same second still.
    let looks = AtomicI64::new(0);
    Arc::new(move || {
        let look = i32::try_from(looks.fetch_add(1, Ordering::Relaxed) % 1_000_000).unwrap();
        Timestamp::new(seconds.load(Ordering::Relaxed), look * 1_000).unwrap()
    })
}
