package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"tencent-chat-groups/core/redact"
	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/loopback"
	"tencent-chat-groups/internal/proxy/privatefile"
)

// serve is the command that serves, with its flags.
type serve struct {
	Listen string `default:"127.0.0.1:8700" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one (${default})."`

	SDKAppID      uint32 `name:"sdk-app-id" env:"TENCENT_CHAT_SDK_APP_ID" placeholder:"N" group:"The app" help:"The app's SDKAppID."`
	Identifier    string `env:"TENCENT_CHAT_IDENTIFIER" placeholder:"USER" group:"The app" help:"The UserID of an admin of the app."`
	SecretKeyFile string `placeholder:"FILE" group:"The app" help:"The file with the app's secret key. Without it, TENCENT_CHAT_SECRET_KEY has the key."`
	Region        string `env:"TENCENT_CHAT_REGION" placeholder:"NAME" group:"The app" help:"The data centre: ${regions}. Without it, the one that the SDKAppID belongs to."`
	Endpoint      string `env:"TENCENT_CHAT_ENDPOINT" placeholder:"URL" group:"The app" help:"The base URL of the REST API in place of a region's, for the sandbox."`

	TokensFile     string   `placeholder:"FILE" group:"Who may call" help:"The file with the hashes of tokens that 'proxy token' makes."`
	OIDCIssuer     string   `name:"oidc-issuer" placeholder:"URL" group:"Who may call" help:"An OpenID Connect issuer whose ID and access tokens are taken."`
	OIDCAudience   string   `name:"oidc-audience" placeholder:"NAME" group:"Who may call" help:"Whom the issuer's tokens must be meant for."`
	OIDCGroup      string   `name:"oidc-group" placeholder:"NAME" group:"Who may call" help:"A group that the issuer's tokens must name."`
	OIDCGroupClaim string   `name:"oidc-group-claim" default:"groups" placeholder:"NAME" group:"Who may call" help:"The claim that names groups (${default})."`
	OIDCClaim      string   `name:"oidc-claim" placeholder:"NAME=VALUE" group:"Who may call" help:"A claim that the issuer's tokens must have."`
	NoAuth         bool     `group:"Who may call" help:"Let everybody call who reaches the proxy: on a loopback address only."`
	Host           []string `placeholder:"NAME" group:"Who may call" help:"Host names that browsers reach the proxy by; on a loopback address, localhost and the addresses are known."`
	AllowOrigin    []string `placeholder:"ORIGIN" group:"Who may call" help:"Origins of other sites whose pages may call, such as https://console.example.com."`

	TLSCertFile string `name:"tls-cert-file" placeholder:"FILE" group:"TLS" help:"The certificate with its chain, PEM."`
	TLSKeyFile  string `name:"tls-key-file" placeholder:"FILE" group:"TLS" help:"The certificate's key, PEM."`
	BehindTLS   bool   `name:"behind-tls" group:"TLS" help:"TLS ends in front of the proxy: without it or a certificate, only a loopback address is listened at."`

	TrustedProxy      []string      `placeholder:"NETWORK" group:"Operation" help:"Networks of reverse proxies, such as 10.0.0.0/8, whose X-Forwarded-For names the caller's address in the log."`
	MetricsTokensFile string        `placeholder:"FILE" group:"Operation" help:"The file with the hashes of tokens that may read /metrics, made by 'proxy token'. Without it, nobody may; with --no-auth, everybody."`
	DrainTime         time.Duration `default:"5s" placeholder:"TIME" group:"Operation" help:"How long /readyz answers 503 after SIGTERM before the proxy stops listening: up to 5m (${default})."`

	MinInterval time.Duration `default:"1s" placeholder:"TIME" group:"The service's pace" help:"The least time between two calls of the app, whoever asks (${default})."`
	Queue       int           `default:"6" placeholder:"N" group:"The service's pace" help:"How many pages one caller may wait for at a time; further ones are refused with Retry-After: 1 to 1000 (${default})."`
	CacheTTL    time.Duration `name:"cache-ttl" default:"3s" placeholder:"TIME" group:"The service's pace" help:"How long a page is served again without a call, up to 1m; 0s is off (${default})."`
	Redis       string        `placeholder:"URL" group:"The service's pace" help:"Share pace and cache with other replicas: redis://HOST:PORT/DB, rediss:// or unix://. A URL with a password comes from the environment."`
	Replicas    int           `placeholder:"N" group:"The service's pace" help:"Without Redis, each of N replicas makes one call per N intervals: 1 to 100. Without this flag, no calls are made then."`
}

