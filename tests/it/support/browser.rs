//! A real browser for tests: chromedriver on a port of its own, headless Chromium behind it, used the way people do.
//!
//! `let desk = Chromium::start(Screen::Desktop).await; desk.open(&url).await; desk.fill("Email", "a@b").await;
//! desk.press("Sign in").await; desk.see("Today").await;` Labels and texts are those on the page. A press waits for the
//! next page. Everything ends when it is dropped.

mod driver;

use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use self::driver::{INSTALL, capabilities, http, start_driver};

/// How long a page may take to show what it should: real time, because the browser and the server are real.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at the page.
const LOOK_AGAIN: Duration = Duration::from_millis(30);

/// The screen somebody sits at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1440 by 900.
    Desktop,
    /// 390 by 844, touched with a thumb.
    Phone,
}

/// One browser with a profile of its own, so that no two people share a session.
pub struct Chromium {
    client: Client,
    session: String,
    driver: Child,
    port: u16,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Starts the driver and the browser.
    ///
    /// # Panics
    /// Without chromedriver or Chromium: a browser test is never left out silently.
    pub async fn start(screen: Screen) -> Self {
        let (driver, port) = start_driver();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connected = builder.capabilities(capabilities(screen, &profile)).connect(&address).await;
        let client = connected.unwrap_or_else(|error| panic!("Chromium did not start: {error}\n{INSTALL}"));
        // Dropping this ends the session, not the client, which would need a running executor for it.
        client.persist().await.expect("the session stays");
        let session = client.session_id().await.expect("a session").expect("its id");
        Self { client, session, driver, port, _profile: profile }
    }

