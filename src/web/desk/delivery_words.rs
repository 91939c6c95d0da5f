//! What is wrong with the delivery of mail, in a sentence each with where to look; nothing when nothing is.

use super::Desk;
use super::visit_words::near;
use crate::actions::delivery::delivery;
use crate::actions::mail_hold;
use crate::domain::delivery::Trouble;
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::web::kit::PageError;

/// One sentence.
pub struct TroubleLine {
    /// What is wrong.
    pub text: String,
    /// Where it is looked into.
    pub href: &'static str,
}

/// Every trouble, most pressing first, for those who can do something about it.
///
/// # Errors
/// When the store fails.
pub async fn troubles(desk: &Desk, tx: &mut Tx) -> Result<Vec<TroubleLine>, PageError> {
    if !desk.may(Permission::ManageMail) {
        return Ok(Vec::new());
    }
    let (w, f) = (desk.w(), desk.f());
    let mut lines = Vec::new();
    for trouble in delivery(tx, &desk.site, desk.app.config.tick_seconds).await? {
        let (text, href) = match trouble {
            Trouble::Held => (held(desk, tx).await?, "/outbox/hold"),
            Trouble::NobodyLooks { since } => {
                (w.f("delivery-nobody-looks", [("when", near(f, since).as_str())]), "/outbox")
            }
            Trouble::Stuck { since } => {
                (w.f("delivery-stuck", [("when", near(f, since).as_str())]), "/outbox")
            }
            Trouble::Unmarked { since } => {
                (w.f("delivery-unmarked", [("when", near(f, since).as_str())]), "/outbox")
            }
            Trouble::Failed { by_code } => {
                let count: i64 = by_code.iter().map(|(_, count)| count).sum();
                let codes: Vec<String> =
                    by_code.iter().filter_map(|(code, _)| code.map(|code| code.to_string())).collect();
                let text = if codes.is_empty() {
                    w.n("delivery-failed", count)
                } else {
                    w.nf("delivery-failed-codes", count, [("codes", codes.join(", ").as_str())])
                };
                (text, "/outbox?show=failed")
            }
            Trouble::CameBack { count } => (w.n("delivery-came-back", count), "/outbox?show=sent"),
            Trouble::PutOff { count } => (w.n("delivery-put-off", count), "/outbox"),
        };
        lines.push(TroubleLine { text, href });
    }
    Ok(lines)
}

/// "Mail is held: staff held it. 3 messages wait."
async fn held(desk: &Desk, tx: &mut Tx) -> Result<String, PageError> {
    let w = desk.w();
    let Some(standing) = mail_hold::standing(tx, desk.site.id).await? else { return Ok(String::new()) };
    let why = w.t(standing.hold.reason.word_key());
    Ok(w.nf("delivery-held", standing.count(), [("why", why.as_str())]))
}
