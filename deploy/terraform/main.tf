# The three functions of edgeswitch, their role and the policies of the behaviours: the same as
# deploy/cloudformation/functions.yaml. docs/deploy.md has the steps.

locals {
  triggers = toset(["viewer-request", "origin-request", "origin-response"])
  handlers = {
    "python3.13" = "lambda_function.lambda_handler"
    "nodejs22.x" = "index.handler"
    "nodejs24.x" = "index.handler"
  }
  stamps = ["x-bluegreen-release", "x-bluegreen-preview"]
}

data "aws_caller_identity" "this" {
  provider = aws.us_east_1
}

data "aws_partition" "this" {
  provider = aws.us_east_1
}

locals {
  partition = data.aws_partition.this.partition
  account   = data.aws_caller_identity.this.account_id
}

resource "aws_iam_role" "functions" {
  provider    = aws.us_east_1
  name        = "${var.name}-edge-functions"
  description = "The Lambda@Edge functions of edgeswitch"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "functions" {
  provider = aws.us_east_1
  name     = "edge-functions"
  role     = aws_iam_role.functions.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ReadThePlan"
        Effect    = "Allow"
        Action    = "ssm:GetParameter"
        Resource  = "arn:${local.partition}:ssm:*:${local.account}:parameter${var.plan_parameter}"
        Condition = { StringEquals = { "aws:RequestedRegion" = var.plan_regions } }
      },
      # A function writes its log in the Region where it runs, which can be any Region.
      {
        Sid      = "WriteTheLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:${local.partition}:logs:*:${local.account}:log-group:/edgeswitch/${var.name}:*"
      },
    ]
  })
}

# The log of the requests that us-east-1 serves. Lambda creates a group of the same name in each other Region.
resource "aws_cloudwatch_log_group" "functions" {
  provider          = aws.us_east_1
  name              = "/edgeswitch/${var.name}"
  retention_in_days = var.log_retention_days
}

# A changed package or setting publishes a version. Old versions stay: edge locations run them until the
# distribution's next deployment is complete.
resource "aws_lambda_function" "functions" {
  for_each         = local.triggers
  provider         = aws.us_east_1
  function_name    = "${var.name}-${each.key}"
  filename         = "${var.packages}/${each.key}.zip"
  source_code_hash = filebase64sha256("${var.packages}/${each.key}.zip")
  runtime          = var.runtime
  handler          = local.handlers[var.runtime]
  architectures    = ["x86_64"]
  memory_size      = 128
  timeout          = 5
  role             = aws_iam_role.functions.arn
  publish          = true
  # AWS refuses to delete a function while edge locations hold replicas of it. `terraform destroy` therefore leaves
  # the functions, and docs/deploy.md says how to delete them.
  skip_destroy = true

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.functions.name
  }

  depends_on = [aws_iam_role_policy.functions]
}

# A change of a policy reaches the viewers of a distribution that has it, while the distribution still runs the versions
# of before. Other settings therefore make another policy, whose name has their hash. Terraform deletes the old one when
# the distribution has the new versions and policies. **Name every setting of a policy here that a variable changes.**
locals {
  pages_key     = jsonencode([local.stamps, var.decide_at == "origin-request" ? [var.release_cookie] : []])
  pages_forward = jsonencode([var.release_header, var.release_cookie])
  routes_key    = jsonencode([local.stamps])
  hashes = {
    pages_key     = substr(sha256(local.pages_key), 0, 8)
    pages_forward = substr(sha256(local.pages_forward), 0, 8)
    routes_key    = substr(sha256(local.routes_key), 0, 8)
  }
}

# The provider changes the name of a policy in place, so a change of the hash has to replace the policy.
resource "terraform_data" "policies" {
  for_each = local.hashes
  input    = each.value
}

# For the default behaviour: pages and files of the bucket.
resource "aws_cloudfront_cache_policy" "pages" {
  provider    = aws.us_east_1
  name        = "${var.name}-pages-${local.hashes.pages_key}"
  comment     = "edgeswitch: objects of the bucket, by release"
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000
  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = true
    enable_accept_encoding_brotli = true
    headers_config {
      header_behavior = "whitelist"
      headers { items = local.stamps }
    }
    cookies_config {
      cookie_behavior = var.decide_at == "origin-request" ? "whitelist" : "none"
      dynamic "cookies" {
        for_each = var.decide_at == "origin-request" ? [var.release_cookie] : []
        content { items = [cookies.value] }
      }
    }
    query_strings_config { query_string_behavior = "none" }
  }
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.policies["pages_key"]]
  }
}

# For the behaviours of routes. A response is cached only if the back end says so. A policy whose TTLs are all 0
# could have no headers in the key, so the maximum is not 0.
resource "aws_cloudfront_cache_policy" "routes" {
  provider    = aws.us_east_1
  name        = "${var.name}-routes-${local.hashes.routes_key}"
  comment     = "edgeswitch: responses of the back ends, by release"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000
  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = true
    enable_accept_encoding_brotli = true
    headers_config {
      header_behavior = "whitelist"
      headers { items = local.stamps }
    }
    cookies_config { cookie_behavior = "all" }
    query_strings_config { query_string_behavior = "all" }
  }
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.policies["routes_key"]]
  }
}

resource "aws_cloudfront_origin_request_policy" "pages" {
  provider = aws.us_east_1
  name     = "${var.name}-pages-${local.hashes.pages_forward}"
  comment  = "edgeswitch: the headers and cookies that origin-request reads"
  headers_config {
    header_behavior = var.release_header ? "whitelist" : "none"
    dynamic "headers" {
      for_each = var.release_header ? ["x-bluegreen-reason"] : []
      content { items = [headers.value] }
    }
  }
  cookies_config {
    cookie_behavior = "whitelist"
    cookies { items = [var.release_cookie] }
  }
  query_strings_config { query_string_behavior = "none" }
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.policies["pages_forward"]]
  }
}
