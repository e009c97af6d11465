#!/usr/bin/env bash
# Prints the path of a redis-server (or valkey-server). Where there is none, installs Debian's if it may (root, apt), without starting
# it as a service, and otherwise says what to install. REDIS_SERVER names one that is not on the PATH.
set -eu

find_redis() {
	if [ -n "${REDIS_SERVER:-}" ]; then
		command -v "$REDIS_SERVER"
		return
	fi
	for name in redis-server valkey-server; do
		if command -v "$name"; then return; fi
	done
	return 1
}

if find_redis; then exit; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Redis is missing: installing Debian's package." >&2
	export DEBIAN_FRONTEND=noninteractive
	# Packages of servers ask this whether they may start them: 101 is no.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		trap 'rm -f "$policy"' EXIT
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod +x "$policy"
	fi
	apt-get update -qq >&2
	apt-get install -y -qq --no-install-recommends redis-server >&2
	find_redis
	exit
fi

echo "Redis is missing, and the tests of the signing proxy need it: install it (Debian, Ubuntu: sudo apt-get install redis-server)," >&2
echo "or set REDIS_SERVER to the path of a redis-server or valkey-server." >&2
exit 1
