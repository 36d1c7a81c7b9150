//! Measured times as places on a scale, and as text. The template draws them: widths are shares of whatever room the
//! page has, so that no text in a chart shrinks with it.

use serde::Serialize;

use super::words::Words;

/// Where values span more than this, a linear scale would crowd all but the greatest at its start.
const LOGARITHMIC_FROM: f64 = 100.0;
/// So many steps a linear axis has at most.
const STEPS: f64 = 4.0;
/// A value that is a tick itself must not call for another one by an error of rounding.
const NEARLY: f64 = 1.0 - 1e-9;
/// What is shorter than a picosecond is nothing, and what is longer than thirty years is no longer. In milliseconds.
const BOUNDS: [f64; 2] = [1e-9, 1e12];

/// The axis of a chart. Values are in milliseconds.
#[derive(Debug, PartialEq)]
pub struct Scale {
    pub logarithmic: bool,
    /// The values of its marks; the first and the last are its ends.
    ticks: Vec<f64>,
}

#[derive(Debug, Serialize, PartialEq)]
pub struct Tick {
    /// In percent of the width.
    pub at: String,
    pub label: String,
}

/// Where the parts of a bar stand, in percent of the width.
#[derive(Debug, Serialize, PartialEq)]
pub struct Bar {
    pub low: String,
    pub high: String,
    /// `None` for nothing on a logarithmic scale, which has no place for it.
    pub median: Option<String>,
}

impl Scale {
    pub fn over(values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.map(bounded).filter(|value| *value > 0.0).collect();
        let Some(greatest) = values.iter().copied().reduce(f64::max) else {
            return Self { logarithmic: false, ticks: vec![0.0, 1.0] };
        };
        let least = values.iter().copied().fold(greatest, f64::min);
        let logarithmic = greatest / least > LOGARITHMIC_FROM;
        let ticks = if logarithmic { decades(least, greatest) } else { multiples(greatest) };
        Self { logarithmic, ticks }
    }

    fn ends(&self) -> [f64; 2] {
        [self.ticks[0], self.ticks[self.ticks.len() - 1]]
    }

    /// The share of the width, in percent.
    fn at(&self, value: f64) -> f64 {
        let [first, last] = self.ends();
        let value = bounded(value).clamp(first, last);
        let share = if self.logarithmic { (value / first).log10() / (last / first).log10() } else { value / last };
        share * 100.0
    }

    pub fn bar(&self, median: f64, spread: [f64; 2]) -> Bar {
        let nowhere = self.logarithmic && bounded(median) <= 0.0;
        Bar {
            low: percent(self.at(spread[0].min(spread[1]))),
            high: percent(self.at(spread[0].max(spread[1]))),
            median: (!nowhere).then(|| percent(self.at(median))),
        }
    }

    pub fn ticks(&self, words: &Words) -> Vec<Tick> {
        let tick = |&value: &f64| Tick { at: percent(self.at(value)), label: self.label(value, words) };
        self.ticks.iter().map(tick).collect()
    }

    fn label(&self, value: f64, words: &Words) -> String {
        let unit = self.unit(value);
        let step = if self.logarithmic { value } else { self.ticks[1] } / unit.milliseconds();
        write(value, unit, decimals(step, 1), words)
    }

    /// A time with three digits that count.
    pub fn time(&self, value: f64, words: &Words) -> String {
        let unit = self.unit(value);
        write(value, unit, decimals(value / unit.milliseconds(), 3), words)
    }

    /// One unit for all on a linear scale, so that the numbers compare; on a logarithmic one each has its own.
    fn unit(&self, value: f64) -> Unit {
        Unit::of(if self.logarithmic { value } else { self.ends()[1] })
    }
}

fn bounded(value: f64) -> f64 {
    if value < BOUNDS[0] { 0.0 } else { value.min(BOUNDS[1]) }
}

