package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// bundle is a container's folder as the OCI runtime specification lays it out. Only what is read here is typed; the rest
// of config.json is kept as it came.
type bundle struct {
	folder      string
	config      map[string]json.RawMessage
	annotations map[string]string
	rootfs      string
	mounts      []mount
}

// What of the node is mounted into a container, and where.
type mount struct {
	Source      string `json:"source"`
	Destination string `json:"destination"`
}

func readBundle(folder string) (bundle, error) {
	if folder == "" {
		folder = "."
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return bundle{}, err
	}
	b := bundle{folder: folder, config: map[string]json.RawMessage{}, annotations: map[string]string{}}
	text, err := os.ReadFile(b.configFile())
	if err != nil {
		return bundle{}, err
	}
	var typed struct {
		Annotations map[string]string `json:"annotations"`
		Root        struct {
			Path string `json:"path"`
		} `json:"root"`
		Mounts []mount `json:"mounts"`
	}
	if err := json.Unmarshal(text, &b.config); err != nil {
		return bundle{}, fmt.Errorf("%s: %w", b.configFile(), err)
	}
	if err := json.Unmarshal(text, &typed); err != nil {
		return bundle{}, fmt.Errorf("%s: %w", b.configFile(), err)
	}
	if typed.Annotations != nil {
		b.annotations = typed.Annotations
	}
	b.mounts = typed.Mounts
	b.rootfs = typed.Root.Path
	if !filepath.IsAbs(b.rootfs) {
		b.rootfs = filepath.Join(folder, b.rootfs)
	}
	return b, nil
}

func (b bundle) configFile() string { return filepath.Join(b.folder, "config.json") }

// annotate writes config.json anew with one more annotation.
func (b bundle) annotate(key, value string) error {
	b.annotations[key] = value
	text, err := json.Marshal(b.annotations)
	if err != nil {
		return err
	}
	b.config["annotations"] = text
	whole, err := json.Marshal(b.config)
	if err != nil {
		return err
	}
	draft := b.configFile() + ".lifeboat"
	if err := os.WriteFile(draft, whole, 0o600); err != nil {
		return err
	}
	return os.Rename(draft, b.configFile())
}
