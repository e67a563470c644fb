package api

import (
	"log"
	"net/http"
	"time"
)

// NewServer returns an HTTP server with the limits of this package. The longest
// answer may take as long as given. What peers do wrong is logged to errors.
func NewServer(h http.Handler, answer time.Duration, errors *log.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: HeaderTimeout,
		ReadTimeout:       BodyTimeout,
		WriteTimeout:      answer,
		IdleTimeout:       IdleTimeout,
		MaxHeaderBytes:    MaxHeader,
		Protocols:         onlyHTTP1(),
		ErrorLog:          errors,
	}
}

// onlyHTTP1 leaves HTTP/2 to the proxy that speaks TLS: a WebSocket takes its
// whole connection.
func onlyHTTP1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

// Limits of a connection. A WebSocket leaves them behind when it is upgraded.
const (
	HeaderTimeout = 5 * time.Second   // a header is one packet; a slow sender holds a goroutine meanwhile
	BodyTimeout   = 30 * time.Second  // 1 MiB of hunt file on a slow line
	AnswerTimeout = 60 * time.Second  // longer than any command is held; streams extend it as they go
	IdleTimeout   = 120 * time.Second // longer than a proxy in front keeps its connections, so that it closes first
	MaxHeader     = 16 << 10          // bytes; a bearer token is below 4 KiB
)
