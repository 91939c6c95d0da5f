//! Starting chromedriver, and what is asked of it besides WebDriver.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fantoccini::wd::Capabilities;
use serde_json::json;
use tempfile::TempDir;

use super::{PATIENCE, Screen};

/// What to install where there is no browser.
pub const INSTALL: &str = "the browser tests need Chromium and its driver: apt-get install chromium chromium-driver \
                       (tests/run does that as root)";

/// Starts chromedriver; it chooses its port itself and says which.
///
/// # Panics
/// Where there is none.
pub fn start_driver() -> (Child, u16) {
    let places = ["/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver", "/usr/local/bin/chromedriver"];
    let path = places.into_iter().find(|path| Path::new(path).exists()).unwrap_or("chromedriver");
    let started = Command::new(path)
        .arg("--port=0")
        // Dates are typed month first in every country these tests run in.
        .env("LC_ALL", "C.UTF-8")
        .env("LANGUAGE", "en_US")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut driver = started.unwrap_or_else(|error| panic!("{path}: {error}\n{INSTALL}"));
    let mut lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    // A full pipe would stop the driver.
    std::thread::spawn(move || lines.for_each(drop));
    let Some(port) = port else {
        driver.kill().ok();
        driver.wait().ok();
        panic!("{path} did not start\n{INSTALL}");
    };
    (driver, port)
}

/// What the browser is started with.
pub fn capabilities(screen: Screen, profile: &TempDir) -> Capabilities {
    let folder = format!("--user-data-dir={}", profile.path().display());
    let mut options = json!({ "args": [
        // Root may not use the sandbox; the only pages opened are our own.
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-US",
        "--force-color-profile=srgb", "--window-size=1440,900", folder
    ]});
    if screen == Screen::Phone {
        let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 2, "touch": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    let wanted = json!({
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
        "timeouts": { "script": 60_000, "pageLoad": 60_000 },
    });
    wanted.as_object().cloned().unwrap_or_default()
}

/// One request to the driver, without a client that would need an executor.
///
/// # Errors
/// When the driver does not answer.
pub fn http(port: u16, method: &str, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut reader = BufReader::new(stream);
    let (mut line, mut expected) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            expected = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut answer = vec![0; expected];
    reader.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
