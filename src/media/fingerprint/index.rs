//! Many fingerprints, searched for the copies of one.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::grid::CELLS;
use super::pair::{self, Ready};
use super::scan::{self, Crop, Hit, Hits};
use super::{Fingerprint, Likeness, align};

/// Bytes of the cells of a picture, 6 bits each.
const PACKED: usize = CELLS / 4 * 3;

/// The ratio of the aspects of neighbouring shelves, and the lowest aspect.
const STEP: f32 = 1.02;
const LOWEST: f32 = 0.15;

/// The most places at which more than the hash is looked at.
const GLANCED: usize = 512;

/// The least likeness, before the edges are settled, at a place that is looked at closely.
const PROMISING: f32 = 0.45;

/// The most places that are looked at closely.
const SETTLED: usize = 80;

/// Fingerprints of many pictures in memory, each about 1.1 kB, under keys.
///
/// Plain ones are left out. Looking through 100,000 takes some milliseconds.
#[derive(Clone, Debug)]
pub struct Index<K> {
    /// By aspect.
    shelves: BTreeMap<u8, Shelf<K>>,
    /// The shelf on which a key is.
    homes: HashMap<K, u8>,
}

/// Pictures of nearly the same aspect. The same place in each list is the same picture.
#[derive(Clone, Debug)]
struct Shelf<K> {
    /// The aspect in the middle of the shelf.
    aspect: f32,
    keys: Vec<K>,
    wholes: Vec<u64>,
    centres: Vec<u64>,
    pictures: Vec<Stored>,
}

/// A picture, packed.
#[derive(Clone, Debug)]
struct Stored {
    aspect: f32,
    cells: Box<[u8; PACKED]>,
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self { shelves: BTreeMap::new(), homes: HashMap::new() }
    }
}

impl<K: Clone + Eq + Hash> FromIterator<(K, Fingerprint)> for Index<K> {
    fn from_iter<I: IntoIterator<Item = (K, Fingerprint)>>(pairs: I) -> Self {
        let mut index = Self::default();
        for (key, fingerprint) in pairs {
            index.insert(key, &fingerprint);
        }
        index
    }
}

impl<K: Clone + Eq + Hash> Index<K> {
    /// An index of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many pictures can be found.
    #[must_use]
    pub fn len(&self) -> usize {
        self.homes.len()
    }

    /// Whether there is nothing to find.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.homes.is_empty()
    }

    /// Puts a picture in under a key, in the place of the one that was under it. A plain one is
    /// left out.
    pub fn insert(&mut self, key: K, fingerprint: &Fingerprint) {
        self.remove(&key);
        let Some(ready) = Ready::new(fingerprint) else { return };
        let (number, aspect) = shelf_of(ready.aspect);
        let shelf = self.shelves.entry(number).or_insert_with(|| Shelf::new(aspect));
        self.homes.insert(key.clone(), number);
        shelf.keys.push(key);
        shelf.wholes.push(ready.whole());
        shelf.centres.push(ready.centre());
        let cells = pack(&fingerprint.cells);
        shelf.pictures.push(Stored { aspect: ready.aspect, cells });
    }

    /// Takes a picture out. Tells whether it was there.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(number) = self.homes.remove(key) else { return false };
        if let Some(shelf) = self.shelves.get_mut(&number)
            && let Some(slot) = shelf.keys.iter().position(|known| known == key)
        {
            shelf.keys.swap_remove(slot);
            shelf.wholes.swap_remove(slot);
            shelf.centres.swap_remove(slot);
            shelf.pictures.swap_remove(slot);
        }
        true
    }

    /// The copies of a picture and the pictures of which it is a copy, the most alike first, at
    /// most `most`. Of more than some 80 copies not all are found.
    ///
    /// The picture itself is among them if it is in the index.
    #[must_use]
    pub fn find(&self, fingerprint: &Fingerprint, most: usize) -> Vec<(K, Likeness)> {
        let Some(sought) = Ready::new(fingerprint) else { return Vec::new() };
        let probes = scan::probes(&sought);
        let mut hits = Hits::new();
        for (number, shelf) in &self.shelves {
            for cluster in scan::clusters(&probes, sought.aspect, shelf.aspect) {
                let hashes = match cluster.crop {
                    Crop::Sought => &shelf.centres,
                    Crop::Stored => &shelf.wholes,
                };
                hits.scan(&cluster, *number, hashes);
            }
        }
        let mut seen: Vec<_> =
            hits.nearest(GLANCED).iter().filter_map(|hit| self.glance(&sought, hit)).collect();
        seen.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        let mut found: Vec<(K, Likeness)> = Vec::new();
        let mut settled = 0;
        for seen in &seen {
            let known = found.iter().any(|(key, _)| key == seen.key);
            if !known && settled < SETTLED {
                settled += 1;
                found.extend(seen.settle(&sought));
            }
        }
        found.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        found.truncate(most);
        found
    }

    /// A first look at a picture itself; `None` if it is nothing like.
    fn glance(&self, sought: &Ready, hit: &Hit) -> Option<Seen<'_, K>> {
        let shelf = self.shelves.get(&hit.shelf)?;
        let (key, stored) = (shelf.keys.get(hit.slot)?, shelf.pictures.get(hit.slot)?);
        let stored = stored.ready();
        let (outer, inner) = order(hit.probe.crop, sought, &stored);
        let likeness = align::glance(&outer.sums, &inner.sums, hit.probe.window);
        (PROMISING <= likeness).then_some(Seen { likeness, key, stored, hit: *hit })
    }
}

