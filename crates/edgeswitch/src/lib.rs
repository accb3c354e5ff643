//! Blue/green and canary releases at the CloudFront edge: the control program.