    /// Goes to an address, as if typed.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// The address of the page.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("an address").path().to_owned()
    }

    /// Presses the button or link with exactly these words, else the one that begins with them, and waits for the page
    /// it leads to.
    ///
    /// # Panics
    /// When there is none, or no page follows.
    pub async fn press(&self, words: &str) {
        let text = quoted(words);
        let all = "//*[self::button or self::a]";
        let target = match self.shown(&format!("{all}[normalize-space(.)={text}]")).await {
            Some(exact) => exact,
            None => self.find(&format!("{all}[starts-with(normalize-space(.),{text})]"), words).await,
        };
        self.leave_by(&target, words).await;
    }

    /// Types into the field with this label, over what stands there.
    ///
    /// # Panics
    /// When no field has the label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap_or_else(|error| panic!("{label}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{label}: {error}"));
    }

    /// What stands in the field with this label.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.expect("a value").unwrap_or_default()
    }

    /// Chooses from the list with this label the entry that begins with these words.
    ///
    /// # Panics
    /// When the list or the entry is not there.
    pub async fn select(&self, label: &str, begins: &str) {
        let list = self.field(label).await;
        let entry = format!("./option[starts-with(normalize-space(.),{})]", quoted(begins));
        let entry = list.find(Locator::XPath(&entry)).await;
        entry.unwrap_or_else(|error| panic!("{label}, {begins}: {error}")).click().await.expect("a choice");
    }

    /// Ticks the box or presses the round button with these words.
    ///
    /// # Panics
    /// When there is none.
    pub async fn choose(&self, words: &str) {
        let path = format!("//main//label[.//input][normalize-space(.)={}]", quoted(words));
        let label = self.find(&path, words).await;
        self.bring_into_view(&label).await;
        label.click().await.unwrap_or_else(|error| panic!("{words}: {error}"));
    }

    /// Opens what is folded under these words.
    pub async fn unfold(&self, words: &str) {
        let summary = format!("//summary[starts-with(normalize-space(.),{})]", quoted(words));
        let summary = self.find(&summary, words).await;
        self.bring_into_view(&summary).await;
        summary.click().await.expect("it unfolds");
    }

    /// The text people see, white space evened out.
    pub async fn text(&self) -> String {
        let text = self.execute("return document.body ? document.body.innerText : ''", Vec::new()).await;
        even(text.as_ref().ok().and_then(Value::as_str).unwrap_or_default())
    }

    /// Waits until the page shows these words.
    ///
    /// # Panics
    /// When it does not; the message has the page's text.
    pub async fn see(&self, words: &str) {
        let words = even(words);
        let end = Instant::now() + PATIENCE;
        loop {
            let text = self.text().await;
            if text.contains(&words) {
                return;
            }
            let at = self.path().await;
            assert!(Instant::now() < end, "“{words}” is not to be seen on {at}:\n{text}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Checks that the page, which has been seen to be there, does not show these words.
    ///
    /// # Panics
    /// When it does.
    pub async fn see_no(&self, words: &str) {
        let text = self.text().await;
        assert!(!text.contains(&even(words)), "“{words}” is to be seen:\n{text}");
    }

    /// Runs a script in the page and gives back what it returns.
    ///
    /// # Errors
    /// While one page goes and the next comes.
    pub async fn execute(&self, script: &str, args: Vec<Value>) -> Result<Value, CmdError> {
        self.client.execute(script, args).await
    }

    /// Runs a script that calls its last argument when it is done.
    pub async fn execute_async(&self, script: &str, args: Vec<Value>) -> Value {
        self.client.execute_async(script, args).await.expect("the script ends")
    }

    /// Keeps a picture of the whole page in target/screenshots, which git ignores.
    pub fn screenshot(&self, name: &str) {
        let answer = self.ask("GET", "screenshot/full", "");
        let picture = STANDARD.decode(answer["value"].as_str().expect("a picture")).expect("base64");
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
        let folder = target.join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for the pictures");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("the picture is kept");
    }

    /// Light or dark, as the person's system would say.
    pub fn dark(&self, on: bool) {
        let scheme = if on { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        // Without transitions: a color on its way from one scheme to the other is neither.
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        let command =
            json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": [feature, still] } });
        self.ask("POST", "goog/cdp/execute", &command.to_string());
    }

    /// What the browser complained about since the last look: failing scripts, blocked content, missing files. Answers
    /// that refuse a form (409, 422) are meant to be.
    pub fn complaints(&self) -> Vec<String> {
        let answer = self.ask("POST", "se/log", r#"{"type":"browser"}"#);
        let entries = answer["value"].as_array().cloned().expect("the browser's log");
        let refusal = |text: &str| text.contains("status of 422") || text.contains("status of 409");
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .filter_map(|entry| entry["message"].as_str())
            .filter(|text| !refusal(text))
            .map(str::to_owned)
            .collect()
    }

    /// The field a label belongs to.
    async fn field(&self, label: &str) -> Element {
        let text = quoted(label);
        let path = format!("//main//*[@id=//main//label[normalize-space(.)={text}]/@for]");
        let field = self.find(&path, label).await;
        self.bring_into_view(&field).await;
        field
    }

    /// The first visible element of an XPath, once there is one.
    async fn find(&self, path: &str, words: &str) -> Element {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.shown(path).await {
                return found;
            }
            if Instant::now() >= end {
                panic!("nothing says “{words}” on {}:\n{}", self.path().await, self.text().await);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn shown(&self, path: &str) -> Option<Element> {
        for element in self.client.find_all(Locator::XPath(path)).await.ok()? {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    async fn bring_into_view(&self, element: &Element) {
        let element = serde_json::to_value(element).expect("a reference");
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.execute(script, vec![element]).await.expect("it scrolls");
    }

    /// Clicks, and waits until another page has come and is complete.
    async fn leave_by(&self, element: &Element, words: &str) {
        self.bring_into_view(element).await;
        // The mark goes with the page that carries it.
        self.execute("window.stillHere = true", Vec::new()).await.expect("a mark on the page");
        element.click().await.unwrap_or_else(|error| panic!("{words}: {error}"));
        let end = Instant::now() + PATIENCE;
        let script = "return !window.stillHere && document.readyState === 'complete'";
        // In between there is no page to ask, which is no error.
        while !matches!(self.execute(script, Vec::new()).await, Ok(Value::Bool(true))) {
            if Instant::now() >= end {
                panic!("“{words}” led nowhere; still on {}:\n{}", self.path().await, self.text().await);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Asks the driver for what WebDriver itself does not define.
    fn ask(&self, method: &str, command: &str, body: &str) -> Value {
        let path = format!("/session/{}/{command}", self.session);
        let answer = http(self.port, method, &path, body).expect("the driver answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{command}: {error}: {answer}"))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Ends Chromium and its children, also after a failed test; the driver alone would leave them.
        http(self.port, "DELETE", &format!("/session/{}", self.session), "").ok();
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as an XPath literal.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}
