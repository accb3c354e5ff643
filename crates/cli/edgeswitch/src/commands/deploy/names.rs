use edge_config::Config;
use thiserror::Error;

use crate::failure::{Advice, Failure};
use crate::package::Function;

/// A stack, a role or a function cannot have the project's name.
#[derive(Debug, Error)]
#[error(
    "invalid `name` `{0}`: expected at most {longest} of A-Z, a-z, 0-9, _ and -, a letter first",
    longest = Names::LONGEST
)]
pub(crate) struct NameError(String);

impl Failure for NameError {
    fn advice(&self) -> Advice {
        Advice::failed().hint("change `name` in edgeswitch.toml")
    }
}

/// The names of everything that belongs to the functions of one project. The template makes the same ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    name: String,
}

impl Names {
    /// The longest name that the template takes.
    const LONGEST: usize = 32;

    /// The names of a project's functions.
    pub(crate) fn of(config: &Config) -> Result<Self, NameError> {
        Self::new(&config.name)
    }

    /// Names for a try, which nothing else has.
    pub(crate) fn of_a_try(config: &Config) -> Result<Self, NameError> {
        Self::new(&format!("{}-try", config.name))
    }

    pub(crate) fn new(name: &str) -> Result<Self, NameError> {
        let is_allowed = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_');
        let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
        let fits = name.len() <= Self::LONGEST && name.chars().all(is_allowed);
        let name = name.to_owned();
        if begins && fits { Ok(Self { name }) } else { Err(NameError(name)) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A stack's name has no `_`.
    pub(crate) fn stack(&self) -> String {
        format!("{}-functions", self.name.replace('_', "-"))
    }

    pub(crate) fn function(&self, function: Function) -> String {
        format!("{}-{}", self.name, function.name())
    }

    pub(crate) fn functions(&self) -> [String; 3] {
        Function::ALL.map(|function| self.function(function))
    }

    pub(crate) fn role(&self) -> String {
        format!("{}-edge-functions", self.name)
    }

    /// The log group in every Region.
    pub(crate) fn log_group(&self) -> String {
        format!("/edgeswitch/{}", self.name)
    }

    pub(crate) fn pages(&self) -> String {
        format!("{}-pages", self.name)
    }

    pub(crate) fn routes(&self) -> String {
        format!("{}-routes", self.name)
    }

    /// A bucket's name has no capital letter and no `_`. No two accounts can have a bucket of the same name.
    pub(crate) fn bucket(&self, account: &str) -> String {
        format!("{}-packages-{account}", self.name.to_ascii_lowercase().replace('_', "-"))
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_name_is_one_that_a_stack_a_role_and_a_function_can_have() {
        let longest = "a".repeat(32);
        let rows = [
            ("shop", true),
            ("Shop_2-b", true),
            (&longest, true),
            (&format!("{longest}a"), false),
            ("", false),
            ("2shop", false),
            ("-shop", false),
            ("shop.eu", false),
            ("läden", false),
        ];
        for (name, expected) in rows {
            assert_eq!(Names::new(name).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn stacks_and_buckets_get_names_that_aws_takes() {
        let names = Names::new("My_Shop").unwrap();
        assert_eq!(names.stack(), "My-Shop-functions");
        assert_eq!(names.bucket("123456789012"), "my-shop-packages-123456789012");
        assert_eq!(names.functions()[0], "My_Shop-viewer-request");
    }
}
