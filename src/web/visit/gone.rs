//! The page of an unknown link: the same for any token that never was or is forgotten, with the way to the clinic.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::store::sites::Site;
use crate::web::kit::{PageError, page_with_status};
use crate::words::Words;

/// The page; stands alone, since there is nobody to greet.
#[derive(Template)]
#[template(path = "pages/link_gone.html")]
struct GonePage {
    w: Words,
    site_name: String,
    site_phone: String,
    tel: String,
}

/// The answer to every token that leads nowhere.
pub fn gone(w: Words, site: Option<&Site>) -> Response {
    let site_phone = site.map(|site| site.phone.clone()).unwrap_or_default();
    let page = GonePage {
        w,
        site_name: site.map(|site| site.name.clone()).unwrap_or_default(),
        tel: site_phone.replace(' ', ""),
        site_phone,
    };
    page_with_status(StatusCode::NOT_FOUND, &page).unwrap_or_else(|error: PageError| error.into_response())
}
