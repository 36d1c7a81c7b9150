//! Where the boxes of a map go. A layered drawing after K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual
//! Understanding of Hierarchical System Structures" (1981): the layers are given, the order in them comes of sweeps by
//! barycentre and of exchanges of neighbours (E. R. Gansner et al., "A Technique for Drawing Directed Graphs", 1993), and
//! places are least-squares fits to that order. Whole numbers and stable sorts: the same graph is the same drawing.

/// Sweeps after which an order hardly gets better.
const ROUNDS: usize = 16;
/// Between boxes of one parent, between those of different parents, and between entries.
const SIBLINGS: i32 = 10;
const FAMILIES: i32 = 30;
const ENTRIES: i32 = 9;
const STRANGERS: i32 = 20;
/// A parent stands in the middle of its children, but no further below the first than this: on a tall drawing it would
/// be out of sight where they begin.
const DEEPEST: i32 = 96;

/// Boxes in layers. An edge leads to the next layer; up to the last layer, each box has one parent at most.
#[derive(Debug, Clone)]
pub struct Layered {
    /// In their order from the top down; children of one parent stand together.
    pub layers: Vec<Vec<usize>>,
    pub heights: Vec<i32>,
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
}

impl Layered {
    pub fn new(layers: Vec<Vec<usize>>, edges: &[(usize, usize)], heights: Vec<i32>) -> Self {
        let mut above = vec![Vec::new(); heights.len()];
        let mut below = vec![Vec::new(); heights.len()];
        for &(from, to) in edges {
            below[from].push(to);
            above[to].push(from);
        }
        Self { layers, heights, above, below }
    }

