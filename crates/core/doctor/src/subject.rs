use crate::view::View;

/// The thing that a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The distribution and the project, with or without functions.
    Distribution,
    /// The functions at the edge, and the policies and origins that `attach` chooses for them.
    Functions,
}

impl Subject {
    /// Whether there is such a thing. `view` is `None` if the distribution is not known.
    pub(crate) fn exists(self, view: Option<&View<'_>>) -> bool {
        match self {
            Self::Distribution => true,
            Self::Functions => view.is_none_or(View::is_attached),
        }
    }
}
