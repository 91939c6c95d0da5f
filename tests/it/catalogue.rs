//! The catalogue and the code agree: every key in use is there, every key there is in use, none is given twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use seriesbook::words::Words;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a folder with this ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|given| given == ending) {
            found.push(path);
        }
    }
    found
}

/// A file without the tests at its end, which use keys that are not there on purpose.
fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a file in UTF-8");
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Sources that use words: code and templates.
fn sources() -> Vec<PathBuf> {
    let mut all = files(&root().join("src"), "rs");
    all.retain(|path| {
        !path
            .file_stem()
            .is_some_and(|stem| ["test", "tests"].iter().any(|end| stem.to_string_lossy().ends_with(end)))
    });
    all.extend(files(&root().join("templates"), "html"));
    assert!(all.len() > 100, "only {} sources", all.len());
    all
}

/// Whether a literal is written like a key: small words joined by dashes.
fn is_key(text: &str) -> bool {
    text.contains('-')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The literal that follows a mark, if one does (white space between is fine).
fn literals_after<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    text.match_indices(mark)
        .filter_map(|(at, _)| text[at + mark.len()..].trim_start().strip_prefix('"')?.split('"').next())
        .filter(|literal| is_key(literal))
        .collect()
}

/// The keys in a function that answers keys: every literal up to the end of its body.
fn literals_in_key_functions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("fn word_key") {
        let body = &text[at..];
        let body = &body[..body.find("\n    }\n").unwrap_or(body.len())];
        found.extend(body.split('"').skip(1).step_by(2).filter(|literal| is_key(literal)));
    }
    found
}

/// The keys of a `text_enum!`: the second literal of `Variant = "stored", "key";`.
fn literals_of_enums(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.trim_end().ends_with("\";") && line.contains(" = \"") && line.contains("\", \""))
        .filter_map(|line| line.trim_end().strip_suffix("\";")?.rsplit('"').next())
        .filter(|literal| is_key(literal))
        .collect()
}

/// A template without its comments, which show how a macro is called.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("{#") {
        kept.push_str(before);
        rest = comment.split_once("#}").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[test]
fn every_key_in_use_is_in_the_catalogue() {
    let words = Words::default();
    let (mut used, mut missing) = (0, BTreeSet::new());
    for path in sources() {
        let text = without_comments(&read(&path));
        let mut keys = literals_in_key_functions(&text);
        keys.extend(literals_of_enums(&text));
        for mark in [".t(", ".f(", ".n(", ".nf(", "Refused("] {
            keys.extend(literals_after(&text, mark));
        }
        used += keys.len();
        for key in keys.into_iter().filter(|key| !words.has(key)) {
            missing.insert(format!("{key} ({})", path.strip_prefix(root()).unwrap_or(&path).display()));
        }
    }
    assert!(used > 500, "the search found only {used} uses: it is broken");
    assert!(missing.is_empty(), "not in the catalogue: {missing:#?}");
}

/// Every key of the catalogue and the files that give it.
fn given() -> BTreeMap<String, Vec<String>> {
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files(&root().join("templates/words/en"), "ftl") {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for line in std::fs::read_to_string(&path).expect("a file in UTF-8").lines() {
            if let Some((key, _)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                given.entry(key.to_owned()).or_default().push(name.clone());
            }
        }
    }
    assert!(given.len() > 300, "only {} keys: the search is broken", given.len());
    given
}

#[test]
fn no_key_is_given_twice() {
    let twice: Vec<_> = given().into_iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn every_key_of_the_catalogue_is_in_use() {
    let everything: String = sources().iter().map(|path| read(path)).collect();
    let unused: Vec<_> = given().into_iter().filter(|(key, _)| !is_used(&everything, key)).collect();
    assert!(unused.is_empty(), "nobody says these: {unused:#?}");
}

/// Keys stand in the code as literals; those of the audit log are made from the action (`patient.add`).
fn is_used(everything: &str, key: &str) -> bool {
    let made = key.strip_prefix("audit-").map(|action| format!("\"{}\"", action.replacen('-', ".", 1)));
    everything.contains(&format!("\"{key}\"")) || made.is_some_and(|action| everything.contains(&action))
}
