/// The parts of the User-Agent that mark a crawler, two characters or longer; ASCII case does not
/// matter. A shorter one marks none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crawlers {
    marks: Vec<String>,
    /// The length of the shortest mark.
    shortest: usize,
    skips: Skips,
}

impl Crawlers {
    /// Prepares the search for `marks`.
    #[must_use]
    pub fn new(marks: Vec<String>) -> Self {
        let searched = || marks.iter().map(String::as_bytes).filter(|mark| mark.len() >= 2);
        let shortest = searched().map(<[u8]>::len).min().unwrap_or(usize::MAX);
        let skips = Skips::of(searched().filter_map(|mark| mark.get(..shortest)));
        Self { marks, shortest, skips }
    }

    /// The marks as given.
    #[must_use]
    pub fn marks(&self) -> &[String] {
        &self.marks
    }

    /// Whether `user_agent` has one of the marks in it.
    ///
    /// Looks through a window as long as the shortest mark; the window's last two letters tell how far
    /// it may go on, most often past them all (Wu and Manber's search).
    pub(crate) fn include(&self, user_agent: &str) -> bool {
        let text = user_agent.as_bytes();
        let mut start = 0;
        while let Some(rest) = text.get(start..)
            && let Some([.., first, second]) = rest.get(..self.shortest)
        {
            match self.skips.after(*first, *second) {
                0 if self.begin(rest) => return true,
                0 => start += 1,
                skip => start += usize::from(skip),
            }
        }
        false
    }

    fn begin(&self, text: &[u8]) -> bool {
        self.marks.iter().any(|mark| {
            (2..=text.len()).contains(&mark.len())
                && mark.bytes().zip(text).all(|(wanted, found)| wanted.eq_ignore_ascii_case(found))
        })
    }
}

const PAIRS: usize = 1 << 10;

/// How far a window may go on after each pair of letters at its end, so that no mark is passed over.
/// Letters are their last five bits, which are the same in both cases.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Skips([u8; PAIRS]);

impl Skips {
    /// Of the beginnings of the marks, which are as long as the window.
    fn of<'m>(beginnings: impl Iterator<Item = &'m [u8]> + Clone) -> Self {
        let furthest = beginnings.clone().map(|mark| mark.len() - 1).min().unwrap_or_default();
        let mut skips = [narrowed(furthest); PAIRS];
        for (distance, pair) in beginnings.flat_map(|mark| mark.windows(2).rev().enumerate()) {
            if let [first, second] = pair
                && let Some(skip) = skips.get_mut(place(*first, *second))
            {
                *skip = narrowed(distance).min(*skip);
            }
        }
        Self(skips)
    }

    fn after(&self, first: u8, second: u8) -> u8 {
        self.0.get(place(first, second)).copied().unwrap_or_default()
    }
}

fn place(first: u8, second: u8) -> usize {
    (usize::from(first & 31) << 5) | usize::from(second & 31)
}

/// A shorter way is never wrong.
fn narrowed(distance: usize) -> u8 {
    u8::try_from(distance).unwrap_or(u8::MAX)
}
