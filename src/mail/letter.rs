//! The content of a message, said once: the text part and the HTML part are both made from it.

use crate::store::sites::Site;
use crate::words::Words;
use crate::words::format::Format;

/// The clinic, as every message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clinic {
    /// Its name.
    pub name: String,
    /// Street address.
    pub address: String,
    /// Phone, as people write it.
    pub phone: String,
    /// Email address.
    pub email: String,
    /// "New York time".
    pub zone: String,
}

impl Clinic {
    /// From the site's row.
    pub fn of(site: &Site, f: Format) -> Self {
        Self {
            name: site.name.clone(),
            address: site.address.clone(),
            phone: site.phone.clone(),
            email: site.email.clone(),
            zone: f.zone_words(),
        }
    }

    /// A made-up clinic for previews and tests.
    pub fn sample() -> Self {
        Self {
            name: "Elm Street Clinic".to_owned(),
            address: "12 Elm Street, door B".to_owned(),
            phone: "+1 555 010 0100".to_owned(),
            email: "desk@elmstreet.example".to_owned(),
            zone: "New York time".to_owned(),
        }
    }
}

/// A time and a place that stand out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhenWhere {
    /// What it is: "Your visit", "New time".
    pub label: String,
    /// "Tuesday, December 1, 10:00 AM to about 12:30 PM".
    pub when: String,
    /// The address; empty where the message has it already.
    pub place: String,
}

/// One part of a message's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A time and a place.
    When(WhenWhere),
    /// Several short lines.
    List(Vec<String>),
}

impl Block {
    /// A time and a place under a label.
    pub fn when(label: String, when: String, place: &str) -> Self {
        Self::When(WhenWhere { label, when, place: place.to_owned() })
    }
}

/// The one act a message asks for; its address is written out too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

/// A whole message but for its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What a list of mails shows beside the subject; stands alone.
    pub preheader: String,
    /// "Hello Maria,".
    pub greeting: String,
    /// The body.
    pub blocks: Vec<Block>,
    /// The one act.
    pub button: Option<Button>,
    /// Sentences below the button.
    pub closing: Vec<String>,
    /// Who writes.
    pub clinic: Clinic,
    /// "All times are New York time."
    pub zone_line: String,
    /// "Questions? Call us on ...".
    pub call_line: String,
    /// Where the reader chooses which messages they get; none in what always comes.
    pub choices: Option<Button>,
    /// The crisis line, for patients only.
    pub crisis: Option<String>,
}

impl Letter {
    /// An empty message to a patient: greeting, clinic and crisis line are there, the body is not.
    pub fn to_patient(w: Words, clinic: &Clinic, called: &str, preheader: String) -> Self {
        Self::new(w, clinic, called, preheader, Some(w.t("crisis-line")))
    }

    /// An empty message to a driver: no crisis line, since it would say what kind of clinic this is.
    pub fn to_driver(w: Words, clinic: &Clinic, called: &str, preheader: String) -> Self {
        Self::new(w, clinic, called, preheader, None)
    }

    fn new(w: Words, clinic: &Clinic, called: &str, preheader: String, crisis: Option<String>) -> Self {
        Self {
            preheader,
            greeting: w.f("mail-greeting", [("name", called)]),
            blocks: Vec::new(),
            button: None,
            closing: Vec::new(),
            choices: None,
            zone_line: w.f("mail-zone", [("zone", &clinic.zone)]),
            call_line: w.f("mail-call", [("phone", &clinic.phone)]),
            clinic: clinic.clone(),
            crisis,
        }
    }

    /// Adds a paragraph.
    pub fn say(&mut self, text: String) -> &mut Self {
        self.blocks.push(Block::Text(text));
        self
    }

    /// Adds any part.
    pub fn add(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }

    /// Sets the one act.
    pub fn ask(&mut self, label: String, url: &str) -> &mut Self {
        self.button = Some(Button { label, url: url.to_owned() });
        self
    }
}
