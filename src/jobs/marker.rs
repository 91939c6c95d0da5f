//! The marker file: how far mail had come, kept outside the database, so that a database restored from a backup is noticed.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::config::Config;

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Batches claimed when it was written.
    pub generation: i64,
    /// When the last of them was.
    pub at: DateTime<Utc>,
}

/// Where the file is, the highest number this program has written into it, and whether it could. Clones share both.
#[derive(Clone, Debug)]
pub struct Marker {
    folder: PathBuf,
    is_required: bool,
    highest: Arc<AtomicI64>,
    unmarked: Arc<AtomicBool>,
}

impl Marker {
    /// A marker in a folder. With `is_required`, a database that has sent mail is not itself without it.
    pub fn in_folder(folder: &Path, is_required: bool) -> Self {
        Self { folder: folder.to_owned(), is_required, highest: Arc::default(), unmarked: Arc::default() }
    }

    /// The marker of a configuration: beside an embedded database, where a copy of the database alone leaves it behind; in the data
    /// directory with a server, each replica its own. `None` for the demo and for a database in memory.
    pub fn from_config(config: &Config) -> Option<Self> {
        let url = config.database();
        if config.demo || url.contains(":memory:") {
            return None;
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Some(Self::in_folder(&config.data_dir, false));
        };
        let path = path.trim_start_matches("//");
        let path = Path::new(path.split('?').next().unwrap_or(path));
        Some(Self::in_folder(path.parent().unwrap_or(Path::new("")), true))
    }

    /// Whether a database that has sent mail must have its file.
    pub(super) fn is_required(&self) -> bool {
        self.is_required
    }

    /// Whether a number just taken from the database was taken before: somebody put an older database under the running program.
    pub(super) fn has_passed(&self, generation: i64) -> bool {
        generation <= self.highest()
    }

    /// The highest number this program has seen.
    pub(super) fn highest(&self) -> i64 {
        self.highest.load(Ordering::SeqCst)
    }

    /// Whether the database knows of a file that cannot be written, as far as this program knows.
    pub(super) fn is_unmarked(&self) -> bool {
        self.unmarked.load(Ordering::SeqCst)
    }

    /// Remembers that.
    pub(super) fn set_unmarked(&self, is_unmarked: bool) {
        self.unmarked.store(is_unmarked, Ordering::SeqCst);
    }

    fn path(&self, instance: Uuid) -> PathBuf {
        self.folder.join(format!("mail-{}.marker", instance.simple()))
    }

    /// What the file says; `None` without one, or with one that cannot be made sense of.
    ///
    /// # Errors
    /// When it is there and cannot be opened.
    pub(super) fn read(&self, instance: Uuid) -> io::Result<Option<Mark>> {
        let text = match std::fs::read_to_string(self.path(instance)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mark = parse(&text);
        if let Some(mark) = mark {
            self.highest.fetch_max(mark.generation, Ordering::SeqCst);
        }
        Ok(mark)
    }

    /// Writes the file, whole or not at all, and waits until it is on the disk.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub(super) async fn write(&self, instance: Uuid, mark: Mark) -> io::Result<()> {
        if self.highest.fetch_max(mark.generation, Ordering::SeqCst) > mark.generation {
            return Ok(());
        }
        let (folder, path) = (self.folder.clone(), self.path(instance));
        // Two programs on one folder do not write into each other's half.
        let partial = path.with_extension(format!("{}.part", std::process::id()));
        let write = move || {
            if !folder.as_os_str().is_empty() {
                crate::serve::private_folder(&folder)?;
            }
            let mut file = std::fs::File::create(&partial)?;
            file.write_all(format!("{} {}\n", mark.generation, mark.at.to_rfc3339()).as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&partial, &path)
        };
        tokio::task::spawn_blocking(write).await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

/// "12 2026-12-01T15:00:00+00:00".
fn parse(text: &str) -> Option<Mark> {
    let (generation, at) = text.trim().split_once(' ')?;
    let at = DateTime::parse_from_rfc3339(at).ok()?.to_utc();
    Some(Mark { generation: generation.parse().ok()?, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[tokio::test]
    async fn what_was_written_is_read_and_a_torn_file_reads_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let (marker, instance) = (Marker::in_folder(folder.path(), true), Uuid::from_u128(7));
        assert_eq!(marker.read(instance).expect("no file is no error"), None);
        let at = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        let mark = Mark { generation: 12, at };
        marker.write(instance, mark).await.expect("written");
        assert_eq!(marker.read(instance).expect("readable"), Some(mark));
        assert!(marker.has_passed(12) && !marker.has_passed(13));
        assert_eq!(marker.read(Uuid::from_u128(8)).expect("another installation's"), None);
        std::fs::write(marker.path(instance), "12 2026-").expect("torn");
        assert_eq!(marker.read(instance).expect("readable"), None);
    }
}
