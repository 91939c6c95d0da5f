//! What every page is made of: the posted form, the frame around the content, refusals, and the way out as a response.

pub mod answers;
pub mod back;
pub mod fields;
pub mod idempotency;
pub mod multipart;
pub mod page_error;
pub mod refusals;
pub mod respond;
pub mod shell;
pub mod static_files;
#[cfg(test)]
mod tokens_test;
pub mod topics;

pub use fields::{FieldError, Fields};
pub use page_error::{Ended, PageError};
pub use respond::{page, page_with_status, redirect, redirect_with_flash};
pub use shell::{Flash, Nav, Shell};

/// What a page handler returns.
pub type PageResult = Result<axum::response::Response, PageError>;
