//! What changed since the last audit, told from the prints of then and now.

use std::collections::HashMap;

use super::{Print, finding::Finding};

/// What became of the entries that were audited before. Empty where the log only grew. Says where it first differs; the
/// rest follows from that, as a rule.
#[must_use]
pub fn compare(before: &[Print], now: &[Print]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if now.len() < before.len() {
        findings.push(Finding::Shorter { before: place(before.len()), now: place(now.len()) });
    }
    let Some(at) = before.iter().zip(now).position(|(before, now)| before != now) else { return findings };
    let (was, is) = (before.get(at), now.get(at));
    let index = |list: &[Print]| -> HashMap<Print, usize> {
        list.iter().enumerate().rev().map(|(place, print)| (*print, place)).collect()
    };
    let (then, today) = (index(before), index(now));
    let went_to = was.and_then(|was| today.get(was)).copied();
    let came_from = is.and_then(|is| then.get(is)).copied();
    findings.push(match (went_to, came_from) {
        (_, Some(first)) if first < at => Finding::Repeated { first: place(first), again: place(at) },
        (None, Some(_)) => Finding::Dropped { at: place(at) },
        (Some(to), _) => Finding::Moved { from: place(at), to: place(to) },
        (None, None) => Finding::Edited { at: place(at) },
    });
    findings
}

fn place(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(entries: &[u8]) -> Vec<Print> {
        entries.iter().map(|entry| [*entry; 8]).collect()
    }

    #[test]
    fn a_log_that_only_grew_has_nothing_to_tell() {
        assert_eq!(compare(&log(&[]), &log(&[1, 2])), []);
        assert_eq!(compare(&log(&[1, 2]), &log(&[1, 2])), []);
        assert_eq!(compare(&log(&[1, 2]), &log(&[1, 2, 3])), []);
    }

    #[test]
    fn each_way_to_change_a_log_is_called_by_its_name() {
        let before = log(&[1, 2, 3, 4, 5]);
        assert_eq!(compare(&before, &log(&[1, 2, 4, 5, 6])), [Finding::Dropped { at: 2 }]);
        assert_eq!(compare(&before, &log(&[1, 2, 9, 4, 5])), [Finding::Edited { at: 2 }]);
        assert_eq!(compare(&before, &log(&[1, 3, 2, 4, 5])), [Finding::Moved { from: 1, to: 2 }]);
        assert_eq!(compare(&before, &log(&[1, 2, 2, 3, 4, 5])), [Finding::Repeated { first: 1, again: 2 }]);
        assert_eq!(compare(&before, &log(&[1, 2, 3])), [Finding::Shorter { before: 5, now: 3 }]);
        assert_eq!(
            compare(&before, &log(&[1, 3, 4, 5])),
            [Finding::Shorter { before: 5, now: 4 }, Finding::Dropped { at: 1 }]
        );
        assert_eq!(compare(&before, &log(&[1, 9, 2, 3, 4, 5])), [Finding::Moved { from: 1, to: 2 }]);
    }
}
