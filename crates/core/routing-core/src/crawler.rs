use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

/// The parts of the User-Agent that mark a crawler, two characters or longer. ASCII case does not
/// matter. A shorter one marks none.
#[derive(Debug, Clone)]
pub struct Crawlers {
    marks: Vec<String>,
    search: Option<AhoCorasick>,
}

impl Crawlers {
    /// Prepares the search for `marks`.
    #[must_use]
    pub fn new(marks: Vec<String>) -> Self {
        let searched: Vec<&String> = marks.iter().filter(|mark| mark.len() >= 2).collect();
        let search = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&searched);
        // Building fails only beyond two billion states: far more than a configuration holds.
        let search = search.ok().filter(|_| !searched.is_empty());
        Self { marks, search }
    }

    /// The marks as given.
    #[must_use]
    pub fn marks(&self) -> &[String] {
        &self.marks
    }

    /// Whether `user_agent` contains one of the marks.
    pub(crate) fn include(&self, user_agent: &str) -> bool {
        self.search.as_ref().is_some_and(|search| search.is_match(user_agent))
    }
}

impl PartialEq for Crawlers {
    fn eq(&self, other: &Self) -> bool {
        self.marks == other.marks
    }
}

impl Eq for Crawlers {}
