use std::fmt;

use thiserror::Error;

/// An error of ELB's API, as it is sent to the client.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ElbError {
    pub code: ErrorCode,
    /// AWS's message, where it is known.
    pub message: String,
}

impl ElbError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ValidationError, message)
    }

    pub(crate) fn no_group(arn: &str) -> Self {
        Self::new(ErrorCode::TargetGroupNotFound, format!("Target group '{arn}' not found"))
    }

    pub(crate) fn no_listener(arn: &str) -> Self {
        Self::new(ErrorCode::ListenerNotFound, format!("Listener '{arn}' not found"))
    }
}

impl fmt::Display for ElbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

/// The error codes, from the pages of the operations in the Elastic Load Balancing API reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The listener has the port already.
    DuplicateListener,
    /// Another target group has the name.
    DuplicateTargetGroupName,
    /// The API has no such call, or this server does not model it.
    InvalidAction,
    /// Target stickiness where a rule has no group stickiness.
    InvalidConfigurationRequest,
    /// A forward action without group stickiness, and a target group with target stickiness.
    InvalidLoadBalancerAction,
    /// The group has no such target, or a target cannot be.
    InvalidTarget,
    /// There is no listener with this ARN.
    ListenerNotFound,
    /// There is no load balancer with this ARN.
    LoadBalancerNotFound,
    /// Another rule of the listener has the priority.
    PriorityInUse,
    /// There is no rule with this ARN.
    RuleNotFound,
    /// There is no target group with this ARN.
    TargetGroupNotFound,
    /// A value breaks a limit, or is not modelled.
    ValidationError,
}

impl ErrorCode {
    /// The code on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DuplicateListener => "DuplicateListener",
            Self::DuplicateTargetGroupName => "DuplicateTargetGroupName",
            Self::InvalidAction => "InvalidAction",
            Self::InvalidConfigurationRequest => "InvalidConfigurationRequest",
            Self::InvalidLoadBalancerAction => "InvalidLoadBalancerAction",
            Self::InvalidTarget => "InvalidTarget",
            Self::ListenerNotFound => "ListenerNotFound",
            Self::LoadBalancerNotFound => "LoadBalancerNotFound",
            Self::PriorityInUse => "PriorityInUse",
            Self::RuleNotFound => "RuleNotFound",
            Self::TargetGroupNotFound => "TargetGroupNotFound",
            Self::ValidationError => "ValidationError",
        }
    }
}
