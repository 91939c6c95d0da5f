//! A browser without pictures: asks the real router for pages, keeps cookies, sends forms.
//!
//! `let mut browser = Browser::of(&clinic); browser.sign_in("desk@harbor.test").await;`
//! `browser.get("/today").await.ok().says("Today");`
//! `browser.post("/patients/new", &[("name", "Ana Ruiz")]).await.goes_to("/patients/");` (not followed; the form's
//! `csrf` and `idempotency_key` are taken from the last page unless given), `browser.follow().await` goes where that led.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use seriesbook::app::create_app;
use tower::ServiceExt;

use super::clinic::{Clinic, PASSWORD};

/// Hidden fields a form sends of itself.
const HIDDEN: [&str; 3] = ["csrf", "idempotency_key", "newest_decision"];
/// Marks of HTML and what they stand for; `&` last, so that nothing is read twice.
const MARKS: [(&str, &str); 8] = [
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&#60;", "<"),
    ("&lt;", "<"),
    ("&#62;", ">"),
    ("&gt;", ">"),
    ("&#38;", "&"),
];

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was asked, such as `GET /today`.
    pub request: String,
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

/// The browser.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    hidden: BTreeMap<String, String>,
    location: Option<String>,
}

impl Browser {
    /// A browser with no cookies.
    pub fn of(clinic: &Clinic) -> Self {
        let router = create_app(clinic.app.clone());
        Self { router, cookies: BTreeMap::new(), hidden: BTreeMap::new(), location: None }
    }

    /// Signs in with the tests' password.
    pub async fn sign_in(&mut self, email: &str) {
        self.get("/sign-in").await.ok();
        let page = self.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        page.is(StatusCode::SEE_OTHER);
        assert!(self.cookies.contains_key("session"), "no session for {email}");
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Page {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        self.send(request, format!("GET {path}")).await
    }

    /// Asks for a page with one more header.
    pub async fn get_with(&mut self, path: &str, header: &str, value: &str) -> Page {
        let request = Request::get(path).header(header, value).body(Body::empty()).expect("a request");
        self.send(request, format!("GET {path}")).await
    }

    /// Asks for the headers of a page alone.
    pub async fn head(&mut self, path: &str) -> Page {
        let request = Request::head(path).body(Body::empty()).expect("a request");
        self.send(request, format!("HEAD {path}")).await
    }

    /// Sends a form with the hidden fields of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        for (name, value) in &self.hidden {
            if !fields.iter().any(|(given, _)| given == name) {
                form.append_pair(name, value);
            }
        }
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.finish()))
            .expect("a request");
        self.send(request, format!("POST {path}")).await
    }

    /// Forgets the hidden fields, as a form from elsewhere would come without them.
    pub fn forget_hidden(&mut self) {
        self.hidden.clear();
    }

    async fn send(&mut self, mut request: Request<Body>, asked: String) -> Page {
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, pairs.join("; ").parse().expect("a cookie header"));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("a cookie in ASCII"));
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        let page = Page { request: asked, status: parts.status, headers: parts.headers, body };
        self.location = page.location().map(str::to_owned);
        // A redirect has no forms; a page's forms replace those of the page before.
        if self.location.is_none() && !page.body.is_empty() {
            self.hidden.remove("idempotency_key");
        }
        for name in HIDDEN {
            if let Some(value) = page.hidden(name) {
                self.hidden.insert(name.to_owned(), value);
            }
        }
        page
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a cookie has a value");
        if value.is_empty() || attributes.to_lowercase().contains("max-age=0") {
            self.cookies.remove(name.trim());
        } else {
            self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
}

impl Page {
    /// Where it leads.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok())
    }

    /// A header's value, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of the first hidden field of that name.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let mark = format!("name=\"{name}\" value=\"");
        let from = self.body.find(&mark)? + mark.len();
        self.body[from..].split('"').next().map(unescaped)
    }

    /// What a person reads: no tags, marks unescaped, spaces folded.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for piece in self.body.split('<') {
            text.push(' ');
            text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
        }
        unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Holds the status to one value.
    #[track_caller]
    pub fn is(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{}\n{}", self.request, self.text());
        self
    }

    /// Holds the status to 200.
    #[track_caller]
    pub fn ok(&self) -> &Self {
        self.is(StatusCode::OK)
    }

    /// Holds the page to a text a person reads on it.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "{} does not say {words:?}:\n{}", self.request, self.text());
        self
    }

    /// Holds the page to a piece of its markup.
    #[track_caller]
    pub fn holds(&self, markup: &str) -> &Self {
        assert!(self.body.contains(markup), "{} does not hold {markup:?}:\n{}", self.request, self.body);
        self
    }

    /// Holds the answer to a redirect (303) whose address begins so.
    #[track_caller]
    pub fn goes_to(&self, path: &str) -> &Self {
        self.is(StatusCode::SEE_OTHER);
        let location = self.location().unwrap_or_default();
        assert!(location.starts_with(path), "{} goes to {location}, not {path}", self.request);
        self
    }
}

fn unescaped(text: &str) -> String {
    let plain = MARKS.iter().fold(text.to_owned(), |text, (mark, plain)| text.replace(mark, plain));
    plain.replace("&amp;", "&")
}
