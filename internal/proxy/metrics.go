package proxy

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const namespace = "tencent_chat_groups_proxy"

// metrics are the metrics for Prometheus. No label holds a value that a caller chose.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by route and status
	own      prometheus.Histogram     // seconds of the proxy's own work on a page's request
	waiting  prometheus.Histogram     // seconds of waiting for a turn, the service, or another caller's call
	answers  *prometheus.CounterVec   // answers by source
	upstream *prometheus.HistogramVec // seconds of an upstream call, by result
}

func newMetrics(waitingPages func() int, droppedLines func() uint64) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "requests_total", Help: "Requests, by route and HTTP status.",
		}, []string{"route", "status"}),
		own: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "own_work_seconds", Help: "The proxy's own work on a request for a page.",
			Buckets: prometheus.ExponentialBuckets(10e-6, 2, 16),
		}),
		waiting: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "waiting_seconds", Help: "Waiting for a turn, the service, or another caller's call.",
			Buckets: prometheus.ExponentialBuckets(0.01, 2, 13),
		}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "answers_total", Help: "Answers, by source: cache, shared or service.",
		}, []string{"from"}),
		upstream: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "upstream_call_seconds", Help: "Upstream calls, by result.",
			Buckets: prometheus.ExponentialBuckets(0.01, 2, 11),
		}, []string{"result"}),
	}
	m.registry.MustRegister(m.requests, m.own, m.waiting, m.answers, m.upstream,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: namespace, Name: "waiting_pages", Help: "Pages waiting for a turn.",
		}, func() float64 { return float64(waitingPages()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Namespace: namespace, Name: "log_lines_dropped_total", Help: "Log lines that could not be written.",
		}, func() float64 { return float64(droppedLines()) }),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewBuildInfoCollector(),
	)
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
