//! The catalogue: every word a person reads, looked up by key in one Fluent resource per language and area.

pub mod capacity;
pub mod explained;
pub mod format;
pub mod reasons;

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::langid;

/// The catalogue files, compiled into the binary.
#[derive(RustEmbed)]
#[folder = "templates/words/"]
struct Catalogue;

/// A language people can read the program in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// US English.
    #[default]
    English,
}

impl Language {
    /// The BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }
}

/// A handle on one language's words; copy it freely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    language: Language,
}

impl Words {
    /// The words of one language.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language these words are in.
    pub fn language(self) -> Language {
        self.language
    }

    /// A sentence without arguments. An unknown key comes back as itself in double angle marks, so that a
    /// page never fails for a word (a test holds every key against the catalogue).
    pub fn t(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A sentence with text arguments.
    pub fn f<const N: usize>(self, key: &str, args: [(&str, &str); N]) -> String {
        let mut fluent = FluentArgs::with_capacity(N);
        for (name, value) in args {
            fluent.set(name, value);
        }
        self.format(key, Some(&fluent))
    }

    /// A sentence with a count in `$n`, for plurals.
    pub fn n(self, key: &str, count: i64) -> String {
        self.nf(key, count, [])
    }

    /// A sentence with a count in `$n` and text arguments.
    pub fn nf<const N: usize>(self, key: &str, count: i64, args: [(&str, &str); N]) -> String {
        let mut fluent = FluentArgs::with_capacity(N + 1);
        fluent.set("n", count);
        for (name, value) in args {
            fluent.set(name, FluentValue::from(value));
        }
        self.format(key, Some(&fluent))
    }

    /// Whether the catalogue has this key.
    pub fn has(self, key: &str) -> bool {
        bundle(self.language).has_message(key)
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = bundle(self.language);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, "a key is missing in the catalogue");
            return format!("«{key}»");
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a sentence of the catalogue could not be formed");
        }
        text.into_owned()
    }
}

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    static ENGLISH: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    match language {
        Language::English => ENGLISH.get_or_init(|| load("en")),
    }
}

/// Builds one language's bundle. Faults in the embedded files are logged and the sound rest is used;
/// the tests fail on them.
fn load(folder: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![langid!("en-US")]);
    // Marks around arguments would show up as boxes in plain-text mail.
    bundle.set_use_isolating(false);
    for name in Catalogue::iter().filter(|name| name.starts_with(folder)) {
        let Some(file) = Catalogue::get(&name) else { continue };
        let source = String::from_utf8_lossy(&file.data).into_owned();
        let resource = match FluentResource::try_new(source) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(file = %name, ?errors, "a catalogue file has faults");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file = %name, ?errors, "a catalogue key is given twice");
        }
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_file_parses_and_no_key_is_given_twice() {
        let mut bundle = FluentBundle::new_concurrent(vec![langid!("en-US")]);
        for name in Catalogue::iter() {
            let file = Catalogue::get(&name).expect("an embedded file");
            let source = String::from_utf8(file.data.to_vec()).expect("UTF-8");
            let resource =
                FluentResource::try_new(source).unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
            if let Err(errors) = bundle.add_resource(resource) {
                panic!("{name}: {errors:?}");
            }
        }
    }
}
