package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/loopback"
)

// serve is the command that serves.
type serve struct {
	Listen string `default:"127.0.0.1:8700" help:"Address to listen on, HOST:PORT. Port 0 selects a free port."`

	appFlags       `group:"The app"`
	callerFlags    `group:"Who may call"`
	tlsFlags       `group:"TLS"`
	operationFlags `group:"Operation"`
	paceFlags      `group:"The service's pace"`
}

type appFlags struct {
	SDKAppID uint32 `name:"sdk-app-id" env:"TENCENT_CHAT_SDK_APP_ID" placeholder:"N" help:"SDKAppID of the app."`

	Identifier string `env:"TENCENT_CHAT_IDENTIFIER" placeholder:"USER" help:"UserID of an admin of the app."`

	SecretKeyFile string `placeholder:"FILE" help:"File with the secret key. Default: the key in TENCENT_CHAT_SECRET_KEY."`

	Region   string `env:"TENCENT_CHAT_REGION" placeholder:"NAME" help:"Data center: ${regions}. Default: by SDKAppID."`
	Endpoint string `env:"TENCENT_CHAT_ENDPOINT" placeholder:"URL" help:"Base URL of the sandbox, in place of a region."`
}

type callerFlags struct {
	TokensFile string `placeholder:"FILE" help:"File with the hashes of tokens, written by 'proxy token'."`

	OIDCIssuer     string `name:"oidc-issuer" placeholder:"URL" help:"OpenID Connect issuer of ID and access tokens."`
	OIDCAudience   string `name:"oidc-audience" placeholder:"NAME" help:"Required audience of the issuer's tokens."`
	OIDCGroup      string `name:"oidc-group" placeholder:"NAME" help:"Required group in the issuer's tokens."`
	OIDCGroupClaim string `name:"oidc-group-claim" default:"groups" help:"Claim with the groups."`
	OIDCClaim      string `name:"oidc-claim" placeholder:"NAME=VALUE" help:"Required claim in the issuer's tokens."`

	NoAuth bool `help:"Accept callers without a token. Allowed on a loopback address only."`

	Host        []string `placeholder:"NAME" help:"Host names of the proxy, besides localhost on a loopback address."`
	AllowOrigin []string `placeholder:"ORIGIN" help:"Origins of other sites whose pages may call, https://HOST[:PORT]."`
}

type tlsFlags struct {
	TLSCertFile string `name:"tls-cert-file" placeholder:"FILE" help:"Certificate with its chain, PEM."`
	TLSKeyFile  string `name:"tls-key-file" placeholder:"FILE" help:"Key of the certificate, PEM."`
	BehindTLS   bool   `name:"behind-tls" help:"A reverse proxy terminates TLS, so that no certificate is needed."`
}

type operationFlags struct {
	TrustedProxy []string `placeholder:"NETWORK" help:"Networks of reverse proxies whose X-Forwarded-For is logged."`

	MetricsTokensFile string `placeholder:"FILE" help:"Like --tokens-file, for /metrics, which is off by default."`

	DrainTime time.Duration `default:"5s" help:"How long /readyz answers 503 after SIGTERM before the stop, up to 5m."`
}

type paceFlags struct {
	MinInterval time.Duration `default:"1s" help:"Minimum time between two calls of the app."`
	Queue       int           `default:"6" help:"Pages that a caller may wait for at a time, 1 to 1000."`
	CacheTTL    time.Duration `name:"cache-ttl" default:"3s" help:"How long a page is cached, up to 1m. 0s: no cache."`

	Redis    string `placeholder:"URL" help:"Redis that replicas share: redis://HOST:PORT/DB, rediss:// or unix://."`
	Replicas int    `placeholder:"N" help:"While Redis is lost, each of N replicas calls once per N intervals, 1 to 100."`
}

const (
	maxCacheTTL  = time.Minute
	maxDrainTime = 5 * time.Minute
	maxQueue     = 1000
	maxInterval  = time.Hour
	maxReplicas  = 100
	redisEnv     = "PROXY_REDIS"
	keyEnv       = "TENCENT_CHAT_SECRET_KEY"
)

