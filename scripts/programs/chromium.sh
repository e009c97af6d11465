#!/usr/bin/env bash
# Prints the path of a Chromium. installed.sh says what is done where there is none.
name=Chromium
users='the browser tests'
variable=CHROMIUM
package=chromium
programs='chromium chromium-browser google-chrome google-chrome-stable'
others='Chromium or Chrome'
. "$(dirname "$0")/installed.sh"