/// A picture that may be a copy.
struct Seen<'a, K> {
    likeness: f32,
    key: &'a K,
    stored: Ready,
    hit: Hit,
}

impl<K: Clone> Seen<'_, K> {
    fn settle(&self, sought: &Ready) -> Option<(K, Likeness)> {
        let (outer, inner) = order(self.hit.probe.crop, sought, &self.stored);
        let likeness = pair::verdict(outer, inner, self.hit.probe.window)?;
        Some((self.key.clone(), likeness))
    }
}

/// The whole and its crop.
fn order<'a>(crop: Crop, sought: &'a Ready, stored: &'a Ready) -> (&'a Ready, &'a Ready) {
    match crop {
        Crop::Sought => (stored, sought),
        Crop::Stored => (sought, stored),
    }
}

impl<K> Shelf<K> {
    fn new(aspect: f32) -> Self {
        let (keys, pictures) = (Vec::new(), Vec::new());
        Self { aspect, keys, wholes: Vec::new(), centres: Vec::new(), pictures }
    }
}

impl Stored {
    fn ready(&self) -> Ready {
        Ready::from_cells(&unpack(&self.cells), self.aspect)
    }
}

/// The shelf for an aspect, and the aspect in its middle.
fn shelf_of(aspect: f32) -> (u8, f32) {
    let (mut number, mut low) = (0_u8, LOWEST);
    while low * STEP < aspect && number < u8::MAX {
        number += 1;
        low *= STEP;
    }
    (number, low * (1.0 + STEP) / 2.0)
}

/// Four cells in three bytes.
fn pack(cells: &[u8]) -> Box<[u8; PACKED]> {
    let mut packed = Box::new([0; PACKED]);
    let (quads, _) = cells.as_chunks::<4>();
    let (triples, _) = packed.as_chunks_mut::<3>();
    for ([a, b, c, d], triple) in quads.iter().zip(triples) {
        *triple = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    }
    packed
}

fn unpack(packed: &[u8; PACKED]) -> [u8; CELLS] {
    let mut cells = [0; CELLS];
    let (triples, _) = packed.as_chunks::<3>();
    let (quads, _) = cells.as_chunks_mut::<4>();
    for ([x, y, z], quad) in triples.iter().zip(quads) {
        *quad = [x >> 2, (x & 3) << 4 | y >> 4, (y & 15) << 2 | z >> 6, z & 63];
    }
    cells
}
