#!/usr/bin/env bash
# Makes a release of the commit in this folder, for a machine with bash, git, flock, npm, aws and edgeswitch:
#
#   release.sh build    # npm ci, npm run build
#   release.sh release  # upload, register, verify, ramp, promote
#
# `build` runs the code of npm packages. Run it as a user who has no credentials and cannot read the preview key. As a
# second barrier, the code gets no variable but PATH, and an empty home.
#
# `release` gets its credentials and its Region as aws does, for example by AWS_PROFILE. If any command of it fails, the
# release is rolled back. The hooks of edgeswitch.toml run here too. Set PREVIEW_KEY to the file that `edgeswitch preview keygen` wrote; without signed preview
# links, leave it out. Without ALARM, nothing but a failed command stops the ramp. API is a path of the back end; set it
# to nothing if there is none. NEEDS_FILE is a TOML file with the versions of databases and services that the release
# can run on. With GUARDED=yes the guard holds the ramp, and the script ends when the ramp has begun.
set -euo pipefail

: "${HOST:=shop.example.com}" "${BUCKET:=shop-releases}" "${API=/api/health}" "${ALARM=shop-5xx}"
: "${STEPS:=1,10,50}" "${EVERY:=10m}" "${LOCK:=/tmp/shop-release.lock}" "${NEEDS_FILE:=}" "${GUARDED:=}"

build() {
  local home
  home=$(mktemp -d)
  env -i PATH="$PATH" HOME="$home" npm ci
  env -i PATH="$PATH" HOME="$home" npm run build
  rm -rf "$home"
}

# The rollback takes traffic from this release only. Before the ramp there is nothing to take back, even if the release
# is active. A release that had traffic stays until no viewer can have it: `release add` removes it then.
clean_up() {
  [ -z "$ramp_began" ] ||
    edgeswitch rollback --from "$release" --reason "release.sh failed" --yes || true
  edgeswitch release remove "$release" --if-staged --yes || true
}

release() {
  local key=() api=() alarm=() needs=() guarded=()
  [ -z "${PREVIEW_KEY:-}" ] || key=(--key "$PREVIEW_KEY")
  [ -z "$API" ] || api=(--api "$API")
  [ -z "$ALARM" ] || alarm=(--alarm "$ALARM" --alarm-region us-east-1)
  [ -z "$NEEDS_FILE" ] || needs=(--needs-file "$NEEDS_FILE")
  [ -z "$GUARDED" ] || guarded=(--guarded)
  release=$(git rev-parse --short=12 HEAD)
  ramp_began=
  # One release at a time: the second one waits.
  exec 9>"$LOCK"
  flock 9
  trap '[ $? -eq 0 ] || clean_up' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  aws s3 sync --only-show-errors build "s3://$BUCKET/releases/$release"
  (cd build && find . -type f ! -name '*.html') | sed 's/^\.//' >asset-list
  edgeswitch status --wait --timeout 30m
  edgeswitch release add "$release" --slot idle "${needs[@]}" --yes
  # Until every edge location knows the release.
  edgeswitch status --wait --timeout 5m
  edgeswitch verify "$release" --host "$HOST" "${key[@]}" --asset-list asset-list "${api[@]}"
  ramp_began=yes
  # The lease holds until the promote: if this script or the guard dies in between, traffic goes back.
  edgeswitch ramp "$release" --steps "$STEPS" --every "$EVERY" --bake "$EVERY" --then promote "${alarm[@]}" "${guarded[@]}" --yes
}

case ${1:-} in
  build) build ;;
  release) release ;;
  *)
    echo "usage: release.sh build|release" >&2
    exit 2
    ;;
esac
