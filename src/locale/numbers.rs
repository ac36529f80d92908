//! Numbers as a language writes them. Plurals are chosen by the number itself; only its looks change here.

use fluent_bundle::{FluentValue, bundle::FluentBundle};

/// How a language groups the digits of large numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// `1,234,567`
    Comma,
}

impl Grouping {
    const fn separator(self) -> char {
        match self {
            Self::Comma => ',',
        }
    }
}

/// Makes the bundle write its number arguments grouped. Fluent takes a plain function, which can carry no
/// separator: so one function per grouping.
pub fn register<R, M>(bundle: &mut FluentBundle<R, M>, grouping: Grouping) {
    match grouping {
        Grouping::Comma => bundle.set_formatter(Some(|value, _| formatted(value, Grouping::Comma))),
    }
}

fn formatted(value: &FluentValue<'_>, grouping: Grouping) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string(), grouping)),
        _ => None,
    }
}

/// Puts separators into a decimal number: groups of three before the point.
#[must_use]
pub fn grouped(digits: &str, grouping: Grouping) -> String {
    let (whole, rest) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(grouping.separator());
        }
        text.push(digit);
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three_from_the_right() {
        for (digits, text) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.5", "-1,234,567.5"),
            ("100000", "100,000"),
        ] {
            assert_eq!(grouped(digits, Grouping::Comma), text);
        }
    }
}
