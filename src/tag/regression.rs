//! Logistic regression with an L2 penalty, by Newton's method: each step is solved by conjugate gradients, as in
//! LIBLINEAR's trust region solver (Lin, Weng and Keerthi, 2008), with a line search in place of the region.
//!
//! Sums run in one fixed order, so that the same data give the same weights to the bit.

/// What is known of one text: its features, by their numbers, and what is to be learned from it.
pub struct Row<'a> {
    pub features: &'a [(u32, f64)],
    /// 1 where it holds, 0 where not; between them where it is both.
    pub truth: f64,
    /// How much it counts.
    pub weight: f64,
}

const STEPS: usize = 40;
const INNER: usize = 60;

pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

pub fn dot(features: &[(u32, f64)], weights: &[f64]) -> f64 {
    features.iter().map(|&(at, value)| value * weights[at as usize]).sum()
}

/// The weights that fit the rows best at this cost of being wrong; none of them is larger than it must be.
pub fn fit(rows: &[Row<'_>], size: usize, cost: f64) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    let mut loss = objective(rows, &weights, cost);
    let mut first = None;
    for _ in 0..STEPS {
        let (gradient, curvature) = slope(rows, &weights, cost);
        let pull = norm(&gradient);
        if pull <= 1e-5 * *first.get_or_insert(pull) || pull == 0.0 {
            break;
        }
        let step = solve(rows, &gradient, &curvature, pull * 0.05);
        let downhill = inner(&gradient, &step);
        let mut length = 1.0;
        let next = loop {
            let tried: Vec<f64> = weights.iter().zip(&step).map(|(w, s)| w + length * s).collect();
            let found = objective(rows, &tried, cost);
            if found <= loss + 1e-4 * length * downhill {
                break Some((tried, found));
            }
            length /= 2.0;
            if length < 1e-6 {
                break None;
            }
        };
        let Some((tried, found)) = next else { break };
        (weights, loss) = (tried, found);
    }
    weights
}

fn objective(rows: &[Row<'_>], weights: &[f64], cost: f64) -> f64 {
    let wrong = |row: &Row<'_>| {
        let z = dot(row.features, weights);
        // ln(1 + e^z) - truth z, without overflow.
        row.weight * (z.max(0.0) + (-z.abs()).exp().ln_1p() - row.truth * z)
    };
    0.5 * inner(weights, weights) + cost * rows.iter().map(wrong).sum::<f64>()
}

fn slope(rows: &[Row<'_>], weights: &[f64], cost: f64) -> (Vec<f64>, Vec<f64>) {
    let mut gradient = weights.to_vec();
    let mut curvature = Vec::with_capacity(rows.len());
    for row in rows {
        let p = sigmoid(dot(row.features, weights));
        add(&mut gradient, row.features, cost * row.weight * (p - row.truth));
        curvature.push(cost * row.weight * p * (1.0 - p));
    }
    (gradient, curvature)
}

/// The step to where the slope is level, as far as the curvature tells.
fn solve(rows: &[Row<'_>], gradient: &[f64], curvature: &[f64], enough: f64) -> Vec<f64> {
    let mut step = vec![0.0; gradient.len()];
    let mut left: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut along = left.clone();
    let mut size = inner(&left, &left);
    for _ in 0..INNER {
        if size.sqrt() <= enough {
            break;
        }
        let mut bent = along.clone();
        for (row, bend) in rows.iter().zip(curvature) {
            add(&mut bent, row.features, bend * dot(row.features, &along));
        }
        let far = size / inner(&along, &bent);
        for at in 0..step.len() {
            step[at] += far * along[at];
            left[at] -= far * bent[at];
        }
        let next = inner(&left, &left);
        let turn = next / size;
        size = next;
        along.iter_mut().zip(&left).for_each(|(a, l)| *a = l + turn * *a);
    }
    step
}

fn add(to: &mut [f64], features: &[(u32, f64)], times: f64) {
    features.iter().for_each(|&(at, value)| to[at as usize] += times * value);
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    inner(a, a).sqrt()
}

/// Platt's scaling: the slope and the offset that make of scores the chance of being right. The slope never turns.
pub fn calibrate(scores: &[(f64, f64)]) -> (f64, f64) {
    let features: Vec<_> = scores.iter().map(|&(score, _)| [(0, score), (1, 1.0)]).collect();
    let rows = features.iter().zip(scores).map(|(f, &(_, truth))| Row { features: f, truth, weight: 1.0 });
    let fitted = fit(&rows.collect::<Vec<_>>(), 2, 10.0);
    if fitted[0] > 0.05 { (fitted[0], fitted[1]) } else { (1.0, 0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_and_is_at_rest_there() {
        let data = [[(0, 1.0), (2, 1.0)], [(0, 2.0), (2, 1.0)], [(1, 1.0), (2, 1.0)], [(1, 3.0), (2, 1.0)]];
        let truths = [1.0, 1.0, 0.0, 0.0];
        let rows =
            || data.iter().zip(truths).map(|(f, truth)| Row { features: f, truth, weight: 1.0 }).collect::<Vec<_>>();
        let weights = fit(&rows(), 3, 1.0);
        assert!(weights[0] > 0.3 && weights[1] < -0.3, "{weights:?}");
        let (gradient, _) = slope(&rows(), &weights, 1.0);
        assert!(norm(&gradient) < 1e-4, "{gradient:?}");
        assert_eq!(fit(&rows(), 3, 1.0), weights);
        assert!(fit(&rows(), 3, 100.0)[0] > weights[0], "who is trusted more may say more");
        assert_eq!(fit(&[], 2, 1.0), [0.0, 0.0]);
    }

    #[test]
    fn calibrated_scores_rise_and_tell_the_chance() {
        // Of the scores around 2, eight of ten are right; of those around -2, one of ten.
        let scores = (0..200).map(|n| {
            if n < 100 { (2.0, f64::from(u8::from(n % 10 < 8))) } else { (-2.0, f64::from(u8::from(n % 10 < 1))) }
        });
        let scores: Vec<(f64, f64)> = scores.collect();
        let (slope, offset) = calibrate(&scores);
        assert!(slope > 0.0);
        assert!((sigmoid(2.0 * slope + offset) - 0.8).abs() < 0.03);
        assert!((sigmoid(-2.0 * slope + offset) - 0.1).abs() < 0.03);
        assert_eq!(calibrate(&[(1.0, 0.0), (-1.0, 1.0)]), (1.0, 0.0), "what tells nothing is left as it is");
    }
}