fn percent(share: f64) -> String {
    let text = format!("{share:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// From zero to the greatest value or past it, in steps of 1, 2 or 5 and a power of ten.
fn multiples(greatest: f64) -> Vec<f64> {
    let power = power(exponent(greatest / STEPS));
    let wide = |step: &f64| step * STEPS >= greatest * NEARLY;
    let step = [1.0, 2.0, 5.0].into_iter().map(|of| of * power).find(wide).unwrap_or(10.0 * power);
    let mut ticks = vec![0.0];
    let mut tick = 0.0;
    while tick < greatest * NEARLY {
        tick += step;
        ticks.push(tick);
    }
    ticks
}

/// Powers of ten around the values, or each second or third of them.
fn decades(least: f64, greatest: f64) -> Vec<f64> {
    let first = exponent(least);
    let end = exponent(greatest) + i32::from(greatest > power(exponent(greatest)));
    let step = (end - first).div_euclid(6) + 1;
    let mut ticks = vec![power(first)];
    let mut tick = first;
    while tick < end {
        tick += step;
        ticks.push(power(tick));
    }
    ticks
}

/// The power of ten of a number's first digit.
fn exponent(value: f64) -> i32 {
    format!("{value:e}").rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// Exactly, on every machine.
fn power(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Nanoseconds,
    Microseconds,
    Milliseconds,
    Seconds,
}

impl Unit {
    fn of(milliseconds: f64) -> Self {
        match milliseconds.abs() {
            value if value >= 1000.0 => Self::Seconds,
            value if value >= 1.0 || value <= 0.0 => Self::Milliseconds,
            value if value >= 1e-3 => Self::Microseconds,
            _ => Self::Nanoseconds,
        }
    }

    fn milliseconds(self) -> f64 {
        match self {
            Self::Nanoseconds => 1e-6,
            Self::Microseconds => 1e-3,
            Self::Milliseconds => 1.0,
            Self::Seconds => 1e3,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "us",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
        }
    }
}

/// How many decimals show so many digits that count.
fn decimals(value: f64, digits: u8) -> usize {
    let digits = i32::from(digits) - 1;
    // Rounded first: with three digits, 9.999 is 10.0 and not 10.00.
    let rounded = format!("{value:.*e}", usize::try_from(digits).unwrap_or(0)).parse().unwrap_or(value);
    if rounded == 0.0 { 0 } else { usize::try_from(digits - exponent(rounded)).unwrap_or(0) }
}

fn write(value: f64, unit: Unit, decimals: usize, words: &Words) -> String {
    words.get("sample", unit.key()).replace("{n}", &words.number(value / unit.milliseconds(), decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(values: &[f64]) -> Scale {
        Scale::over(values.iter().copied())
    }

    #[test]
    fn a_linear_axis_has_nice_steps_and_holds_all() {
        for (greatest, ticks) in [
            (52.0, &[0.0, 20.0, 40.0, 60.0][..]),
            (100.0, &[0.0, 50.0, 100.0]),
            (8.0, &[0.0, 2.0, 4.0, 6.0, 8.0]),
            (8.1, &[0.0, 5.0, 10.0]),
            (0.015, &[0.0, 0.005, 0.01, 0.015]),
            (1.0, &[0.0, 0.5, 1.0]),
        ] {
            let scale = scale(&[greatest, greatest / 100.0]);
            assert!(!scale.logarithmic);
            assert_eq!(scale.ticks, ticks, "{greatest}");
        }
        for exponent in -7..11 {
            for digit in 1..100 {
                let greatest = f64::from(digit) / 10.0 * power(exponent);
                let scale = scale(&[greatest]);
                assert!((3..=5).contains(&scale.ticks.len()), "{greatest}: {scale:?}");
                assert!(scale.at(greatest) > 50.0 && scale.at(greatest) <= 100.0 + 1e-6, "{greatest}: {scale:?}");
            }
        }
    }

    #[test]
    fn beyond_two_orders_of_magnitude_the_axis_is_logarithmic() {
        let mid = scale(&[10.0, 1001.0]);
        assert!(mid.logarithmic);
        assert_eq!(mid.ticks, [10.0, 100.0, 1000.0, 10_000.0]);
        assert!((mid.at(100.0) - 100.0 / 3.0).abs() < 1e-9);
        let wide = scale(&[1e-9, 1e300, 0.0, -5.0]);
        assert_eq!(wide.ticks.first(), Some(&1e-9));
        assert_eq!(wide.ticks.last(), Some(&1e15), "in steps of four decades");
        assert!((3..=8).contains(&wide.ticks.len()), "{wide:?}");
    }

    #[test]
    fn bars_stay_within_the_chart() {
        let linear = scale(&[10.0]);
        let bar = linear.bar(12.0, [3.0, -1.0]);
        assert_eq!((&*bar.low, &*bar.high, bar.median.as_deref()), ("0", "30", Some("100")));
        let log = scale(&[1.0, 1000.0]);
        let bar = log.bar(0.0, [0.0, 10.0]);
        assert_eq!((&*bar.low, &*bar.high, bar.median), ("0", "33.33", None));
        let nothing = scale(&[0.0, 0.0]);
        assert_eq!(nothing.bar(0.0, [0.0, 0.0]).median.as_deref(), Some("0"));
        for value in [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 1e-300] {
            for scale in [scale(&[value]), scale(&[value, 1.0]), scale(&[value, 1e-5])] {
                assert!((0.0..=100.0).contains(&scale.at(value)), "{value}: {scale:?}");
            }
        }
    }

    #[test]
    fn times_are_told_in_units_that_suit_them() {
        let words = Words::default();
        let time = |scale: &Scale, value| scale.time(value, &words);
        // Without strings, the unit's key stands for the whole; what is of interest is which.
        assert_eq!(time(&scale(&[1200.0, 30.0]), 30.0), "s");
        assert_eq!(time(&scale(&[0.5, 0.2]), 0.2), "us");
        assert_eq!(time(&scale(&[0.001, 4000.0]), 0.001), "us");
        assert_eq!(time(&scale(&[0.0005, 4000.0]), 0.0005), "ns");
        for (value, digits, places) in
            [(0.0, 3, 0), (9.994, 3, 2), (9.999, 3, 1), (104.0, 3, 0), (0.0123, 3, 4), (20.0, 1, 0), (0.5, 1, 1)]
        {
            assert_eq!(decimals(value, digits), places, "{value}");
        }
    }
}
