//! How CloudFront classified a response.

use std::fmt;

macro_rules! result_types {
    ($($name:ident,)+) => {
        /// How CloudFront classified a response.
        ///
        /// The names are those of the log: see `x-edge-result-type` and `x-edge-detailed-result-type` on page
        /// `standard-logs-reference`. A type that this crate does not know is [`ResultType::Other`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[allow(missing_docs)]
        pub enum ResultType<'a> {
            $($name,)+
            /// Another type, by its name.
            Other(&'a str),
        }

        impl<'a> ResultType<'a> {
            /// The type with this name.
            #[must_use]
            pub fn from_name(name: &'a str) -> ResultType<'a> {
                match name {
                    $(stringify!($name) => ResultType::$name,)+
                    other => ResultType::Other(other),
                }
            }

            /// The name in the log.
            #[must_use]
            pub fn name(self) -> &'a str {
                match self {
                    $(ResultType::$name => stringify!($name),)+
                    ResultType::Other(name) => name,
                }
            }
        }
    };
}

result_types! {
    Hit, RefreshHit, OriginShieldHit, Miss, MissGeneratedResponse, LimitExceeded, CapacityExceeded, Error, Redirect,
    LambdaExecutionError, LambdaValidationError, LambdaLimitExceeded, LambdaGeneratedResponse,
    FunctionExecutionError, FunctionThrottledError, FunctionGeneratedResponse,
    AbortedOrigin, ClientCommError, ClientGeoBlocked, ClientHungUpRequest,
    InvalidRequest, InvalidRequestBlocked, InvalidRequestCertificate, InvalidRequestHeader, InvalidRequestMethod,
    OriginCommError, OriginConnectError, OriginContentRangeLengthError, OriginDnsError, OriginError,
    OriginHeaderTooBigError, OriginInvalidResponseError, OriginReadError, OriginWriteError, OriginZeroSizeObjectError,
    SlowReaderOriginError,
}

impl fmt::Display for ResultType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
