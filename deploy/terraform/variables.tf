variable "name" {
  description = "`name` of edgeswitch.toml. The names of all resources begin with it."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$", var.name))
    error_message = "Expected 1 to 32 of A-Z, a-z, 0-9, _ and -, a letter or digit first."
  }
}

variable "packages" {
  description = "The folder with the three packages, as `edgeswitch package` writes it: `dist`."
  type        = string
}

variable "plan_parameter" {
  description = "`name` of [parameter] in edgeswitch.toml. The module does not create the parameter."
  type        = string
  validation {
    condition     = can(regex("^/[A-Za-z0-9_./-]+$", var.plan_parameter)) && length(var.plan_parameter) <= 1011
    error_message = "Expected a parameter's name that begins with /."
  }
}

variable "plan_regions" {
  description = "`home_region` and all `replica_regions` of edgeswitch.toml."
  type        = list(string)
  validation {
    condition     = length(var.plan_regions) > 0
    error_message = "Name at least the home Region."
  }
}

variable "decide_at" {
  description = "`decide_at` of edgeswitch.toml."
  type        = string
  default     = "viewer-request"
  validation {
    condition     = contains(["viewer-request", "origin-request"], var.decide_at)
    error_message = "Expected viewer-request or origin-request."
  }
}

variable "release_header" {
  description = "`release_header` of edgeswitch.toml."
  type        = bool
  default     = false
}

variable "release_cookie" {
  description = "`release` of [cookies] in edgeswitch.toml."
  type        = string
  default     = "release"
}

variable "runtime" {
  description = "The entry module for this runtime starts the native binary."
  type        = string
  default     = "python3.13"
  validation {
    condition     = contains(["python3.13", "nodejs22.x", "nodejs24.x"], var.runtime)
    error_message = "Expected python3.13, nodejs22.x or nodejs24.x."
  }
}

variable "log_retention_days" {
  description = "How long us-east-1 keeps the log. Other Regions have groups of their own, see docs/deploy.md."
  type        = number
  default     = 30
}
