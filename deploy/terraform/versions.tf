terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source = "hashicorp/aws"
      # `nodejs24.x` needs 6.19 (hashicorp/terraform-provider-aws#44986).
      version               = ">= 5.80"
      configuration_aliases = [aws.us_east_1]
    }
  }
}
