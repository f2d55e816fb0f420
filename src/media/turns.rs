//! Turns: who works on the same thing waits for those before, who works on another does not.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Condvar, Mutex, PoisonError};

/// What is being worked on, by its keys.
#[derive(Debug)]
pub struct Turns<K> {
    busy: Mutex<HashSet<K>>,
    done: Condvar,
}

/// A turn; it ends when dropped.
#[derive(Debug)]
pub struct Turn<'a, K: Eq + Hash> {
    turns: &'a Turns<K>,
    key: K,
}

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self { busy: Mutex::default(), done: Condvar::new() }
    }
}

impl<K: Eq + Hash + Clone> Turns<K> {
    /// Waits until nobody works on `key`.
    #[must_use]
    pub fn take(&self, key: &K) -> Turn<'_, K> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        while !busy.insert(key.clone()) {
            busy = self.done.wait(busy).unwrap_or_else(PoisonError::into_inner);
        }
        Turn { turns: self, key: key.clone() }
    }
}

impl<K: Eq + Hash> Drop for Turn<'_, K> {
    fn drop(&mut self) {
        let mut busy = self.turns.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.key);
        drop(busy);
        self.turns.done.notify_all();
    }
}
