// Package proxy is the signing proxy: people without an app's key list the app's groups through it.
//
// It forwards one call of the service, POST /v4/group_open_http_svc/get_appid_group_list. A request passes through
// these files, in this order:
//
//	handler.go   routes, authentication (auth/) and responses; errors are in problem.go
//	access.go    allowed host names and origins
//	page.go      reads the body into a Page; nothing else of a request is forwarded
//	lister.go    finds the page: in the cache (cache/), in a fetch under way (flight.go), or at the service
//	upstream.go  makes the call in its turn (queue/, pace/), signs it (signer.go) and checks the answer (echo.go)
//
// responsewriter.go limits how long a client may take to read a response. peer.go finds the client's address. logging/
// writes the log. health.go and metrics.go report the proxy's state. docs/proxy.md describes its use and its limits.
package proxy
