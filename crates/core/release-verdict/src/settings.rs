//! What decides, as numbers.

use crate::evidence::HIGHEST_RATIO;

/// When a candidate is worse, and when nothing can be told yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// A candidate whose bad rate is up to so many times the active release's is not worse.
    pub tolerated_ratio: f64,
    /// How often a candidate that is not worse may be called worse, over a whole rollout.
    pub alpha: f64,
    /// How often a right split of viewers may be called wrong, over a whole rollout.
    pub share_alpha: f64,
    /// A candidate with fewer bad viewers of a kind is not called worse: they can be one broken client.
    pub min_bad_viewers: u64,
    /// With fewer page loads, nothing can be told of the candidate.
    pub min_page_loads: u64,
    /// So long must a stage have lasted before the candidate is called not worse.
    pub soak_seconds: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            tolerated_ratio: 1.5,
            alpha: 0.01,
            share_alpha: 0.001,
            min_bad_viewers: 5,
            min_page_loads: 100,
            soak_seconds: 600,
        }
    }
}

/// Settings with which no comparison can be made.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// The tolerated ratio is too low or too high.
    #[error("invalid tolerated ratio `{0}`: expected at least 1 and less than {HIGHEST_RATIO}")]
    ToleratedRatio(f64),
    /// An error rate is not one.
    #[error("invalid error rate `{0}`: expected more than 0 and at most 0.5")]
    Alpha(f64),
}

impl Settings {
    /// Checks the numbers.
    ///
    /// # Errors
    ///
    /// A ratio or an error rate outside its range.
    pub fn check(self) -> Result<Settings, SettingsError> {
        if !(1.0..HIGHEST_RATIO).contains(&self.tolerated_ratio) {
            return Err(SettingsError::ToleratedRatio(self.tolerated_ratio));
        }
        for alpha in [self.alpha, self.share_alpha] {
            if !(alpha > 0.0 && alpha <= 0.5) {
                return Err(SettingsError::Alpha(alpha));
            }
        }
        Ok(self)
    }
}
