output "versions" {
  description = "The version of each function, by the event that it is attached to."
  value = {
    for trigger, function in aws_lambda_function.functions : trigger => "${function.arn}:${function.version}"
  }
}

output "pages_cache_policy" {
  description = "The cache policy of the default behaviour."
  value       = aws_cloudfront_cache_policy.pages.id
}

output "pages_origin_request_policy" {
  description = "The origin request policy of the default behaviour."
  value       = aws_cloudfront_origin_request_policy.pages.id
}

output "routes_cache_policy" {
  description = "The cache policy of the behaviours of routes."
  value       = aws_cloudfront_cache_policy.routes.id
}

# Managed by AWS: AllViewerExceptHostHeader. The back end gets everything that the viewer sent but Host.
output "routes_origin_request_policy" {
  description = "The origin request policy of the behaviours of routes."
  value       = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
}

output "log_group" {
  description = "The name of the log group in every Region."
  value       = aws_cloudwatch_log_group.functions.name
}
