//! Who is signed in: passwords, sessions, links.

pub mod password;
pub mod sign_in;
pub mod token;