    /// The place of each box in its layer.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.heights.len()];
        self.layers.iter().flat_map(|layer| layer.iter().enumerate()).for_each(|(at, &one)| places[one] = at);
        places
    }

    /// How many pairs of edges cross: inversions, counted as in W. Barth, M. Jünger and P. Mutzel, "Simple and Efficient
    /// Bilayer Cross Counting" (2002).
    pub fn crossings(&self) -> usize {
        let places = self.places();
        let between = |layer: &Vec<usize>| {
            let mut ends = Vec::new();
            for &from in layer {
                let mut to: Vec<usize> = self.below[from].iter().map(|&to| places[to]).collect();
                to.sort_unstable();
                ends.extend(to);
            }
            let mut tree = vec![0; ends.iter().max().map_or(0, |most| most + 2)];
            let mut crossed = 0;
            for (before, &end) in ends.iter().enumerate() {
                // Of the edges before this one, those that end no lower do not cross it.
                let (mut at, mut passed) = (end + 1, 0);
                while at > 0 {
                    passed += tree[at];
                    at &= at - 1;
                }
                crossed += before - passed;
                at = end + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
            crossed
        };
        self.layers.iter().map(between).sum()
    }

    /// Orders the layers so that few edges cross; never more than before.
    pub fn order(&mut self) {
        let mut best = self.layers.clone();
        let mut least = self.crossings();
        for _ in 0..ROUNDS {
            if least == 0 {
                break;
            }
            (0..self.layers.len().saturating_sub(1)).rev().for_each(|layer| self.sweep(layer, false));
            // From above, each family comes together again.
            (1..self.layers.len()).for_each(|layer| self.sweep(layer, true));
            self.exchange();
            let now = self.crossings();
            if now < least {
                least = now;
                best.clone_from(&self.layers);
            }
        }
        self.layers = best;
    }

    /// Sorts a layer by the barycentres of its neighbours in the layer above or below.
    fn sweep(&mut self, layer: usize, from_above: bool) {
        const SCALE: usize = 1 << 12;
        let places = self.places();
        let (near, other) = if from_above { (&self.above, layer - 1) } else { (&self.below, layer + 1) };
        let (own, other) = (self.layers[layer].len().max(1), self.layers[other].len());
        let wish = |one: &usize| match &near[*one] {
            // What has no neighbours keeps about its place.
            none if none.is_empty() => places[*one] * other * SCALE / own,
            some => some.iter().map(|&at| places[at]).sum::<usize>() * SCALE / some.len(),
        };
        self.layers[layer].sort_by_key(wish);
    }

    /// Exchanges neighbours in a layer as long as that saves crossings, and breaks no family up.
    fn exchange(&mut self) {
        let mut places = self.places();
        let last = self.layers.len() - 1;
        for _ in 0..ROUNDS {
            let mut better = false;
            for layer in 0..=last {
                for at in 1..self.layers[layer].len() {
                    let (a, b) = (self.layers[layer][at - 1], self.layers[layer][at]);
                    let free = layer == last || self.above[a] == self.above[b];
                    if free && self.crossed(b, a, &places) < self.crossed(a, b, &places) {
                        self.layers[layer].swap(at - 1, at);
                        places.swap(a, b);
                        better = true;
                    }
                }
            }
            if !better {
                break;
            }
        }
    }

    /// How many edges of two boxes of a layer cross, the first above the second.
    fn crossed(&self, first: usize, second: usize, places: &[usize]) -> usize {
        let count = |near: &[Vec<usize>]| -> usize {
            near[first].iter().map(|&a| near[second].iter().filter(|&&b| places[b] < places[a]).count()).sum()
        };
        count(&self.above) + count(&self.below)
    }

    /// The top of each box, the highest at 0. The layer before the last has a slot for each of its boxes and for each
    /// childless box of the layer before it, so that every family has a stretch of its own, at least as tall as its parent.
    pub fn place(&self) -> Vec<i32> {
        let [roots, parents, children, leaves] = &self.layers[..] else { return vec![0; self.heights.len()] };
        let slots = self.slots(parents, children);
        let leaf_steps: Vec<i32> = leaves.windows(2).map(|pair| self.heights[pair[0]] + self.between(pair)).collect();
        let steps: Vec<i32> = slots.windows(2).map(|pair| pair[0].height + pair[1].before).collect();
        let mut tops = vec![0; self.heights.len()];
        let settle = |tops: &mut Vec<i32>, of: &[usize], fitted: Vec<i32>| {
            of.iter().zip(fitted).for_each(|(&one, top)| tops[one] = top);
        };
        settle(&mut tops, leaves, fit(&vec![None; leaves.len()], &leaf_steps));
        let ids: Vec<usize> = slots.iter().map(|slot| slot.of).collect();
        for _ in 0..ROUNDS {
            let wish = |slot: &Slot| self.middle(&self.below[slot.of], &tops, slot.height).filter(|_| !slot.childless);
            let fitted = fit(&slots.iter().map(wish).collect::<Vec<_>>(), &steps);
            settle(&mut tops, &ids, fitted);
            let wish = |&leaf: &usize| self.middle(&self.above[leaf], &tops, self.heights[leaf]);
            let fitted = fit(&leaves.iter().map(wish).collect::<Vec<_>>(), &leaf_steps);
            settle(&mut tops, leaves, fitted);
        }
        for &parent in parents.iter().chain(roots) {
            tops[parent] = self.beside(parent, &tops);
        }
        let highest = self.layers.iter().flatten().map(|&one| tops[one]).min().unwrap_or(0);
        tops.iter().map(|top| top - highest).collect()
    }

    fn slots(&self, parents: &[usize], children: &[usize]) -> Vec<Slot> {
        let mut slots = Vec::new();
        let mut owed = 0;
        let places = self.places();
        for &parent in parents {
            let height = self.heights[parent];
            let mut own: Vec<usize> = self.below[parent].clone();
            own.sort_by_key(|&child| places[child]);
            let tall = own.iter().map(|&child| self.heights[child] + SIBLINGS).sum::<i32>() - SIBLINGS;
            let missing = (height - tall).max(0);
            if own.is_empty() {
                slots.push(Slot { of: parent, height, before: FAMILIES + owed, childless: true });
                owed = 0;
                continue;
            }
            for (at, of) in own.into_iter().enumerate() {
                let before = if at == 0 { FAMILIES + owed + missing / 2 } else { SIBLINGS };
                slots.push(Slot { of, height: self.heights[of], before, childless: false });
            }
            owed = missing - missing / 2;
        }
        debug_assert!(children.len() <= slots.len());
        slots
    }

    /// Entries on the same claims stand closer.
    fn between(&self, pair: &[usize]) -> i32 {
        if self.above[pair[0]] == self.above[pair[1]] { ENTRIES } else { STRANGERS }
    }

    /// Where the top of a box is that stands beside the middle of others.
    fn middle(&self, others: &[usize], tops: &[i32], height: i32) -> Option<i32> {
        let centres = others.iter().map(|&other| 2 * tops[other] + self.heights[other]).sum::<i32>();
        let count = i32::try_from(others.len()).ok().filter(|&count| count > 0)?;
        Some((centres / count - height).div_euclid(2))
    }

    /// Where a parent stands beside its children.
    fn beside(&self, parent: usize, tops: &[i32]) -> i32 {
        let own = &self.below[parent];
        let first = own.iter().map(|&child| tops[child]).min();
        let end = own.iter().map(|&child| tops[child] + self.heights[child]).max();
        let (Some(first), Some(end)) = (first, end) else { return tops[parent] };
        ((first + end - self.heights[parent]).div_euclid(2)).min(first + DEEPEST)
    }
}