const (
	maxCacheTTL = time.Minute
	maxDrainTime    = 5 * time.Minute
	maxQueue    = 1000
	maxInterval = time.Hour
	maxReplicas = 100
	redisEnv    = "PROXY_REDIS"
	keyEnv      = "TENCENT_CHAT_SECRET_KEY"
)

// validate finds everything that is wrong with the flags. It looks at no file.
func (s *serve) validate() error {
	var wrong []error
	complain := func(format string, values ...any) { wrong = append(wrong, fmt.Errorf(format, values...)) }

	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil || port == "" {
		complain("--listen is %q: it must be HOST:PORT, such as 127.0.0.1:8700 or :8700", s.Listen)
	}
	onLoopback := loopback.Is(host)

	if s.SDKAppID == 0 {
		complain("--sdk-app-id is missing: give the app's SDKAppID, a whole number from 1 to 4294967295")
	}
	if n := len(s.Identifier); n == 0 || n > 255 {
		complain("--identifier must be the UserID of an admin of the app, 1 to 255 bytes")
	}
	switch {
	case s.Region != "" && s.Endpoint != "":
		complain("--region and --endpoint exclude each other: give one")
	case s.Region != "" && restapi.RegionNamed(s.Region) == nil:
		complain("--region is %q: it must be one of %s", s.Region, regionNames())
	case s.Endpoint != "":
		if _, err := restapi.ParseBaseURL(s.Endpoint, ""); err != nil {
			complain("--endpoint %s", err) // what was given may hold a password
		}
	}

	switch {
	case s.NoAuth && (s.TokensFile != "" || s.OIDCIssuer != ""):
		complain("--no-auth excludes --tokens-file and --oidc-issuer: give either")
	case s.NoAuth && !onLoopback:
		complain("--no-auth is for a loopback address, not for --listen %s: everybody who reaches it could list the groups", s.Listen)
	case s.NoAuth && s.BehindTLS:
		complain("--no-auth and --behind-tls exclude each other: whoever reaches what is in front of the proxy could list the groups")
	case !s.NoAuth && s.TokensFile == "" && s.OIDCIssuer == "":
		complain("nobody may call: give --tokens-file, or --oidc-issuer with its audience and group (or --no-auth on a loopback address)")
	}
	if s.OIDCIssuer == "" && (s.OIDCAudience != "" || s.OIDCGroup != "" || s.OIDCClaim != "") {
		complain("--oidc-audience, --oidc-group and --oidc-claim need --oidc-issuer")
	}
	if !onLoopback && len(s.Host) == 0 {
		complain("--host is missing: name the host names that browsers reach the proxy by, so that other names that lead here are refused")
	}
	for _, name := range s.Host {
		if name == "" || strings.ContainsAny(name, "/:@* ") && net.ParseIP(name) == nil {
			complain("--host is %q: it must be a host name without scheme and port, such as console.example.com", name)
		}
	}
	for _, origin := range s.AllowOrigin {
		if !isOrigin(origin) {
			complain("--allow-origin is %q: it must be an origin as browsers write it, https://HOST[:PORT], in small letters, without a path and without the scheme's own port", origin)
		}
	}

	switch {
	case (s.TLSCertFile == "") != (s.TLSKeyFile == ""):
		complain("--tls-cert-file and --tls-key-file need each other")
	case s.BehindTLS && s.TLSCertFile != "":
		complain("--behind-tls and --tls-cert-file exclude each other: TLS ends here or in front")
	case !onLoopback && s.TLSCertFile == "" && !s.BehindTLS:
		complain("--listen %s is no loopback address, and tokens must not travel in the open: give --tls-cert-file and --tls-key-file, or --behind-tls if TLS ends in front of the proxy", s.Listen)
	}

	for _, text := range s.TrustedProxy {
		if _, err := readNetwork(text); err != nil {
			complain("--trusted-proxy is %q: it must be an IP address or a network, such as 10.0.0.5 or 10.0.0.0/8", text)
		}
	}
	if s.DrainTime < 0 || s.DrainTime > maxDrainTime {
		complain("--drain-time is %v: it must be from 0s (no drain) to %v", s.DrainTime, maxDrainTime)
	}
	if s.MinInterval < 0 || s.MinInterval > maxInterval {
		complain("--min-interval is %v: it must be from 0s to %v", s.MinInterval, maxInterval)
	}
	if s.Queue < 1 || s.Queue > maxQueue {
		complain("--queue is %d: it must be from 1 to %d", s.Queue, maxQueue)
	}
	if s.CacheTTL < 0 || s.CacheTTL > maxCacheTTL {
		complain("--cache-ttl is %v: it must be from 0s (off) to %v", s.CacheTTL, maxCacheTTL)
	}
	if u, err := url.Parse(s.Redis); s.Redis != "" && s.Redis != os.Getenv(redisEnv) && (err != nil || u.User != nil) {
		complain("--redis must not hold a password, which every process of the machine could read: put the URL into %s", redisEnv)
	}
	switch {
	case s.Replicas < 0 || s.Replicas > maxReplicas:
		complain("--replicas is %d: it must be from 1 to %d", s.Replicas, maxReplicas)
	case s.Replicas > 0 && s.Redis == "":
		complain("--replicas needs --redis: a single proxy keeps the pace by itself")
	}
	if len(wrong) == 0 {
		return nil
	}
	return usageError{errors.Join(wrong...)}
}

