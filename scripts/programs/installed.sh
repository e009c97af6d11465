# Sourced by the scripts that find a program for the tests, each of which says:
#   name      as people know it             users     who needs it
#   variable  that names one elsewhere      package   Debian's
#   programs  what it may be called         others    what else the variable may name, in words
# Prints the path of the program. Where there is none, installs Debian's package if it may (root, apt), without starting a service, and
# otherwise says what to install.
set -eu

find_program() {
	if [ -n "${!variable:-}" ]; then
		command -v "${!variable}"
		return
	fi
	for program in $programs; do
		if command -v "$program"; then return; fi
	done
	return 1
}

if find_program; then exit; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "$name is missing: installing Debian's package." >&2
	export DEBIAN_FRONTEND=noninteractive
	# Packages of servers ask this whether they may start them: 101 is no.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		trap 'rm -f "$policy"' EXIT
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod +x "$policy"
	fi
	apt-get update -qq >&2
	apt-get install -y -qq --no-install-recommends "$package" >&2
	find_program
	exit
fi

echo "$name is missing, and $users need it: install it (Debian, Ubuntu: sudo apt-get install $package)," >&2
echo "or set $variable to the path of a $others." >&2
exit 1
