// Package proxy is the signing proxy: it lets people list the groups of an app who must not have its key.
//
// It serves one call of the service, POST /v4/group_open_http_svc/get_appid_group_list, and nothing else of it. A request passes
// through these files, in this order:
//
//	handler.go   the one path, the one method, who may call (auth/), what is refused and how that is said (problem.go)
//	access.go    from which hosts and origins browsers may come
//	page.go      the body, read strictly into a Page: nothing else of a request travels on
//	lister.go    where a page comes from: the cache (cache/), the same page on its way already (flight.go), or the service
//	upstream.go  the call, made anew from the Page, in its turn (queue/, pace/), signed (signer.go)
//
// sender.go bounds how long a client may take to read a response, peer.go finds its address, and logging/ writes the log without secrets.
// health.go and metrics.go tell how it goes. docs/proxy.md says how to run it, and what it protects against.
package proxy
