package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// What an agent leaves beside the restores while a container stands still for its checkpoint (edge.criu.runc.Held).
const heldSuffix = ".held"

// errHeld makes a kubelet throw the probe's result away: it has neither failed nor passed (pkg/kubelet/prober, doProbe).
var errHeld = errors.New("the container stands still for its checkpoint and is not asked; its probe says nothing")

type held struct {
	Args  []string `json:"args"`
	Until int64    `json:"untilEpochSeconds"`
}

// exec does not run the probe of a container that stands still: it would wait for an application that does not answer.
// Everything else that is executed in one is runc's.
func (w wrapper) exec() error {
	var process struct {
		Args []string `json:"args"`
	}
	text, err := os.ReadFile(w.call.value("process", "p"))
	if err != nil || json.Unmarshal(text, &process) != nil || len(process.Args) == 0 {
		return errNotOurs
	}
	word, err := w.held(time.Now())
	if err != nil || !slices.Equal(word.Args, process.Args) {
		return errNotOurs
	}
	return errHeld
}

// held is the word of an agent that lives: one that ends, in any way, holds its lock no more (fcntl(2), advisory locks).
func (w wrapper) held(now time.Time) (held, error) {
	var word held
	if !name.MatchString(w.call.id()) {
		return word, errNotOurs
	}
	file, err := os.Open(filepath.Join(w.restores, w.call.id()+heldSuffix))
	if err != nil {
		return word, err
	}
	defer file.Close()
	lock := syscall.Flock_t{Type: syscall.F_RDLCK}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_GETLK, &lock); err != nil {
		return word, err
	}
	if lock.Type == syscall.F_UNLCK {
		return word, errNotOurs
	}
	if err := json.NewDecoder(file).Decode(&word); err != nil {
		return word, err
	}
	if now.Unix() >= word.Until {
		return word, errNotOurs
	}
	return word, nil
}
