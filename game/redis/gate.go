package redis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// oldest is the oldest version that has what the scripts need: shebang lines
// (7.0) and SET with NX and GET (7.0).
const oldest = 7

// gate refuses a server that cannot keep what the Ack promises.
func (s *Store) gate(ctx context.Context, ack Ack) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	info, err := s.rdb.Info(ctx).Result()
	if err != nil {
		return fmt.Errorf("redis: cannot ask the server what it is: %w", classify(err))
	}
	facts := infoFacts(info)
	config, err := s.config(ctx)
	if err != nil {
		return err
	}
	problems := check(ack, facts, config)
	if len(problems) > 0 {
		return fmt.Errorf("redis: this server cannot keep a hunt:\n  %s", strings.Join(problems, "\n  "))
	}
	for _, name := range unchecked(ack, config) {
		s.log.Warn("CONFIG is forbidden, so a setting of Redis could not be checked",
			zap.String("setting", name), zap.String("should_be", wanted[name]))
	}
	if ack == AckMemory {
		s.log.Warn("acknowledging from memory: a crash of Redis loses acknowledged awards")
	}
	return nil
}

var (
	wanted = map[string]string{
		"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no", "maxmemory-policy": "noeviction",
	}
	// fsyncSettings in the order in which they are reported. With
	// no-appendfsync-on-rewrite nothing is synced during a rewrite.
	fsyncSettings = []string{"appendonly", "appendfsync", "no-appendfsync-on-rewrite"}
)

// config reads the settings, or returns none when the user may not.
func (s *Store) config(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	for name := range wanted {
		got, err := s.rdb.ConfigGet(ctx, name).Result()
		if err != nil {
			var no goredis.Error
			if errors.As(err, &no) && !unavailable(no.Error()) {
				return nil, nil // renamed, disabled or not allowed
			}
			return nil, fmt.Errorf("redis: cannot read the setting %s: %w", name, classify(err))
		}
		maps.Copy(all, got)
	}
	return all, nil
}

// check lists what is wrong, each with its remedy. INFO tells some of what
// CONFIG may hide.
func check(ack Ack, info, config map[string]string) []string {
	var problems []string
	major, _, _ := strings.Cut(info["redis_version"], ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldest {
		problems = append(problems, fmt.Sprintf("its version is %q; install Redis %d.0 or newer", info["redis_version"], oldest))
	}
	if role := info["role"]; role != "" && role != "master" {
		problems = append(problems, fmt.Sprintf("it is a %s; give the address of its primary", role))
	}
	policy := config["maxmemory-policy"]
	if policy == "" {
		policy = info["maxmemory_policy"]
	}
	if policy != "" && policy != wanted["maxmemory-policy"] {
		problems = append(problems, remedy("maxmemory-policy", policy, "it would delete hunts when memory is short"))
	}
	if ack == AckMemory {
		return problems
	}
	if config == nil && info["aof_enabled"] == "0" {
		problems = append(problems, remedy("appendonly", "no", "nothing would be on disk"))
	}
	for _, name := range fsyncSettings {
		if got, ok := config[name]; ok && got != wanted[name] {
			problems = append(problems, remedy(name, got, "an acknowledged award could be lost"))
		}
	}
	if len(problems) > 0 {
		problems = append(problems,
			"(keep the settings over a restart with: redis-cli CONFIG REWRITE; or start with --ack memory and accept the loss)")
	}
	return problems
}

func remedy(name, got, why string) string {
	return fmt.Sprintf("%s is %s, so %s; change it: redis-cli CONFIG SET %s %s", name, got, why, name, wanted[name])
}

// unchecked lists the settings that nothing told.
func unchecked(ack Ack, config map[string]string) []string {
	if config != nil || ack == AckMemory {
		return nil
	}
	return fsyncSettings[1:]
}

// infoFacts parses the reply of INFO.
func infoFacts(info string) map[string]string {
	facts := map[string]string{}
	for line := range strings.Lines(info) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			facts[name] = value
		}
	}
	return facts
}
