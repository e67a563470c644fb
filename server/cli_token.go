package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"veltrix/server/auth"
	"veltrix/server/config"

	"go.uber.org/zap"
)

type tokenCmd struct {
	Mint mintCmd `cmd:"" help:"Print a player token signed with the server's key."`
}

type mintCmd struct {
	Player        string               `required:"" placeholder:"ID" help:"Id of the player, 1 to 64 printable characters."`
	Name          string               `required:"" help:"Name that others see, 1 to 40 characters."`
	TTL           time.Duration        `name:"ttl" default:"720h" help:"How long the token is valid."`
	Secret        string               `placeholder:"KEY" help:"The server's --secret; without it the key that the store keeps."`
	StoreSettings config.StoreSettings `embed:""`
	Config        string               `placeholder:"FILE" help:"The server's configuration file."`
}

// Run implements the command.
func (c *mintCmd) Run(ctx context.Context, out *streams, from *config.Sources) (err error) {
	if c.TTL <= 0 || c.TTL > 10*365*24*time.Hour {
		return usageError{config.SettingError(from, "ttl", fmt.Sprintf("is %v; choose up to ten years", c.TTL))}
	}
	if err := config.CheckSecret(c.Secret); err != nil {
		return usageError{config.SettingError(from, "secret", err.Error())}
	}
	secret := c.Secret
	if secret == "" {
		if secret, err = c.kept(ctx, from); err != nil {
			return err
		}
	}
	token, err := auth.NewTokens(secret, nil, time.Now).Mint(c.Player, c.Name, c.TTL)
	if err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprintln(out.out, token)
	return err
}

// kept reads the key from the store.
func (c *mintCmd) kept(ctx context.Context, from *config.Sources) (secret string, err error) {
	if err := storeExists(&c.StoreSettings, from); err != nil {
		return "", fmt.Errorf("%w (or give the key: --secret)", err)
	}
	store, err := openStore(ctx, &c.StoreSettings, zap.NewNop())
	if err != nil {
		return "", fmt.Errorf("%w (or give the key: --secret)", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return auth.PlayerKey(ctx, store)
}
