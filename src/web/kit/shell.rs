//! The frame around every page: who is signed in, where they are, what just happened, which words to use.

use crate::words::Words;
use crate::words::format::Format;

/// The entry of the staff navigation a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// The Today board.
    Today,
    /// Day and week by person and room.
    Calendar,
    /// Patients: find, chart, book, plan.
    Patients,
    /// From the first call to a clinician's answer.
    Intake,
    /// What needs someone.
    Worklist,
    /// Who is called back after a course.
    Recall,
    /// Messages waiting, sent, failed.
    Outbox,
    /// The clinic's settings.
    Settings,
    /// Pages outside the navigation.
    None,
}

impl Nav {
    /// For templates: whether this is the entry of that name.
    pub fn is(&self, name: &str) -> bool {
        matches!(
            (self, name),
            (Self::Today, "today")
                | (Self::Calendar, "calendar")
                | (Self::Patients, "patients")
                | (Self::Intake, "intake")
                | (Self::Worklist, "worklist")
                | (Self::Recall, "recall")
                | (Self::Outbox, "outbox")
                | (Self::Settings, "settings")
        )
    }
}

/// A sentence about what just happened, with the way back.
#[derive(Clone, Debug, Default)]
pub struct Flash {
    /// "Checked in Maria Alvarez at 9:58 AM."
    pub text: String,
    /// Where a POST undoes it, if it can be undone.
    pub undo: Option<String>,
}

/// What every template needs; field `shell` of every page struct.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The catalogue.
    pub w: Words,
    /// Dates, times and money for this site at this moment.
    pub f: Format,
    /// The page's title and `h1`.
    pub title: String,
    /// Clinic name.
    pub site_name: String,
    /// The clinic's phone, as people write it.
    pub site_phone: String,
    /// The clinic's email address.
    pub site_email: String,
    /// The clinic's street address.
    pub site_address: String,
    /// Where we are.
    pub nav: Nav,
    /// Who is signed in; `None` outside the desk.
    pub user_name: Option<String>,
    /// Their roles in words.
    pub user_roles: String,
    /// Whether they may open the settings.
    pub may_settings: bool,
    /// The form token of this session, empty where nobody is signed in.
    pub csrf: String,
    /// How many things need someone.
    pub worklist_count: i64,
    /// What just happened.
    pub flash: Option<Flash>,
    /// In the demo: the demo's present time in words. Outside it `None`, and no clock control exists.
    pub demo_now: Option<String>,
    /// Whether the page shows refused input: the title then starts with "Error: ".
    pub refused: bool,
    /// Where the demo clock's form returns to: the present address.
    pub here: String,
}

impl Shell {
    /// The same frame with this title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same frame, marked as showing refused input.
    #[must_use]
    pub fn refused(mut self, refused: bool) -> Self {
        self.refused = refused;
        self
    }
}
