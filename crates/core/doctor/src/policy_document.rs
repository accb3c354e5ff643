use crate::field::Field;

/// A statement of a policy document.
#[derive(Debug, Clone)]
pub(crate) struct Statement<'a>(Field<'a>);

/// The statements of a document.
pub(crate) fn statements<'a>(document: &Field<'a>) -> Vec<Statement<'a>> {
    document.get("Statement").list().into_iter().map(Statement).collect()
}

impl Statement<'_> {
    pub(crate) fn allows(&self) -> bool {
        self.0.get("Effect").text() == "Allow"
    }

    /// Whether `action` is listed, by name or by a pattern such as `s3:*`.
    pub(crate) fn is_about(&self, action: &str) -> bool {
        let matches = |pattern: &&str| match pattern.split_once('*') {
            Some((start, _)) => starts_with(action, start),
            None => pattern.eq_ignore_ascii_case(action),
        };
        self.0.get("Action").texts().iter().any(matches)
    }

    pub(crate) fn is_for_service(&self, service: &str) -> bool {
        let principal = self.0.get("Principal");
        let everybody = principal.text() == "*";
        everybody || principal.get("Service").texts().contains(&service)
    }

    /// The ARNs that the caller's own resource is compared with.
    pub(crate) fn source_arns(&self) -> Vec<&str> {
        let conditions = self.0.get("Condition");
        let operators = conditions.value().as_object().into_iter().flatten();
        let keys = operators.flat_map(|(_, keys)| keys.as_object().into_iter().flatten());
        let values = keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"));
        values
            .flat_map(|(_, value)| match value.as_array() {
                Some(all) => all.iter().filter_map(|one| one.as_str()).collect(),
                None => Vec::from_iter(value.as_str()),
            })
            .collect()
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}