// validate returns all errors of the flags. It reads no file.
func (s *serve) validate() error {
	var errs []error
	report := func(format string, values ...any) { errs = append(errs, fmt.Errorf(format, values...)) }

	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil || port == "" {
		report("--listen is %q: it must be HOST:PORT, such as 127.0.0.1:8700 or :8700", s.Listen)
	}
	onLoopback := loopback.Is(host)

	if s.SDKAppID == 0 {
		report("--sdk-app-id is missing: give the app's SDKAppID, a whole number from 1 to 4294967295")
	}
	if n := len(s.Identifier); n == 0 {
		report("--identifier is missing: give the UserID of an admin of the app")
	} else if n > 255 {
		report("--identifier has %d bytes: it must be a UserID of at most 255 bytes", n)
	}
	switch {
	case s.Region != "" && s.Endpoint != "":
		report("--region and --endpoint exclude each other: give only one")
	case s.Region != "" && restapi.RegionNamed(s.Region) == nil:
		report("--region is %q: it must be one of %s", s.Region, regionNames())
	case s.Endpoint != "":
		if _, err := restapi.ParseBaseURL(s.Endpoint, ""); err != nil {
			report("--endpoint %s", err) // without the value, which may hold a password
		}
	}

	switch {
	case s.NoAuth && (s.TokensFile != "" || s.OIDCIssuer != ""):
		report("--no-auth excludes --tokens-file and --oidc-issuer: remove it to require tokens")
	case s.NoAuth && !onLoopback:
		report("--no-auth is for a loopback address, not for --listen %s: everybody could list the groups there", s.Listen)
	case s.NoAuth && s.BehindTLS:
		report("--no-auth and --behind-tls exclude each other: behind a reverse proxy, callers need tokens")
	case !s.NoAuth && s.TokensFile == "" && s.OIDCIssuer == "":
		report("nobody may call: give --tokens-file, --oidc-issuer, or (on a loopback address) --no-auth")
	}
	if s.OIDCIssuer == "" && (s.OIDCAudience != "" || s.OIDCGroup != "" || s.OIDCClaim != "") {
		report("--oidc-audience, --oidc-group and --oidc-claim need --oidc-issuer: give the issuer's URL")
	}
	if !onLoopback && len(s.Host) == 0 {
		report("--host is missing: give the host names of the proxy, so that it can refuse other names (DNS rebinding)")
	}
	for _, name := range s.Host {
		if name == "" || strings.ContainsAny(name, "/:@* ") && net.ParseIP(name) == nil {
			report("--host is %q: it must be a host name without scheme and port, such as console.example.com", name)
		}
	}
	for _, origin := range s.AllowOrigin {
		if !isOrigin(origin) {
			report("--allow-origin is %q: it must be an origin such as https://HOST or https://HOST:PORT, in lower case, "+
				"without a path and without a default port", origin)
		}
	}

	switch {
	case (s.TLSCertFile == "") != (s.TLSKeyFile == ""):
		report("--tls-cert-file and --tls-key-file need each other: give both")
	case s.BehindTLS && s.TLSCertFile != "":
		report("--behind-tls and --tls-cert-file exclude each other: remove the one that does not terminate TLS")
	case !onLoopback && s.TLSCertFile == "" && !s.BehindTLS:
		report("--listen %s is not a loopback address, so tokens need TLS: give --tls-cert-file and --tls-key-file, or "+
			"--behind-tls if a reverse proxy terminates TLS", s.Listen)
	}

	for _, text := range s.TrustedProxy {
		if _, err := parseNetwork(text); err != nil {
			report("--trusted-proxy is %q: it must be an IP address or a network, such as 10.0.0.5 or 10.0.0.0/8", text)
		}
	}
	if s.DrainTime < 0 || s.DrainTime > maxDrainTime {
		report("--drain-time is %v: it must be from 0s (no drain) to %v", s.DrainTime, maxDrainTime)
	}
	if s.MinInterval < 0 || s.MinInterval > maxInterval {
		report("--min-interval is %v: it must be from 0s to %v", s.MinInterval, maxInterval)
	}
	if s.Queue < 1 || s.Queue > maxQueue {
		report("--queue is %d: it must be from 1 to %d", s.Queue, maxQueue)
	}
	if s.CacheTTL < 0 || s.CacheTTL > maxCacheTTL {
		report("--cache-ttl is %v: it must be from 0s (off) to %v", s.CacheTTL, maxCacheTTL)
	}
	if u, err := url.Parse(s.Redis); s.Redis != "" && s.Redis != os.Getenv(redisEnv) && (err != nil || u.User != nil) {
		report("--redis must not hold a password, which every process of the machine could read: put the URL into %s",
			redisEnv)
	}
	switch {
	case s.Replicas < 0 || s.Replicas > maxReplicas:
		report("--replicas is %d: it must be from 1 to %d", s.Replicas, maxReplicas)
	case s.Replicas > 0 && s.Redis == "":
		report("--replicas needs --redis: a single proxy has no use for it")
	}
	if len(errs) == 0 {
		return nil
	}
	return usageError{errors.Join(errs...)}
}

func regionNames() string {
	var names []string
	for _, region := range restapi.Regions {
		names = append(names, region.Name)
	}
	return strings.Join(names, ", ")
}

// isOrigin reports whether text is an origin in the form that browsers send.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || strings.Contains(u.Host, "*") || text != u.Scheme+"://"+strings.ToLower(u.Host) {
		return false
	}
	return u.Scheme == "https" && u.Port() != "443" || u.Scheme == "http" && u.Port() != "80"
}

// endpoints returns the base URLs of the service, in order of preference.
func (s *serve) endpoints() []string {
	if s.Endpoint != "" {
		base, _ := restapi.ParseBaseURL(s.Endpoint, "") // validate has checked it
		return []string{base}
	}
	region := restapi.RegionOf(int64(s.SDKAppID))
	if s.Region != "" {
		region = restapi.RegionNamed(s.Region)
	}
	return []string{"https://" + region.Host, "https://" + region.Backup}
}

// callerKinds describes who may call, for the log.
func (s *serve) callerKinds() string {
	var kinds []string
	if s.NoAuth {
		kinds = append(kinds, "everybody")
	}
	if s.TokensFile != "" {
		kinds = append(kinds, "tokens")
	}
	if s.OIDCIssuer != "" {
		kinds = append(kinds, "oidc")
	}
	return strings.Join(kinds, ", ")
}

// hosts returns the host names of the proxy.
func (s *serve) hosts() []string {
	host, _, _ := net.SplitHostPort(s.Listen)
	if loopback.Is(host) {
		return append([]string{"localhost", "127.0.0.1", "::1", host}, s.Host...)
	}
	return s.Host
}

// trustedProxies returns the networks of --trusted-proxy.
func (s *serve) trustedProxies() []netip.Prefix {
	var networks []netip.Prefix
	for _, text := range s.TrustedProxy {
		network, _ := parseNetwork(text) // validate has checked it
		networks = append(networks, network)
	}
	return networks
}

// parseNetwork parses a network in CIDR notation, or an address.
func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap()
		return address.Prefix(address.BitLen())
	}
	return netip.ParsePrefix(text)
}
