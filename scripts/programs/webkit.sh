#!/usr/bin/env bash
# Prints the path of the WebDriver of WebKitGTK. installed.sh says what is done where there is none.
name='The WebDriver of WebKitGTK'
users='the tests of other browsers'
variable=WEBKIT_DRIVER
package=webkit2gtk-driver
programs='WebKitWebDriver'
others='WebKitWebDriver'
. "$(dirname "$0")/installed.sh"
