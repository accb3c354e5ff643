//! A Parameter Store on loopback, with versions, the real error types and faults on request.
