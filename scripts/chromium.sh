#!/usr/bin/env bash
# Prints the path of a Chromium. Where there is none, installs Debian's if it may (root, apt), and otherwise says what to
# install. CHROMIUM names one that is not on the PATH.
set -eu

find_chromium() {
	if [ -n "${CHROMIUM:-}" ]; then
		command -v "$CHROMIUM"
		return
	fi
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		if command -v "$name"; then return; fi
	done
	return 1
}

if find_chromium; then exit; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Chromium is missing: installing Debian's package." >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq >&2
	apt-get install -y -qq --no-install-recommends chromium >&2
	find_chromium
	exit
fi

echo "Chromium is missing, and the browser tests need it: install it (Debian, Ubuntu: sudo apt-get install chromium)," >&2
echo "or set CHROMIUM to the path of a Chromium or Chrome." >&2
exit 1
