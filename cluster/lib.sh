#!/usr/bin/env bash
# x

set -euo pipefail
