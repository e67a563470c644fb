package storetest

import (
	"testing"

	"go.uber.org/goleak"

	"veltrix/game"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openReference(_ testing.TB, clock func() int64) game.Store { return NewReference(clock) }

func TestReference(t *testing.T) { Run(t, openReference) }

func TestCoverage(t *testing.T) { Coverage(t, 800) }

func TestProperty(t *testing.T) { RunProperty(t, openReference) }
