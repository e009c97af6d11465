#!/usr/bin/env bash
# Mutates Go packages and prints the mutants that survive their tests. It fails if efficacy or coverage is below 95 %.
#
#   run.sh REPORT TARGET FILE...   REPORT: for the results, as JSON; TARGET: the folder to mutate;
#                                  FILE...: what its tests need of the module
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
case $1 in /*) report=$1 ;; *) report=$PWD/$1 ;; esac
target=$2
shift 2
mkdir -p "$(dirname "$report")"

# gremlins copies the module for each worker. This copy is small.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/module"
tar -c "$@" | tar -x -C "$scratch/module"

GO=$(command -v go)
export GO
go -C "$here" build -o "$scratch/bin/gremlins" github.com/go-gremlins/gremlins/cmd/gremlins
go -C "$here" build -o "$scratch/bin/go" ./gocommand
export PATH="$scratch/bin:$PATH"
export GOFLAGS=-vet=off # a finding of vet is not a failed test

cd "$scratch/module"
# A mutant's timeout is a multiple of the time that gremlins's own run of all tests takes. This run puts the results
# into Go's cache, so that it takes no longer on a slow machine.
go test -cover -coverprofile "$scratch/coverage" "./$target/..."
gremlins unleash --config "$here/gremlins.yaml" --output "$report" "$target"
