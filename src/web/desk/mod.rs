//! The staff's pages, and what every request of a signed-in member of staff carries.

pub mod absence;
pub mod absence_run;
pub mod absence_view;
pub mod book;
pub mod book_at;
pub mod bounced;
pub mod calendar;
pub mod calendar_book;
pub mod calendar_day;
pub mod calendar_event;
pub mod calendar_grid;
pub mod calendar_week;
pub mod cancel;
pub mod chart;
pub mod chart_course;
pub mod chart_history;
pub mod chart_intake;
pub mod chart_notes;
pub mod chart_now;
pub mod chart_parts;
pub mod chart_past;
pub mod chart_sections;
pub mod components;
pub mod consent;
pub mod decide;
pub mod delivery_words;
pub mod demo_clock;
pub mod driver;
pub mod driver_contact;
pub mod driver_day;
pub mod drivers;
pub mod drivers_row;
pub mod estimate;
pub mod feeds;
pub mod find;
pub mod find_match;
pub mod intake;
pub mod intake_new;
pub mod intake_one;
pub mod intake_review;
pub mod intake_words;
pub mod letter;
pub mod mood;
pub mod mood_chart;
pub mod mood_enter;
pub mod mood_import;
pub mod mood_plot;
pub mod move_visit;
pub mod notes;
pub mod outbox;
pub mod outbox_calendar;
pub mod outbox_filter;
pub mod outbox_hold;
pub mod outbox_message;
pub mod outbox_words;
pub mod patient_fields;
pub mod patient_form;
pub mod plan;
pub mod plan_keep;
pub mod plan_query;
pub mod plan_view;
pub mod preferences;
pub mod preview;
pub mod preview_next;
pub mod provider_one;
pub mod providers;
pub mod read_aloud;
pub mod recall;
pub mod recall_one;
pub mod review;
pub mod review_notes;
pub mod review_rows;
pub mod run;
pub mod series;
pub mod series_change;
pub mod series_change_form;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod signed_in;
pub mod statement;
pub mod today;
pub mod today_card;
pub mod visit;
pub mod visit_refusal;
pub mod visit_states;
pub mod visit_words;
pub mod waiting_list;
pub mod waiting_run;
pub mod waiting_view;
pub mod worklist;
pub mod worklist_line;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use subtle::ConstantTimeEq;

use crate::actions::{Actor, worklist as work};
use crate::app::App;
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::sites::Site;
use crate::store::staff::Staff;
use crate::web::kit::{Fields, Flash, Nav, PageError, Shell};
use crate::words::Words;
use crate::words::format::Format;

pub use signed_in::SignedIn;

/// A signed-in member of staff's request.
#[derive(Clone)]
pub struct Desk {
    /// The program.
    pub app: App,
    /// The clinic.
    pub site: Site,
    /// Who is signed in.
    pub staff: Staff,
    /// The present address.
    pub here: String,
    csrf: String,
    flash: Option<Flash>,
    request_id: Option<String>,
    origin: Option<String>,
}

/// A form a signed-in member of staff posted, its token checked.
pub struct DeskForm {
    /// Who.
    pub desk: Desk,
    /// What they entered.
    pub fields: Fields,
}

impl FromRequestParts<App> for Desk {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        // The route table's guard put it there; a page outside the table shows itself to nobody.
        let signed_in = parts.extensions.get::<SignedIn>().cloned().ok_or(PageError::Forbidden)?;
        let here = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        Ok(Self {
            app: app.clone(),
            site: signed_in.site,
            staff: signed_in.staff,
            here,
            csrf: signed_in.session.csrf,
            flash: signed_in::read_flash(&parts.headers),
            request_id: crate::web::visit::extract::request_id(parts),
            origin: signed_in::client_address(parts),
        })
    }
}

impl FromRequest<App> for DeskForm {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let desk = Desk::from_request_parts(&mut parts, app).await?;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await?;
        let same: bool = fields.get("csrf").as_bytes().ct_eq(desk.csrf.as_bytes()).into();
        if same { Ok(Self { desk, fields }) } else { Err(PageError::FormExpired) }
    }
}

impl Desk {
    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// The catalogue.
    pub fn w(&self) -> Words {
        Words::default()
    }

    /// Dates and times for the site.
    pub fn f(&self) -> Format {
        Format::new(self.site.timezone, self.now())
    }

    /// The site's zone.
    pub fn zone(&self) -> Tz {
        self.site.timezone
    }

    /// The site's date.
    pub fn today(&self) -> NaiveDate {
        self.f().today()
    }

    /// Whether they hold a permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.staff.roles.allow(permission)
    }

    /// Who acts.
    pub fn actor(&self) -> Actor {
        Actor::Staff {
            id: self.staff.id,
            name: self.staff.full_name.clone(),
            roles: self.staff.roles.clone(),
        }
    }

    /// A transaction that only reads; a page does all its reading on one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self) -> Result<Tx, PageError> {
        Ok(self.app.store.read(self.now()).await?)
    }

    /// A transaction in this person's name; without `commit` nothing of it lasts.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write(&self) -> Result<Tx, PageError> {
        let who = self.actor().context(self.request_id.clone(), self.origin.clone());
        Ok(self.app.store.write(who, self.now()).await?)
    }

    /// The frame of a page.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn shell(&self, tx: &mut Tx, nav: Nav, title: impl Into<String>) -> Result<Shell, PageError> {
        let rules = &self.app.config.rules;
        let worklist_count = work::worklist_count(tx, &self.actor(), rules, &self.site).await?;
        let (w, f) = (self.w(), self.f());
        let roles: Vec<String> = self.staff.roles.list().iter().map(|role| w.t(role.word_key())).collect();
        Ok(Shell {
            w,
            f,
            title: title.into(),
            site_name: self.site.name.clone(),
            site_phone: self.site.phone.clone(),
            site_email: self.site.email.clone(),
            site_address: self.site.address.clone(),
            nav,
            user_name: Some(self.staff.full_name.clone()),
            user_roles: roles.join(", "),
            may_settings: self.may(Permission::ManageSettings),
            csrf: self.csrf.clone(),
            worklist_count,
            flash: self.flash.clone(),
            demo_now: self.app.config.demo.then(|| f.when(self.now())),
            refused: false,
            here: self.here.clone(),
        })
    }
}
