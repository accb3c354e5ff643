/// The parameter that holds the plan, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: `/shop/plan`.
    pub name: String,
    /// The Region that the plan is written to.
    pub home_region: String,
    /// The Regions that have a copy.
    pub replica_regions: Vec<String>,
}