func regionNames() string {
	var names []string
	for _, region := range restapi.Regions {
		names = append(names, region.Name)
	}
	return strings.Join(names, ", ")
}

func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" && u.Port() != "443" || u.Scheme == "http" && u.Port() != "80") && u.Host != "" && !strings.Contains(u.Host, "*") &&
		text == u.Scheme+"://"+strings.ToLower(u.Host)
}

// endpoints are the base URLs of the service, the first one first.
func (s *serve) endpoints() []string {
	if s.Endpoint != "" {
		base, _ := restapi.ParseBaseURL(s.Endpoint, "") // it was checked
		return []string{base}
	}
	region := restapi.RegionOf(int64(s.SDKAppID))
	if s.Region != "" {
		region = restapi.RegionNamed(s.Region)
	}
	return []string{"https://" + region.Host, "https://" + region.Backup}
}

// whoMayCall is for the log.
func (s *serve) whoMayCall() string {
	var who []string
	if s.NoAuth {
		who = append(who, "anybody who reaches the proxy")
	}
	if s.TokensFile != "" {
		who = append(who, "tokens")
	}
	if s.OIDCIssuer != "" {
		who = append(who, "oidc")
	}
	return strings.Join(who, ", ")
}

// hosts are the names that the proxy may be called by.
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
		network, _ := readNetwork(text) // check has read it
		networks = append(networks, network)
	}
	return networks
}

// readNetwork reads a network in CIDR notation, or one address.
func readNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap()
		return address.Prefix(address.BitLen())
	}
	return netip.ParsePrefix(text)
}

// secretKey reads the app's key, and warns if other users can read its file. Its errors never hold the key.
func (s *serve) secretKey(log *slog.Logger) (string, error) {
	where, text := keyEnv, []byte(os.Getenv(keyEnv))
	if s.SecretKeyFile != "" {
		file, err := privatefile.Read(s.SecretKeyFile, maxKeyFileBytes)
		if err != nil {
			var at *fs.PathError
			if errors.As(err, &at) { // its path may be the key itself, put where the file's name belongs
				err = fmt.Errorf("%s: %w", at.Op, at.Err)
			}
			return "", fmt.Errorf("--secret-key-file: %w", err)
		}
		warnIfReadable(log, "--secret-key-file", file)
		where, text = "--secret-key-file "+s.SecretKeyFile, file.Text
	}
	key := bytes.TrimSpace(text)
	switch {
	case len(key) == 0 && s.SecretKeyFile == "":
		return "", usageError{fmt.Errorf("there is no secret key: give --secret-key-file, or put the key into %s", keyEnv)}
	case len(key) == 0:
		return "", fmt.Errorf("%s is empty", where)
	case len(key) > 256 || bytes.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", fmt.Errorf("%s holds something else than a secret key: one word of letters and digits is expected", where)
	}
	if redact.IsUserSig(string(key)) {
		return "", fmt.Errorf("%s holds a UserSig: put the app's secret key there, of which the proxy makes UserSigs", where)
	}
	return string(key), nil
}
