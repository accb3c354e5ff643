use aho_corasick::{Anchored, automaton::Automaton, dfa::DFA};
use once_cell::sync::OnceCell;

/// Recognises crawlers by marks: parts of their User-Agent, two characters or longer. ASCII case does
/// not matter. A shorter mark is ignored.
///
/// The search is built for the first User-Agent, because many programs read a configuration and decide
/// nothing.
#[derive(Debug, Clone)]
pub struct Crawlers {
    marks: Vec<String>,
    search: OnceCell<Option<DFA>>,
}

impl Crawlers {
    /// Looks for `marks`.
    #[must_use]
    pub fn new(marks: Vec<String>) -> Self {
        Self { marks, search: OnceCell::new() }
    }

    /// The marks as given.
    #[must_use]
    pub fn marks(&self) -> &[String] {
        &self.marks
    }

    /// Whether `user_agent` contains one of the marks.
    #[must_use]
    pub fn include(&self, user_agent: &str) -> bool {
        let search = self.search.get_or_init(|| build(&self.marks));
        search.as_ref().is_some_and(|search| finds_any(search, user_agent))
    }
}

/// Whether one of the marks of `search` is in `text`.
///
/// The automaton's own search also finds out which mark it is and where: that is half of its time.
fn finds_any(search: &DFA, text: &str) -> bool {
    let Ok(mut state) = search.start_state(Anchored::No) else { return false };
    text.bytes().any(|byte| {
        state = search.next_state(Anchored::No, state, byte);
        search.is_special(state) && search.is_match(state)
    })
}

/// Builds the search, if any mark is long enough. It fails only beyond two billion states, far more
/// than a configuration needs.
fn build(marks: &[String]) -> Option<DFA> {
    let searched: Vec<&String> = marks.iter().filter(|mark| mark.len() >= 2).collect();
    let search = DFA::builder().ascii_case_insensitive(true).prefilter(false).build(&searched);
    search.ok().filter(|_| !searched.is_empty())
}

impl PartialEq for Crawlers {
    fn eq(&self, other: &Self) -> bool {
        self.marks == other.marks
    }
}

impl Eq for Crawlers {}
