#!/usr/bin/env bash
# Prints the path of a redis-server or valkey-server. installed.sh says what is done where there is none.
name=Redis
users='the tests of the signing proxy'
variable=REDIS_SERVER
package=redis-server
programs='redis-server valkey-server'
others='redis-server or valkey-server'
. "$(dirname "$0")/installed.sh"
