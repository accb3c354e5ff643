//! Path patterns against CloudFront's rules, case by case and by definition.

#![cfg(test)]

mod patterns;
mod properties;
