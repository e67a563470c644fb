package hub

import (
	"go/build"
	"strings"
	"testing"
	"time"
)

func TestDefaultIsValid(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"MaxFrame":     func(c *Config) { c.MaxFrame = 0 },
		"HelloTimeout": func(c *Config) { c.HelloTimeout = 0 },
		"Heartbeat":    func(c *Config) { c.Heartbeat = -time.Second },
		"Silence":      func(c *Config) { c.Silence = c.Heartbeat },
		"WriteTimeout": func(c *Config) { c.WriteTimeout = 0 },
		"MaxQueue":     func(c *Config) { c.MaxQueue = 1 },
		"MaxUnsent":    func(c *Config) { c.MaxUnsent = -1 },
		"MaxSessions":  func(c *Config) { c.MaxSessions = 0 },
		"MaxTopics":    func(c *Config) { c.MaxTopics = 0 },
		"ByeSpread":    func(c *Config) { c.ByeSpread = -1 },
		`origin "[a"`:  func(c *Config) { c.Origins = []string{"ok.test", "[a"} },
		`origin ""`:    func(c *Config) { c.Origins = []string{""} },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestForbiddenImports(t *testing.T) {
	forbidden := map[string]string{
		"veltrix/":      "the hub carries bytes; what they mean is decided where hub and game meet, in server",
		"encoding/json": "the outbox joins messages that are JSON already; parsing them here would cost each session of a fan-out",
	}
	p, err := build.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range p.Imports {
		for prefix, reason := range forbidden {
			if strings.HasPrefix(path+"/", prefix) || path == prefix {
				t.Errorf("imports %s: %s", path, reason)
			}
		}
	}
}
