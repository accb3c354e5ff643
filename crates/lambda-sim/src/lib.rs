//! Runs functions for the local CloudFront: packages behind a Lambda Runtime API, or any Lambda Invoke API.
