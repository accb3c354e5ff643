use edge_time::Timestamp;

/// One version of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterVersion {
    /// The parameter's name, without a version: `/shop/plan`.
    pub name: String,
    /// The parameter's ARN.
    pub arn: String,
    /// `:3` if the request named version 3; `None` if it asked for the latest version.
    pub selector: Option<String>,
    /// 1 for the first write; each write adds 1.
    pub version: u64,
    /// 1 to 4,096 bytes.
    pub value: String,
    /// A description of this version, for people.
    pub description: Option<String>,
    /// The time of the write.
    pub last_modified: Timestamp,
    /// The ARN of the user who wrote it.
    pub last_modified_user: String,
    /// The labels of this version.
    pub labels: Vec<String>,
}

impl ParameterVersion {
    pub(crate) fn replace_value(&mut self, value: &str) {
        value.clone_into(&mut self.value);
    }
}
