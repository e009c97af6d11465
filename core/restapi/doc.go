// Package restapi holds the facts of the service's REST API that this project uses: data centers, group types, error
// codes and what to do about them, fields of profiles, URL and body of both calls, and strict readers of their answers.
// It does no I/O, and has no state but the memory that a reader of profiles uses again. The engine and the signing
// proxy use it.
package restapi
