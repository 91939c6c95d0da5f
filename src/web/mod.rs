//! Pages: the staff's desk, the pages behind links, the one route table, and what surrounds every request.

pub mod desk;
pub mod feed;
pub mod health;
pub mod kit;
pub mod middleware;
pub mod routes;
pub mod visit;
