//! What a message would say if it went now: rendered as the worker would, but nothing is written and its links lead nowhere.

use super::prepare::{Prepared, look};
use crate::actions::ActionError;
use crate::app::App;
use crate::domain::messages::MessageStatus;
use crate::store::Tx;
use crate::store::messages::{Message, SentCopy};

/// What would become of a message.
pub enum Preview {
    /// It would go like this, its link masked.
    Says(Box<SentCopy>),
    /// It would end without a letter, for this reason.
    Ends(MessageStatus, Option<String>),
}

/// Looks at a message without touching it; a transaction that only reads is enough.
///
/// # Errors
/// When the store fails or something the message needs is gone.
pub async fn preview(tx: &mut Tx, app: &App, message: &Message) -> Result<Preview, ActionError> {
    Ok(match look(tx, app, message).await? {
        Prepared::Letter(letter) => Preview::Says(Box::new(letter.copy)),
        Prepared::Later(_) => Preview::Ends(MessageStatus::Pending, None),
        Prepared::End(status, why) => Preview::Ends(status, why),
    })
}
