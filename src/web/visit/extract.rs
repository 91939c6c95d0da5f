//! From a link's token to its row: the extractors of the pages behind links.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::{LinkVisitor, ended, gone};
use crate::actions::{Actor, links};
use crate::app::App;
use crate::auth::token;
use crate::domain::ids::DriverId;
use crate::domain::link_end::LinkEnd;
use crate::store::Tx;
use crate::store::sites::Site;
use crate::web::desk::signed_in::client_address;
use crate::web::kit::{Fields, Nav, PageError, Shell};
use crate::web::middleware::REQUEST_ID;
use crate::words::Words;
use crate::words::format::Format;

/// A patient's link that is in use.
pub struct PatientLink(pub LinkVisitor);
/// A driver's link that is in use.
pub struct DriverLink(pub LinkVisitor);

/// Somebody who came by a link, in use or not.
pub struct Arrival {
    /// Who.
    pub visitor: LinkVisitor,
    /// Why the link opens its page no more; `None` while it does.
    pub end: Option<LinkEnd>,
}

/// A patient's link, in use or not.
pub struct PatientArrival(pub Arrival);
/// A driver's link, in use or not.
pub struct DriverArrival(pub Arrival);

/// A form a patient posted.
pub struct PatientForm {
    /// Who.
    pub visitor: LinkVisitor,
    /// What they entered.
    pub fields: Fields,
}

/// A form a driver posted.
pub struct DriverForm {
    /// Who.
    pub visitor: LinkVisitor,
    /// What they entered.
    pub fields: Fields,
}

/// Why a link's page cannot be shown.
pub enum Gone {
    /// Unknown or of another purpose: one answer for all. Ended: what happened.
    Dead(Box<Response>),
    /// Something else.
    Failed(PageError),
}

impl From<PageError> for Gone {
    fn from(error: PageError) -> Self {
        Self::Failed(error)
    }
}

impl IntoResponse for Gone {
    fn into_response(self) -> Response {
        match self {
            Self::Dead(page) => *page,
            Self::Failed(error) => error.into_response(),
        }
    }
}

async fn visitor(parts: &mut Parts, app: &App, purpose: &str) -> Result<LinkVisitor, Gone> {
    let Arrival { visitor, end } = arrive(parts, app, purpose).await?;
    match end {
        None => Ok(visitor),
        Some(end) => Err(Gone::Dead(Box::new(ended::page(&visitor, end, false).await?))),
    }
}

async fn arrive(parts: &mut Parts, app: &App, purpose: &str) -> Result<Arrival, Gone> {
    let paths = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
    let token = paths
        .ok()
        .and_then(|Path(pairs)| pairs.into_iter().find(|(name, _)| name == "token"))
        .map(|(_, token)| token)
        .unwrap_or_default();
    let mut tx = app.store.read(app.clock.now()).await.map_err(PageError::from)?;
    let site = tx.site().await.map_err(PageError::from)?;
    let link = match token::hash(&token) {
        Some(hash) => tx.link(&hash, purpose).await.map_err(PageError::from)?,
        None => None,
    };
    match (site, link) {
        (Some(site), Some(link)) => {
            let end = links::end_of(&mut tx, &app.config.rules, &link).await.map_err(PageError::from)?;
            let here = parts.uri.path().to_owned();
            let (request_id, origin) = (request_id(parts), client_address(parts));
            let visitor = LinkVisitor { app: app.clone(), site, link, token, here, request_id, origin };
            Ok(Arrival { visitor, end })
        }
        (site, _) => Err(Gone::Dead(Box::new(gone::gone(Words::default(), site.as_ref())))),
    }
}

impl FromRequestParts<App> for PatientArrival {
    type Rejection = Gone;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        arrive(parts, app, "patient").await.map(Self)
    }
}

impl FromRequestParts<App> for DriverArrival {
    type Rejection = Gone;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        arrive(parts, app, "driver").await.map(Self)
    }
}

impl FromRequestParts<App> for PatientLink {
    type Rejection = Gone;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        visitor(parts, app, "patient").await.map(Self)
    }
}

impl FromRequestParts<App> for DriverLink {
    type Rejection = Gone;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        visitor(parts, app, "driver").await.map(Self)
    }
}

impl FromRequest<App> for PatientForm {
    type Rejection = Gone;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let visitor = visitor(&mut parts, app, "patient").await?;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { visitor, fields })
    }
}

impl FromRequest<App> for DriverForm {
    type Rejection = Gone;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let visitor = visitor(&mut parts, app, "driver").await?;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { visitor, fields })
    }
}

impl LinkVisitor {
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

    /// Who acts.
    pub fn actor(&self) -> Actor {
        match self.link.driver_id {
            Some(id) => Actor::Driver { id },
            None => Actor::Patient { id: self.link.patient_id },
        }
    }

    /// The driver, on a driver's link.
    pub fn driver(&self) -> Option<DriverId> {
        self.link.driver_id
    }

    /// A transaction that only reads.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self) -> Result<Tx, PageError> {
        Ok(self.app.store.read(self.now()).await?)
    }

    /// A transaction in the visitor's name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write(&self) -> Result<Tx, PageError> {
        Ok(self
            .app
            .store
            .write(self.actor().context(self.request_id.clone(), self.origin.clone()), self.now())
            .await?)
    }

    /// The frame of a link's page: the clinic, nobody signed in.
    pub async fn shell(&self, title: impl Into<String>) -> Shell {
        frame(&self.site, self.now(), self.here.clone(), title.into())
    }
}

/// The frame of a page behind a link at an instant and an address.
pub fn frame(site: &Site, now: DateTime<Utc>, here: String, title: String) -> Shell {
    Shell {
        w: Words::default(),
        f: Format::new(site.timezone, now),
        title,
        site_name: site.name.clone(),
        site_phone: site.phone.clone(),
        site_email: site.email.clone(),
        site_address: site.address.clone(),
        nav: Nav::None,
        user_name: None,
        user_roles: String::new(),
        may_settings: false,
        csrf: String::new(),
        worklist_count: 0,
        flash: None,
        demo_now: None,
        refused: false,
        here,
    }
}

/// The id the request carries, for the audit log.
pub fn request_id(parts: &Parts) -> Option<String> {
    parts.headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
