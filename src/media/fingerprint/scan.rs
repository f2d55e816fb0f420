//! Looking for one picture's hashes among many.

use super::grid::Window;
use super::hash::{self, CROPS};
use super::pair::{Ready, SKEW};

/// The most bits in which the hashes of copies differ.
const BAR: u32 = 14;

/// Probes whose hashes differ in so many bits are looked for together.
const RADIUS: u32 = 7;

/// More hits than these are thinned to the nearest quarter.
const HITS: usize = 8192;

/// The most places that are tried for one picture upon another.
const PLACES: usize = 6;

/// Which of the two is the crop of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crop {
    Sought,
    Stored,
}

/// A hash to look for and what it would mean: that the one picture is this part of the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    hash: u64,
    pub(super) window: Window,
    pub(super) crop: Crop,
}

/// Probes with hashes within [`RADIUS`] of the first one's.
#[derive(Debug)]
pub(super) struct Cluster {
    first: u64,
    pub(super) crop: Crop,
    probes: Vec<Probe>,
}

/// A hash near a probe's: on a shelf, at a slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) distance: u32,
    pub(super) shelf: u8,
    pub(super) slot: usize,
    pub(super) probe: Probe,
}

/// The nearest hits so far.
#[derive(Debug)]
pub(super) struct Hits {
    bar: u32,
    list: Vec<Hit>,
}

/// What is looked for: crops of the picture by their whole, and the picture as a crop of another
/// by that one's centre, which lies within it.
pub(super) fn probes(sought: &Ready) -> Vec<Probe> {
    let parts = CROPS.iter().map(|window| {
        let hash = hash::hash(&sought.sums, *window);
        Probe { hash, window: *window, crop: Crop::Stored }
    });
    let wholes = CROPS.iter().map(|window| {
        let hash = sought.centre_seen(*window);
        Probe { hash, window: *window, crop: Crop::Sought }
    });
    parts.chain(wholes).collect()
}

/// The probes that mean something for pictures of an aspect, in clusters.
pub(super) fn clusters(probes: &[Probe], sought: f32, stored: f32) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for probe in probes {
        let (outer, inner) = match probe.crop {
            Crop::Stored => (sought, stored),
            Crop::Sought => (stored, sought),
        };
        if !probe.window.fits(outer, inner, SKEW) {
            continue;
        }
        let near = |cluster: &&mut Cluster| {
            cluster.crop == probe.crop && distance(cluster.first, probe.hash) <= RADIUS
        };
        if let Some(cluster) = clusters.iter_mut().find(near) {
            cluster.probes.push(*probe);
        } else {
            let (first, crop) = (probe.hash, probe.crop);
            clusters.push(Cluster { first, crop, probes: vec![*probe] });
        }
    }
    clusters
}

impl Hits {
    pub(super) const fn new() -> Self {
        Self { bar: BAR, list: Vec::new() }
    }

    /// Looks for a cluster among the hashes of a shelf.
    pub(super) fn scan(&mut self, cluster: &Cluster, shelf: u8, hashes: &[u64]) {
        for (slot, hash) in hashes.iter().enumerate() {
            if distance(*hash, cluster.first) <= self.bar + RADIUS {
                self.look(cluster, *hash, (shelf, slot));
            }
        }
    }

    /// Keeps a hash if it is near enough to a probe of a cluster.
    fn look(&mut self, cluster: &Cluster, hash: u64, (shelf, slot): (u8, usize)) {
        let probes = cluster.probes.iter().map(|probe| (distance(probe.hash, hash), probe));
        let Some((distance, probe)) = probes.min_by_key(|(distance, _)| *distance) else { return };
        if self.bar < distance {
            return;
        }
        self.list.push(Hit { distance, shelf, slot, probe: *probe });
        if HITS <= self.list.len() {
            self.thin();
        }
    }

    fn thin(&mut self) {
        self.list.sort_by_key(|hit| hit.distance);
        self.list.truncate(HITS / 4);
        if let Some(last) = self.list.last() {
            self.bar = last.distance;
        }
    }

    /// The nearest first, `most` of them, no more than [`PLACES`] for a picture.
    pub(super) fn nearest(mut self, most: usize) -> Vec<Hit> {
        self.list.sort_by_key(|hit| (hit.shelf, hit.slot, hit.distance));
        let pictures = self.list.chunk_by(|a, b| (a.shelf, a.slot) == (b.shelf, b.slot));
        let mut nearest: Vec<Hit> =
            pictures.flat_map(|hits| hits.iter().take(PLACES).copied()).collect();
        nearest.sort_by_key(|hit| hit.distance);
        nearest.truncate(most);
        nearest
    }
}

const fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}
