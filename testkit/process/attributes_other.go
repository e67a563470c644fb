//go:build !linux

package process

import (
	"errors"
	"os"
	"syscall"
)

func attributes(bool) *syscall.SysProcAttr { return nil }

func (p *Process) kill() error {
	err := p.cmd.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}
