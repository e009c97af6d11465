package proxy

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const namespace = "tencent_chat_groups_proxy"

// metrics are what Prometheus reads. No label holds anything that a caller chose: neither names nor cursors.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by route and status
	own      prometheus.Histogram     // seconds of the proxy's own work on a page's request
	waiting  prometheus.Histogram     // seconds that a caller waited for a turn, the service, or another caller's call
	answers  *prometheus.CounterVec   // answers by where they came from
	upstream *prometheus.HistogramVec // seconds of an upstream call, by what came of it
}

func newMetrics(waitingPages func() int) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "requests_total", Help: "Requests, by route and HTTP status.",
		}, []string{"route", "status"}),
		own: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "own_work_seconds", Help: "The proxy's own work on a request for a page: without waiting and without sending.",
			Buckets: prometheus.ExponentialBuckets(10e-6, 2, 16),
		}),
		waiting: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "waiting_seconds", Help: "How long a caller waited for a turn, the service, or another caller's call.",
			Buckets: prometheus.ExponentialBuckets(0.01, 2, 13),
		}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "answers_total", Help: "Answers, by where they came from: cache, shared (another caller's call), service.",
		}, []string{"from"}),
		upstream: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "upstream_call_seconds", Help: "Upstream calls, by what came of them.",
			Buckets: prometheus.ExponentialBuckets(0.01, 2, 11),
		}, []string{"result"}),
	}
	m.registry.MustRegister(m.requests, m.own, m.waiting, m.answers, m.upstream,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: namespace, Name: "waiting_pages", Help: "Pages that wait for their turn.",
		}, func() float64 { return float64(waitingPages()) }),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewBuildInfoCollector(),
	)
	return m
}

// countDroppedLines adds the counter of log lines that could not be written.
func (m *metrics) countDroppedLines(dropped func() uint64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Namespace: namespace, Name: "log_lines_dropped_total", Help: "Log lines that could not be written.",
	}, func() float64 { return float64(dropped()) }))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
