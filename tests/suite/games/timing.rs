//! What a stopwatch tells.

/// How long that takes, by the machine's own clock, in microseconds.
pub fn micros_of<Any>(work: impl FnOnce() -> Any) -> u128 {
    #[expect(clippy::disallowed_methods, reason = "what is measured here is the machine's own time")]
    let began = std::time::Instant::now();
    drop(work());
    began.elapsed().as_micros()
}

/// How well the best threshold tells two series apart: 0 not at all, 1 always (Kolmogorov and Smirnov).
pub fn distance(one: &[u128], other: &[u128]) -> f64 {
    let share = |series: &[u128], limit: u128| {
        let below = series.iter().filter(|value| **value <= limit).count();
        f64::from(u32::try_from(below).expect("few")) / f64::from(u32::try_from(series.len()).expect("few"))
    };
    one.iter().chain(other).map(|limit| (share(one, *limit) - share(other, *limit)).abs()).fold(0.0, f64::max)
}