/// Room for a box, or beside a childless one, in the layer before the last.
struct Slot {
    of: usize,
    height: i32,
    /// The least room above it.
    before: i32,
    childless: bool,
}

/// Tops as near as can be to those wished, in the sense of least squares, each at least a step below the one before:
/// isotonic regression by pooling adjacent violators. What has no wish follows the one before it.
fn fit(wishes: &[Option<i32>], steps: &[i32]) -> Vec<i32> {
    let mut aims: Vec<i32> = Vec::with_capacity(wishes.len());
    let first = wishes.iter().position(Option::is_some).unwrap_or(0);
    let lead: i32 = steps.iter().take(first).sum();
    let start = wishes.get(first).copied().flatten().unwrap_or(0) - lead;
    for (at, wish) in wishes.iter().enumerate() {
        let follow = if at == 0 { start } else { aims[at - 1] + steps[at - 1] };
        aims.push(wish.unwrap_or(follow));
    }
    // Without the steps, the tops have only to rise.
    let mut offset = 0;
    let mut pools: Vec<(i64, i64)> = Vec::new();
    let mut offsets = Vec::with_capacity(aims.len());
    for (at, wish) in aims.iter().enumerate() {
        if at > 0 {
            offset += steps[at - 1];
        }
        offsets.push(offset);
        let mut pool = (i64::from(wish - offset), 1);
        while let Some(&(sum, count)) = pools.last()
            && sum * pool.1 > pool.0 * count
        {
            pool = (pool.0 + sum, pool.1 + count);
            pools.pop();
        }
        pools.push(pool);
    }
    let mut tops = Vec::with_capacity(aims.len());
    for (sum, count) in pools {
        let base = i32::try_from(sum.div_euclid(count)).unwrap_or(0);
        for _ in 0..count {
            tops.push(base + offsets[tops.len()]);
        }
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers as good as any, the same each time.
    fn random(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap() % below
        }
    }

    /// One root, its children, theirs, and leaves that hang on any of these.
    fn graph(seed: u64, edges_of_a_leaf: usize) -> Layered {
        let mut random = random(seed);
        let (parents, children, leaves) = (1 + random(5), 1 + random(20), random(40));
        let id = |layer: usize, at: usize| [0, 1, 1 + parents, 1 + parents + children][layer] + at;
        let mut of: Vec<usize> = (0..children).map(|_| random(parents)).collect();
        of.sort_unstable();
        let mut edges: Vec<(usize, usize)> = (0..parents).map(|at| (0, id(1, at))).collect();
        edges.extend(of.iter().enumerate().map(|(at, &parent)| (id(1, parent), id(2, at))));
        for leaf in 0..leaves {
            let mut on: Vec<usize> = (0..=random(edges_of_a_leaf)).map(|_| random(children)).collect();
            on.sort_unstable();
            on.dedup();
            edges.extend(on.iter().map(|&child| (id(2, child), id(3, leaf))));
        }
        let counts = [1, parents, children, leaves];
        let layers = (0..4).map(|layer| (0..counts[layer]).map(|at| id(layer, at)).collect()).collect();
        let heights = (0..counts.iter().sum()).map(|_| i32::try_from(20 + random(120)).unwrap()).collect();
        Layered::new(layers, &edges, heights)
    }

    /// Every pair of edges, the slow and certain way.
    fn slow_crossings(graph: &Layered) -> usize {
        let places = graph.places();
        let layer_of = |one: usize| graph.layers.iter().position(|layer| layer.contains(&one));
        let edges: Vec<_> =
            graph.below.iter().enumerate().flat_map(|(a, to)| to.iter().map(move |&b| (a, b))).collect();
        let pairs = edges.iter().enumerate().flat_map(|(at, a)| edges[..at].iter().map(move |b| (a, b)));
        pairs
            .filter(|(a, b)| layer_of(a.0) == layer_of(b.0))
            .filter(|(a, b)| {
                let (from, to) = (places[a.0].cmp(&places[b.0]), places[a.1].cmp(&places[b.1]));
                from != to && from.is_ne() && to.is_ne()
            })
            .count()
    }

    #[test]
    fn orders_cross_less_and_families_stay_together() {
        let (mut before, mut after) = (0, 0);
        for seed in 1..60 {
            let mut graph = graph(seed, 3);
            let naive = graph.crossings();
            assert_eq!(naive, slow_crossings(&graph));
            graph.order();
            assert!(graph.crossings() <= naive);
            assert_eq!(graph.crossings(), slow_crossings(&graph));
            before += naive;
            after += graph.crossings();
            for layer in [1, 2] {
                let mut parents: Vec<_> = graph.layers[layer].iter().map(|&one| graph.above[one][0]).collect();
                parents.dedup();
                let all = parents.len();
                parents.sort_unstable();
                parents.dedup();
                assert_eq!(parents.len(), all, "each family stands together");
            }
        }
        assert!(after * 2 < before, "{after} of {before} crossings are left");
    }

    #[test]
    fn trees_have_no_crossing() {
        for seed in 1..60 {
            let mut graph = graph(seed, 1);
            graph.order();
            assert_eq!(graph.crossings(), 0);
        }
    }

    #[test]
    fn boxes_never_overlap() {
        for seed in 1..200 {
            let mut graph = graph(seed, 3);
            graph.order();
            let tops = graph.place();
            assert_eq!(tops, graph.place());
            assert!(tops.iter().all(|top| *top >= 0));
            for layer in &graph.layers {
                for pair in layer.windows(2) {
                    let end = tops[pair[0]] + graph.heights[pair[0]];
                    assert!(end + ENTRIES <= tops[pair[1]], "seed {seed}: {end} and {}", tops[pair[1]]);
                }
            }
        }
    }

    #[test]
    fn fits_keep_steps_and_come_near() {
        assert_eq!(fit(&[Some(0), Some(100)], &[10]), [0, 100]);
        assert_eq!(fit(&[Some(50), Some(50)], &[10]), [45, 55]);
        assert_eq!(fit(&[None, None, Some(5)], &[10, 10]), [-15, -5, 5]);
        assert_eq!(fit(&[None, None], &[7]), [0, 7]);
        assert_eq!(fit(&[], &[]), Vec::<i32>::new());
        assert_eq!(fit(&[Some(90), Some(0), Some(300)], &[10, 10]), [40, 50, 300]);
    }
}
