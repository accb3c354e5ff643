/// The ARN of a numbered version in us-east-1, the only kind that CloudFront takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VersionArn<'a> {
    pub(crate) account: &'a str,
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
}

impl<'a> VersionArn<'a> {
    /// # Errors
    /// The problem, to follow "the association".
    pub(crate) fn parse(text: &'a str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(':').collect();
        let (region, account, name, qualifier) = match parts.as_slice() {
            ["arn", _, "lambda", region, account, "function", name] => {
                (*region, *account, *name, None)
            }
            ["arn", _, "lambda", region, account, "function", name, qualifier] => {
                (*region, *account, *name, Some(*qualifier))
            }
            _ => return Err("names no Lambda function".into()),
        };
        if region != "us-east-1" {
            return Err(format!("names a function in `{region}`, not in `us-east-1`"));
        }
        match qualifier {
            Some(version) if version.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Self { account, name, version })
            }
            Some("$LATEST") => Err("names `$LATEST`, not a numbered version".into()),
            Some(alias) => Err(format!("names the alias `{alias}`, not a numbered version")),
            None => Err("names no version of the function".into()),
        }
    }
}

/// The role's name in its ARN: `edge` of `arn:aws:iam::123456789012:role/service/edge`.
pub(crate) fn role_name(arn: &str) -> Option<&str> {
    let (_, path) = arn.split_once(":role/")?;
    path.rsplit('/').next()
}

/// The Region of an ARN.
pub(crate) fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// The load balancer of a listener or of a rule: `...:loadbalancer/app/shop/50dc6c495c0c9188`.
pub(crate) fn load_balancer(arn: &str) -> Option<String> {
    let (account, resource) = arn.rsplit_once(':')?;
    match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["listener" | "listener-rule", kind, name, id, ..] => {
            Some(format!("{account}:loadbalancer/{kind}/{name}/{id}"))
        }
        _ => None,
    }
}
