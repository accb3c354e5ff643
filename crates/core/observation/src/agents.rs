//! User-Agents, each decoded once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use access_log::{Field, Row};
use routing_core::Rules;

/// The most that are remembered. A viewer chooses its User-Agent; memory must not grow with them.
const MOST: usize = 1024;

/// A User-Agent as the viewer sent it, and what is told by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent {
    text: String,
    is_crawler: bool,
    hash: u64,
}

impl Agent {
    /// That of one row. For many rows, use [`Agents`].
    #[must_use]
    pub fn of(row: &Row<'_>, rules: &Rules) -> Agent {
        let Some(text) = row.user_agent() else { return Agent::default() };
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let is_crawler = rules.crawlers.include(&text);
        Agent { is_crawler, hash: hasher.finish(), text: text.into_owned() }
    }

    /// The header; empty if there was none.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a crawler's.
    #[must_use]
    pub fn is_crawler(&self) -> bool {
        self.is_crawler
    }

    /// The same for the same text.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}

/// The User-Agents of the rows so far.
///
/// A few make most of the requests, and each has to be decoded before it can be searched for the marks of crawlers: with
/// this memory, reading logs takes a fifth less time.
#[derive(Debug)]
pub struct Agents<'r> {
    rules: &'r Rules,
    /// The place of each in `known`, by its text in the log.
    places: HashMap<Box<str>, usize>,
    known: Vec<Agent>,
    none: Agent,
}

impl<'r> Agents<'r> {
    /// Nothing yet.
    #[must_use]
    pub fn new(rules: &'r Rules) -> Agents<'r> {
        Agents { rules, places: HashMap::new(), known: Vec::new(), none: Agent::default() }
    }

    /// The User-Agent of a row.
    pub fn of(&mut self, row: &Row<'_>) -> &Agent {
        let Some(logged) = row.get(Field::UserAgent) else { return &self.none };
        let place = match self.places.get(logged) {
            Some(place) => *place,
            None => self.remember(logged, Agent::of(row, self.rules)),
        };
        self.known.get(place).unwrap_or(&self.none)
    }

    fn remember(&mut self, logged: &str, agent: Agent) -> usize {
        if self.known.len() == MOST {
            self.places.clear();
            self.known.clear();
        }
        let place = self.known.len();
        self.places.insert(logged.into(), place);
        self.known.push(agent);
        place
    }
}
