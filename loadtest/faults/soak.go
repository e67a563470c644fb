package main

import (
	"context"
	"errors"
)

type soakCmd struct{}

func (c *soakCmd) Run(ctx context.Context) error { return errors.Join(ctx.Err()) }
