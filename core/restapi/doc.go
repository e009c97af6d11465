// Package restapi holds the facts of the service's REST API that this project uses: data centers, group types, error
// codes and what to do about them, URL and body of a call, and a strict reader of answers. It has no state and does no
// I/O. The engine and the signing proxy use it.
package restapi
