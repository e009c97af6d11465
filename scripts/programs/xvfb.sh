#!/usr/bin/env bash
# Prints the path of Xvfb, a display without a screen, which WebKitGTK needs. installed.sh says what is done where there is none.
name=Xvfb
users='the tests of WebKitGTK'
variable=XVFB
package=xvfb
programs='Xvfb'
others='Xvfb'
. "$(dirname "$0")/installed.sh"
