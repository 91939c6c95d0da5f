//! Holds the tokens to their promises: contrast in both themes, no color outside them, vendored files as they came.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

const TEXT: f64 = 4.5;
const CONTROL: f64 = 3.0;

type Tokens = HashMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")
}

fn read(path: &str) -> String {
    fs::read_to_string(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The declarations of the first block that opens with the last brace of `rule`, as name (without dashes) and value.
fn block(css: &str, rule: &str) -> Tokens {
    let start = css.find(rule).unwrap_or_else(|| panic!("no rule {rule}"));
    let open = start + rule.rfind('{').expect("a brace") + 1;
    let body = &css[open..open + css[open..].find('}').expect("the end of the block")];
    body.split(';')
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn light(css: &str) -> Tokens {
    block(css, ":root { color-scheme: light dark")
}

fn dark(css: &str) -> Tokens {
    block(css, ":root[data-theme=\"dark\"] { color-scheme: dark")
}

fn channel(hex: &str) -> f64 {
    let value = f64::from(u8::from_str_radix(hex, 16).expect("two hex digits")) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn luminance(color: &str) -> f64 {
    let hex = color.strip_prefix('#').unwrap_or_else(|| panic!("{color} is no hex color"));
    let hex = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
    0.2126 * channel(&hex[0..2]) + 0.7152 * channel(&hex[2..4]) + 0.0722 * channel(&hex[4..6])
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Every pair that pages use, with the least contrast it may have.
fn pairs() -> Vec<(&'static str, &'static str, f64)> {
    let mut pairs = vec![
        ("on-accent", "accent", TEXT),
        ("on-accent", "accent-hover", TEXT),
        ("on-danger", "danger", TEXT),
        ("text", "phase-treat", TEXT),
        ("muted", "phase-treat", TEXT),
        ("text", "mark", TEXT),
        ("accent", "accent-soft", TEXT),
        ("accent", "surface", TEXT),
        ("bad", "surface", TEXT),
        ("warn", "surface", TEXT),
    ];
    for ground in ["bg", "surface", "sunken"] {
        pairs.extend(["text", "muted", "link", "visited"].map(|ink| (ink, ground, TEXT)));
        pairs.extend(["control", "focus"].map(|edge| (edge, ground, CONTROL)));
    }
    for (ink, soft) in [
        ("info", "info-soft"),
        ("ok", "ok-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("hold", "hold-soft"),
        ("idle", "idle-soft"),
    ] {
        pairs.push((ink, soft, TEXT));
        pairs.push(("text", soft, TEXT));
    }
    pairs.extend(
        ["accent-soft", "phase-prep", "phase-recover", "phase-talk"].map(|ground| ("text", ground, TEXT)),
    );
    pairs.extend(["chart-1", "chart-2", "chart-3", "chart-4"].map(|line| (line, "surface", TEXT)));
    pairs
}

#[test]
fn every_pair_can_be_read_in_both_themes() {
    let css = read("static/tokens.css");
    for (theme, tokens) in [("light", light(&css)), ("dark", dark(&css))] {
        let color = |name: &str| tokens.get(name).unwrap_or_else(|| panic!("{theme}: no --{name}")).clone();
        for (ink, ground, least) in pairs() {
            let found = contrast(&color(ink), &color(ground));
            assert!(found >= least, "{theme}: {ink} on {ground} is {found:.2}, {least} needed");
        }
    }
}

#[test]
fn both_ways_into_a_theme_give_the_same_colors() {
    let css = read("static/tokens.css");
    let wished = block(&css, ":root:not([data-theme=\"light\"]) {\n");
    assert_eq!(wished, dark(&css));
    let paper =
        block(&css, "@media print { :root, :root[data-theme=\"dark\"], :root:not([data-theme=\"light\"]) {");
    let light = light(&css);
    for name in dark(&css).keys() {
        assert_eq!(paper.get(name), light.get(name), "--{name} on paper");
    }
}

/// Files of our own below `templates/` with this ending.
fn files(root: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
}

/// `#abc` or `#aabbcc` as a color: what follows a colon or a space in a declaration.
fn has_color_literal(text: &str) -> bool {
    let functions = ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "color("];
    let hex = text.match_indices('#').any(|(at, _)| {
        let digits = text[at + 1..].chars().take_while(char::is_ascii_hexdigit).count();
        let ends = text[at + 1 + digits..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '-');
        let begins = text[..at].ends_with([' ', ':', ',', '(', '"']);
        matches!(digits, 3 | 4 | 6 | 8) && ends && begins
    });
    hex || functions.iter().any(|function| text.contains(function))
}

#[test]
fn no_color_stands_outside_the_tokens() {
    let mut css = Vec::new();
    files(&folder().join("static"), "css", &mut css);
    assert!(css.len() >= 4, "the stylesheets were not found");
    for path in css.iter().filter(|path| !path.ends_with("tokens.css")) {
        let text = fs::read_to_string(path).expect("a stylesheet");
        assert!(!has_color_literal(&text), "{}", path.display());
    }
    assert!(has_color_literal("a { color: #fff; }") && has_color_literal("a { color:rgb(0 0 0) }"));
}

#[test]
fn pages_carry_no_style_and_no_script_of_their_own() {
    let mut pages = Vec::new();
    for part in ["partials", "pages"] {
        files(&folder().join(part), "html", &mut pages);
    }
    for path in pages {
        let text = fs::read_to_string(&path).expect("a template");
        let handler = ["onclick=", "onchange=", "onsubmit=", "onload=", "hx-on", "javascript:"];
        for refused in [" style=", "<style", "<script>"].iter().chain(&handler) {
            assert!(!text.contains(refused), "{} has {refused}", path.display());
        }
    }
}

#[test]
fn the_icon_wears_the_accent() {
    let accent = light(&read("static/tokens.css"))["accent"].clone();
    assert!(read("static/icon.svg").contains(&format!("fill=\"{accent}\"")));
}

#[test]
fn vendored_files_are_as_they_came() {
    let mut listed = Vec::new();
    for line in read("static/VENDORED").lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [path, _, version, _, sum, _] = parts[..] else { panic!("{line}") };
        let bytes = fs::read(folder().join("static").join(path)).expect("the file");
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sum, "{path} {version}");
        listed.push(path.to_owned());
    }
    for entry in fs::read_dir(folder().join("static/vendor")).expect("the folder").flatten() {
        let name = format!("vendor/{}", entry.file_name().to_string_lossy());
        assert!(listed.contains(&name), "{name} is not in VENDORED");
    }
}
