use edge_time::Timestamp;

/// One version of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, without a version: `/shop/plan`.
    pub name: String,
    /// Its ARN, the same for all versions.
    pub arn: String,
    /// What it was asked by besides the name: `:3`. None for the latest version.
    pub selector: Option<String>,
    /// 1 for the first, one more with every write.
    pub version: u64,
    /// What it holds, 1 to 4,096 bytes.
    pub value: String,
    /// What people said of this version.
    pub description: Option<String>,
    /// When this version was written.
    pub last_modified: Timestamp,
    /// The ARN of who wrote this version.
    pub last_modified_user: String,
}

impl Parameter {
    /// Answers with `value` instead of the stored one.
    pub(crate) fn damage(&mut self, value: &str) {
        value.clone_into(&mut self.value);
    }
}
