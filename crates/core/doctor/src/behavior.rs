use crate::checks::associations::TRIGGERS;
use crate::field::Field;

/// A cache behavior, and the pattern that people know it by.
#[derive(Debug, Clone)]
pub(crate) struct Behavior<'a> {
    pub(crate) field: Field<'a>,
    /// `*` is the default behavior.
    pub(crate) pattern: String,
}

impl<'a> Behavior<'a> {
    /// The functions: each association's event and ARN.
    pub(crate) fn associations(&self) -> Vec<(&'a str, Field<'a>)> {
        let items = self.field.get("LambdaFunctionAssociations").items();
        let of = |item: &Field<'a>| (item.get("EventType").text(), item.get("LambdaFunctionARN"));
        items.iter().map(of).collect()
    }

    /// The functions' names, whatever their version.
    pub(crate) fn function_names(&self) -> Vec<&'a str> {
        let associations = self.associations().into_iter();
        let name = |(_, arn): (&str, Field<'a>)| {
            let (_, name) = arn.text().split_once(":function:")?;
            name.split(':').next()
        };
        associations.filter_map(name).collect()
    }

    pub(crate) fn has_function_at(&self, event: &str) -> bool {
        self.associations().iter().any(|(at, _)| *at == event)
    }

    /// Whether a function has the name that `deploy` gives: that of its event behind the project's.
    pub(crate) fn has_function_of_ours(&self) -> bool {
        self.associations().iter().any(|(event, arn)| {
            let name =
                arn.text().split_once(":function:").and_then(|(_, name)| name.split(':').next());
            name.is_some_and(|name| {
                TRIGGERS.contains(event) && name.ends_with(&format!("-{event}"))
            })
        })
    }

    /// Whether the pattern is `wanted`: the leading slash is optional.
    pub(crate) fn is_for(&self, wanted: &str) -> bool {
        self.pattern.trim_start_matches('/') == wanted.trim_start_matches('/')
    }

    pub(crate) fn methods(&self) -> Field<'a> {
        self.field.get("AllowedMethods")
    }
}

/// Names behaviors in a sentence: `` `*`, `/api/*` ``.
pub(crate) fn patterns(behaviors: &[Behavior<'_>]) -> String {
    let quoted = behaviors.iter().map(|one| format!("`{}`", one.pattern));
    quoted.collect::<Vec<_>>().join(", ")
}
