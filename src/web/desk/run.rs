//! What the pages of a search share: the run behind an address, its progress in words, and its news as a stream of events.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use tokio::sync::watch;

use super::Desk;
use crate::actions::planning_runs::{Latest, Run, RunState};
use crate::domain::ids::RunId;
use crate::web::kit::PageError;
use crate::words::Words;

/// How often the seconds go on where nothing better is found.
const BEAT: Duration = Duration::from_secs(1);
/// Longest text of one row in the stream (characters): a patch stays below 4 KB.
const ROW_TEXT: usize = 600;

/// The run an address names, if it is this person's.
///
/// # Errors
/// [`PageError::NotFound`] for nonsense, runs that are gone and those of others.
pub fn find(desk: &Desk, id: &str) -> Result<Arc<Run>, PageError> {
    let id: RunId = id.parse().map_err(|_| PageError::NotFound)?;
    desk.app.planning.find(id, desk.site.id, desk.staff.id, desk.now()).ok_or(PageError::NotFound)
}

/// "3 s".
pub fn seconds(w: Words, elapsed: Duration) -> String {
    w.n("run-seconds", i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX))
}

/// The sentence of a run that has found nothing yet or never will; `None` once there is something to tell of.
pub fn without_plan(w: Words, latest: &Latest) -> Option<String> {
    match (latest.state, &latest.found) {
        (RunState::Failed, _) => Some(w.t("run-failed")),
        (RunState::Finished, None) => Some(w.t("run-stopped-early")),
        (RunState::InLine, _) => Some(w.t("run-in-line")),
        (_, Some(_)) | (RunState::Searching, None) => None,
    }
}

/// What a page shows of a run at one moment.
pub struct Patch {
    /// The progress in words.
    pub progress: String,
    /// The id of each row's cell and its text.
    pub rows: Vec<(String, String)>,
}

/// The news of a run: `progress` with its sentence, `row` with the id and text of one cell, `done` at the end.
pub fn events(run: Arc<Run>, view: impl Fn(&Run, &Latest) -> Patch + Send + 'static) -> Response {
    let watching = Watching {
        news: run.watch(),
        run,
        view: Box::new(view),
        sent: HashMap::new(),
        waiting: VecDeque::new(),
        is_first: true,
        is_over: false,
    };
    let stream = stream::unfold(watching, |mut watching| async move {
        loop {
            if let Some(event) = watching.waiting.pop_front() {
                return Some((Ok::<Event, Infallible>(event), watching));
            }
            if watching.is_over {
                return None;
            }
            watching.look().await;
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
}

type View = Box<dyn Fn(&Run, &Latest) -> Patch + Send>;

struct Watching {
    run: Arc<Run>,
    news: watch::Receiver<Latest>,
    view: View,
    /// What the page knows, by the name of the place.
    sent: HashMap<String, String>,
    waiting: VecDeque<Event>,
    is_first: bool,
    is_over: bool,
}

impl Watching {
    /// Waits for news (or a second) and puts what the page does not know yet in line.
    async fn look(&mut self) {
        if !self.is_first {
            let _ = tokio::time::timeout(BEAT, self.news.changed()).await;
        }
        self.is_first = false;
        drop(self.news.borrow_and_update());
        let latest = self.run.latest();
        let patch = (self.view)(&self.run, &latest);
        if self.is_new("progress", &patch.progress) {
            self.waiting.push_back(Event::default().event("progress").data(patch.progress));
        }
        for (id, text) in patch.rows {
            let text: String = text.chars().take(ROW_TEXT).collect();
            if self.is_new(&id, &text) {
                let data = json!({ "id": id, "text": text }).to_string();
                self.waiting.push_back(Event::default().event("row").data(data));
            }
        }
        if latest.is_over() {
            // An event without data would never reach the page.
            self.waiting.push_back(Event::default().event("done").data("over"));
            self.is_over = true;
        }
    }

    fn is_new(&mut self, place: &str, text: &str) -> bool {
        let known = self.sent.insert(place.to_owned(), text.to_owned());
        known.as_deref() != Some(text)
    }
}
