use cloudfront_sim::EdgeLocation;
use edge_event::Trigger;

/// Where a function runs, and what it is called there.
#[derive(Debug, Clone)]
pub(crate) enum Placed {
    /// At an edge location, with the Region that serves it.
    Edge { base: String, trigger: Trigger, edge: EdgeLocation, region: String },
    /// In a Region.
    Regional { name: String, region: String },
}

impl Placed {
    /// The Region in which the function runs.
    pub(crate) fn region(&self) -> &str {
        match self {
            Self::Edge { region, .. } | Self::Regional { region, .. } => region,
        }
    }

    /// The name that the function sees. At the edge it begins with the Region in which it was created.
    pub(crate) fn function_name(&self) -> String {
        match self {
            Self::Edge { base, trigger, .. } => format!("us-east-1.{base}-{trigger}"),
            Self::Regional { name, .. } => name.clone(),
        }
    }

    /// The version that the function sees. CloudFront calls published versions only.
    pub(crate) fn version(&self) -> &'static str {
        match self {
            Self::Edge { .. } => "1",
            Self::Regional { .. } => "$LATEST",
        }
    }

    /// The ARN in the events.
    pub(crate) fn function_arn(&self) -> String {
        let (region, name) = (self.region(), self.function_name());
        let arn = format!("arn:aws:lambda:{region}:000000000000:function:{name}");
        match self {
            Self::Edge { .. } => format!("{arn}:1"),
            Self::Regional { .. } => arn,
        }
    }

    /// The handler of the function's configuration.
    pub(crate) fn handler(&self) -> &'static str {
        match self {
            Self::Edge { .. } => "lambda_function.lambda_handler",
            Self::Regional { .. } => "bootstrap",
        }
    }

    /// The managed runtime. Functions on `provided.al2023` see none (page `configuration-envvars` of Lambda's guide).
    pub(crate) fn execution_environment(&self) -> Option<&'static str> {
        match self {
            Self::Edge { .. } => Some("AWS_Lambda_python3.13"),
            Self::Regional { .. } => None,
        }
    }

    /// Logs a line that an instance of the function printed, or a line about it.
    pub(crate) fn log(&self, instance: u32, line: &str) {
        match self {
            Self::Edge { trigger, edge, .. } => {
                tracing::info!(target: "function", %trigger, edge = edge.0, instance, "{line}");
            }
            Self::Regional { name, region } => {
                tracing::info!(target: "function", name, region, instance, "{line}");
            }
        }
    }
}
