//! The text part of a message: complete by itself, one thing a line, never wrapped, so that links stay whole.

use super::letter::{Block, Letter};

/// The message as plain text with `\n` line ends.
pub fn text(letter: &Letter) -> String {
    let mut parts: Vec<String> = vec![letter.greeting.clone()];
    parts.extend(letter.blocks.iter().map(block));
    if let Some(button) = &letter.button {
        parts.push(format!("{}:\n{}", button.label, button.url));
    }
    parts.extend(letter.closing.iter().cloned());
    parts.push(letter.call_line.clone());
    parts.push(letter.zone_line.clone());
    if let Some(crisis) = &letter.crisis {
        parts.push(crisis.clone());
    }
    if let Some(choices) = &letter.choices {
        parts.push(format!("{}\n{}", choices.label, choices.url));
    }
    parts.push(signature(letter));
    let mut out = parts.join("\n\n");
    out.push('\n');
    out
}

fn block(block: &Block) -> String {
    match block {
        Block::Text(text) => text.clone(),
        Block::When(at) if at.place.is_empty() => format!("{}:\n{}", at.label, at.when),
        Block::When(at) => format!("{}:\n{}\n{}", at.label, at.when, at.place),
        Block::List(items) => items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"),
    }
}

/// The clinic's lines; "-- " is what mail readers know as the start of a signature (RFC 3676, 4.3).
fn signature(letter: &Letter) -> String {
    let clinic = &letter.clinic;
    [clinic.name.as_str(), &clinic.address, &clinic.phone, &clinic.email]
        .into_iter()
        .filter(|line| !line.is_empty())
        .fold(String::from("-- "), |text, line| format!("{text}\n{line}"))
}
