//! Lambda@Edge (CloudFront) events and results as types that lose nothing, with CloudFront's rules as data.
