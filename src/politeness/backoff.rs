//! How long to leave a host alone that is overloaded and does not say for how long.

use std::time::Duration;

use rand::{Rng, RngExt};

/// First ceiling of the pause.
const BASE: Duration = Duration::from_secs(1);
/// Highest ceiling of the pause.
const CAP: Duration = Duration::from_secs(60);

/// Exponential back-off with full jitter: a random share of a ceiling that doubles with every setback in a row.
///
/// Full jitter spreads the returning requests best ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015). At
/// least a tenth of the ceiling is kept, so that "random" never means "at once".
pub fn pause(setbacks: u32, ceiling: Duration, random: &mut impl Rng) -> Duration {
    let top = BASE.saturating_mul(2u32.saturating_pow(setbacks.min(16))).min(CAP).min(ceiling);
    top.mul_f64(random.random_range(0.1..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    #[test]
    fn grows_with_setbacks_and_stays_below_its_ceiling() {
        let mut random = SmallRng::seed_from_u64(7);
        for setbacks in 0..40 {
            let ceiling = Duration::from_secs(1 << setbacks.min(6)).min(CAP);
            for _ in 0..50 {
                let pause = pause(setbacks, CAP, &mut random);
                assert!(pause <= ceiling && pause >= ceiling / 10, "{setbacks}: {pause:?}");
            }
        }
        assert!(pause(9, Duration::from_secs(5), &mut random) <= Duration::from_secs(5));
    }
}
