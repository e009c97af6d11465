#!/usr/bin/env bash
# Prints the path of a Firefox. installed.sh says what is done where there is none.
name=Firefox
users='the tests of other browsers'
variable=FIREFOX
package=firefox-esr
programs='firefox-esr firefox'
others='Firefox'
. "$(dirname "$0")/installed.sh"
