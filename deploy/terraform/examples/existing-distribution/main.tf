# A distribution that has served a site from its bucket and an API from a load balancer, with edgeswitch attached.
# The lines that edgeswitch adds have the comment `edgeswitch`.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

# edgeswitch: Lambda@Edge's functions are in us-east-1.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}

variable "packages" {
  description = "edgeswitch: the folder with the packages, as `edgeswitch package` writes it."
  type        = string
  default     = "dist"
}

variable "bucket_domain" {
  description = "The regional domain name of the bucket."
  type        = string
  default     = "shop-releases.s3.eu-central-1.amazonaws.com"
}

variable "origin_access_control" {
  description = "The origin access control of the bucket."
  type        = string
}

# edgeswitch: the functions, their role and the policies.
module "edgeswitch" {
  source         = "../.."
  providers      = { aws.us_east_1 = aws.us_east_1 }
  name           = "shop"
  packages       = var.packages
  plan_parameter = aws_ssm_parameter.plan.name
  plan_regions   = ["eu-central-1"]
}

# edgeswitch: the plan. Terraform creates it with the first release, and `edgeswitch` changes it from then on.
# **Without `ignore_changes` the next apply would write the first plan over the plan in force.**
resource "aws_ssm_parameter" "plan" {
  name  = "/shop/plan"
  type  = "String"
  value = "first"
  lifecycle {
    ignore_changes = [value, description]
  }
}

resource "aws_cloudfront_distribution" "site" {
  comment             = "shop"
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2"
  default_root_object = "index.html"

  origin {
    origin_id                = "bucket"
    domain_name              = var.bucket_domain
    origin_access_control_id = var.origin_access_control
  }

  # edgeswitch: the same bucket. The header tells the functions that this is the second attempt.
  origin {
    origin_id                = "bucket-second-attempt"
    domain_name              = var.bucket_domain
    origin_access_control_id = var.origin_access_control
    custom_header {
      name  = "x-bluegreen-role"
      value = "fallback"
    }
  }

  origin {
    origin_id   = "api"
    domain_name = "api.example.com"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  # edgeswitch: a chunk of an older page comes from an older release.
  origin_group {
    origin_id = "releases"
    failover_criteria {
      status_codes = [403, 404]
    }
    member {
      origin_id = "bucket"
    }
    member {
      origin_id = "bucket-second-attempt"
    }
  }

  default_cache_behavior {
    target_origin_id         = "releases" # edgeswitch: it was "bucket"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = module.edgeswitch.pages_cache_policy          # edgeswitch
    origin_request_policy_id = module.edgeswitch.pages_origin_request_policy # edgeswitch

    # edgeswitch
    dynamic "lambda_function_association" {
      for_each = module.edgeswitch.versions
      content {
        event_type = lambda_function_association.key
        lambda_arn = lambda_function_association.value
      }
    }
  }

  # edgeswitch: a call that pins its release goes to the back end, too. CloudFront takes the first that matches.
  dynamic "ordered_cache_behavior" {
    for_each = ["/_r/*/api/*", "/api/*"]
    content {
      path_pattern             = ordered_cache_behavior.value
      target_origin_id         = "api"
      viewer_protocol_policy   = "redirect-to-https"
      allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = true
      cache_policy_id          = module.edgeswitch.routes_cache_policy          # edgeswitch
      origin_request_policy_id = module.edgeswitch.routes_origin_request_policy # edgeswitch

      # edgeswitch
      dynamic "lambda_function_association" {
        for_each = module.edgeswitch.versions
        content {
          event_type = lambda_function_association.key
          lambda_arn = lambda_function_association.value
        }
      }
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

output "distribution_id" {
  description = "edgeswitch: `distribution_id` of edgeswitch.toml."
  value       = aws_cloudfront_distribution.site.id
}
