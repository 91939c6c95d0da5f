//! Reads the bounce mailbox: a Maildir into which mail servers put what comes back. Each report is taken down in one transaction and then
//! moved aside; a crash in between reads it again, and that changes nothing.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::actions::bounces::{Taken, record};
use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::mail::bounce::{self, MOST_BYTES};
use crate::store::StoreError;
use crate::store::sites::Site;

/// Mails one tick looks at.
const MOST_FILES: usize = 50;
/// The subfolder of what was taken down, and of mail that is no report about a message of ours.
const DONE: &str = ".Seriesbook.done";
const OTHER: &str = ".Seriesbook.other";

/// Whether a folder is a mailbox this program can read.
///
/// # Errors
/// What is in the way.
pub fn look_for_mailbox(folder: &Path) -> io::Result<()> {
    for part in ["new", "cur"] {
        fs::read_dir(folder.join(part))?;
    }
    Ok(())
}

/// Takes down what lies in the mailbox; how many mails were moved aside.
///
/// # Errors
/// When the mailbox cannot be read or the store does not answer; the next tick goes on.
pub(super) async fn read(app: &App) -> anyhow::Result<usize> {
    let Some(folder) = app.config.bounce_maildir.clone() else { return Ok(0) };
    let mails = {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || gather(&folder)).await??
    };
    if mails.is_empty() {
        return Ok(0);
    }
    let Some(site) = app.store.read(app.clock.now()).await?.site().await? else { return Ok(0) };
    let ours = own_domains(app, &site);
    let (mut moved, mut left) = (0, 0);
    for (path, bytes) in mails {
        let aside = match take_down(app, &ours, &bytes).await {
            Ok(Taken::Recorded | Taken::Known) => DONE,
            Ok(Taken::Foreign) => OTHER,
            Err(ActionError::Store(StoreError::Busy(_))) => break,
            // One report that cannot be written down must not stop the others.
            Err(error) => {
                tracing::error!(%error, "a report of the bounce mailbox could not be taken down");
                left += 1;
                continue;
            }
        };
        match put_aside(&folder, &path, aside) {
            Ok(()) => moved += 1,
            Err(error) => {
                tracing::error!(%error, "a mail of the bounce mailbox could not be moved aside");
                left += 1;
            }
        }
    }
    tracing::info!(moved, left, "read the bounce mailbox");
    Ok(moved)
}

/// The domains that Message-IDs of this clinic end with.
fn own_domains(app: &App, site: &Site) -> Vec<String> {
    let config = &app.config;
    let addresses = [config.mail_from.as_ref(), Some(&site.email), config.bounce_address.as_ref()];
    let domains = addresses.into_iter().flatten().filter_map(|address| address.rsplit_once('@'));
    domains.map(|(_, domain)| domain.to_ascii_lowercase()).collect()
}

async fn take_down(app: &App, ours: &[String], bytes: &[u8]) -> Result<Taken, ActionError> {
    let Some(report) = bounce::read(bytes) else { return Ok(Taken::Foreign) };
    let mut tx = app.store.write(Actor::System.context(None, None), app.clock.now()).await?;
    let taken = record(&mut tx, &Actor::System, &report, ours).await?;
    if taken == Taken::Recorded {
        tx.commit().await?;
    }
    Ok(taken)
}

/// The first mails of the mailbox, as far as each is read; one that cannot be read is empty, and so no report.
fn gather(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    for part in ["new", "cur"] {
        for entry in fs::read_dir(folder.join(part))? {
            if found.len() >= MOST_FILES {
                return Ok(found);
            }
            let entry = entry?;
            // No link is followed: only what a mail server wrote here is read.
            let is_mail = entry.file_type().is_ok_and(|kind| kind.is_file());
            if !is_mail || entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = entry.path();
            match beginning(&path) {
                Ok(bytes) => found.push((path, bytes)),
                // Another replica, or a person's mail program, was first.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(_) => found.push((path, Vec::new())),
            }
        }
    }
    Ok(found)
}

fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Moves a mail into a subfolder as mail programs know them, marked as seen.
fn put_aside(folder: &Path, mail: &Path, subfolder: &str) -> io::Result<()> {
    let subfolder = folder.join(subfolder);
    for part in ["new", "cur", "tmp"] {
        crate::serve::private_folder(&subfolder.join(part))?;
    }
    let mut name = mail.file_name().unwrap_or_default().to_os_string();
    if !name.to_string_lossy().contains(":2,") {
        name.push(":2,S");
    }
    match fs::rename(mail, subfolder.join("cur").join(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        moved => moved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for part in ["new", "cur", "tmp"] {
            fs::create_dir(folder.path().join(part)).expect("a mailbox");
        }
        folder
    }

    #[test]
    fn a_tick_looks_at_so_many_mails_reads_so_much_of_each_and_follows_no_links() {
        let folder = mailbox();
        let outside = folder.path().join("secret");
        fs::write(&outside, "not mail").expect("a file");
        std::os::unix::fs::symlink(&outside, folder.path().join("new/1.link")).expect("a link");
        fs::create_dir(folder.path().join("new/2.folder")).expect("a folder");
        fs::write(folder.path().join("new/.hidden"), "x").expect("a file");
        fs::write(folder.path().join("cur/3.big:2,S"), vec![b'x'; MOST_BYTES + 1]).expect("a file");
        let found = gather(folder.path()).expect("a mailbox");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1.len(), MOST_BYTES);
        for number in 0..70 {
            fs::write(folder.path().join(format!("new/{number}.mail")), "x").expect("a file");
        }
        assert_eq!(gather(folder.path()).expect("a mailbox").len(), MOST_FILES);
    }

    #[test]
    fn what_is_done_lies_where_mail_programs_find_it_and_two_who_move_it_are_no_trouble() {
        let folder = mailbox();
        let mail = folder.path().join("new/1.M2.host");
        fs::write(&mail, "x").expect("a file");
        put_aside(folder.path(), &mail, DONE).expect("moved");
        put_aside(folder.path(), &mail, DONE).expect("moved already");
        assert!(folder.path().join(".Seriesbook.done/cur/1.M2.host:2,S").is_file());
        assert!(look_for_mailbox(folder.path()).is_ok());
        assert!(look_for_mailbox(&folder.path().join("tmp")).is_err());
    }
}
